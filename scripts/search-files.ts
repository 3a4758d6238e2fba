import { inVietnamese, withEnglish } from '../src/catalogue/english/english-search.ts'
import type { EnglishReader } from '../src/catalogue/english/read-english.ts'
import type { Procedure } from '../src/catalogue/procedure.ts'
import { buildSearch, type ExplainingSearch } from '../src/catalogue/search/build-search.ts'
import { type SearchOffice, searchOffice } from '../src/catalogue/search/catalogue-facts.ts'
import type { RankingWeights } from '../src/catalogue/search/ranking-weights.ts'
import type { SearchIntents } from '../src/catalogue/search/search-intents.ts'
import { loadContent } from '../src/content.ts'
import { AppError } from '../src/lib/errors.ts'
import { formatProblem } from '../src/lib/problem.ts'
import { type OpenedSheets, readCatalogue, readCheckTexts } from './catalogue-files.ts'

export interface SearchInputs {
  procedures: Procedure[]
  intents: SearchIntents
  weights: RankingWeights | undefined
  office: SearchOffice
  /** Absent: English questions are searched as they are. */
  english?: EnglishReader
}

/**
 * @param catalogues files of any published format; none = the shipped catalogue.
 * @param sheets the workbooks among them, opened before
 */
export function readSearchInputs(catalogues: readonly string[] = [], sheets?: OpenedSheets): SearchInputs {
  const { procedures, intents, weights, agency, english } = loadContent('.', 'data/agency.yaml')
  const office = searchOffice(agency)
  if (catalogues.length === 0) return { procedures, intents, weights, office, english: english.reader }
  const read = readCatalogue(catalogues, { texts: readCheckTexts(), ...(sheets ? { sheets } : {}) })
  if (read.kind === 'problems') {
    throw new AppError('CONTENT_INVALID', read.problems.map(formatProblem).join('\n'))
  }
  return { procedures: read.procedures, intents, weights, office, english: english.reader }
}

export function searchOf({ procedures, intents, weights, office, english }: SearchInputs): ExplainingSearch {
  const search = buildSearch(procedures, intents, weights, office)
  if (!english) return search
  return {
    ...withEnglish(search, english),
    explain: (question) => search.explain(inVietnamese(question, english) ?? question),
  }
}
