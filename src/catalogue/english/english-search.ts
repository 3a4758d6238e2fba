import type { ProcedureSearch } from '../search-outcome.ts'
import type { EnglishReader } from './read-english.ts'

/**
 * The same search, which also understands English questions: they are put into the words of the catalogue first. A
 * Vietnamese question reaches it unchanged.
 */
export function withEnglish<S extends ProcedureSearch>(search: S, reader: EnglishReader): S {
  return {
    ...search,
    search(question) {
      const words = inVietnamese(question, reader)
      return words === undefined ? { kind: 'not-found' } : search.search(words)
    },
    sectionsAsked: (text) => search.sectionsAsked(inVietnamese(text, reader) ?? ''),
  }
}

/** The question itself unless it is English; undefined for English of which nothing is known. */
export function inVietnamese(question: string, reader: EnglishReader): string | undefined {
  return reader.languageOf(question) === 'en' ? reader.translate(question) : question
}
