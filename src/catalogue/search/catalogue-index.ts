import type { Procedure } from '../procedure.ts'
import type { Abbreviations } from '../text/abbreviations.ts'
import { fold } from '../text/fold.ts'
import { type Token, tokenise } from '../text/tokenise.ts'
import { type Postings, PostingsBuilder } from './postings.ts'
import { sameNameKey } from './same-name.ts'
import { Terms } from './terms.ts'
import type { Vocabulary } from './vocabulary.ts'

/** A name under which a procedure can be found: the official one or an everyday one that staff added. */
export interface Title {
  /** Position in `CatalogueIndex.procedures`. */
  procedure: number
  tokens: Token[]
  /** Term numbers of the tokens. */
  terms: Int32Array
  /** Term numbers of the pairs of neighbouring tokens; one less than tokens. */
  pairs: Int32Array
  isAlias: boolean
}

export interface CatalogueIndex {
  procedures: readonly Procedure[]
  titles: readonly Title[]
  /** Per procedure: its official title, and the key that it shares with copies of the same name. */
  firstTitle: Int32Array
  nameKeys: readonly string[]
  terms: Terms
  /** Over titles: syllables and pairs. */
  names: Postings
  /** Over procedures: syllables of everything else that is published. */
  bodies: Postings
}

/** Weights of the parts of a body; how much of a long part is read, in characters. */
const bodyParts = [
  { weight: 3, maxChars: 300, text: (p: Procedure) => p.field },
  { weight: 3, maxChars: 2_000, text: (p: Procedure) => p.aliases?.join('\n') },
  { weight: 2, maxChars: 600, text: (p: Procedure) => p.results?.join('\n') },
  { weight: 1, maxChars: 2_500, text: documentNames },
  { weight: 1, maxChars: 1_500, text: (p: Procedure) => p.requirements?.join('\n') },
  { weight: 1, maxChars: 300, text: (p: Procedure) => p.audience?.join('\n') },
  { weight: 0.5, maxChars: 1_500, text: (p: Procedure) => p.steps?.join('\n') },
]

export function indexCatalogue(
  procedures: readonly Procedure[],
  abbreviations: Abbreviations,
  vocabulary: Vocabulary,
): CatalogueIndex {
  const terms = new Terms()
  const titles: Title[] = []
  const names = new PostingsBuilder()
  const firstTitle = new Int32Array(procedures.length)
  const nameKeys: string[] = []
  for (const [at, procedure] of procedures.entries()) {
    for (const [i, name] of [procedure.name, ...(procedure.aliases ?? [])].entries()) {
      const tokens = withoutOpening(abbreviations.expand(tokenise(name)))
      const ids = Int32Array.from(tokens, ({ folded }) => terms.intern(folded))
      for (const { folded } of tokens) vocabulary.add(folded)
      if (i === 0) {
        firstTitle[at] = titles.length
        nameKeys.push(sameNameKey(tokens))
      }
      const pairs = ids.slice(1).map((id, k) => terms.internPair(ids[k]!, id))
      titles.push({ procedure: at, tokens, terms: ids, pairs, isAlias: i > 0 })
      names.addDocument(countTerms(ids, pairs))
    }
  }
  const bodies = new PostingsBuilder()
  const readBody = bodyReader(terms, vocabulary)
  for (const procedure of procedures) {
    const counts = new Map<number, number>()
    for (const { weight, maxChars, text } of bodyParts) {
      const part = text(procedure)
      if (part) readBody(part.slice(0, maxChars), weight, counts)
    }
    bodies.addDocument(counts)
  }
  return {
    procedures,
    titles,
    firstTitle,
    nameKeys,
    terms,
    names: names.build({ k1: 1.2, b: 0.55 }),
    bodies: bodies.build({ k1: 1.2, b: 0.7, maxDocuments: Math.max(200, procedures.length * 0.4) }),
  }
}

/** 1 625 names of the national list begin with "Thủ tục", the others do not: it says nothing. */
function withoutOpening(tokens: Token[]): Token[] {
  return tokens[0]?.folded === 'thu' && tokens[1]?.folded === 'tuc' && tokens.length > 2
    ? tokens.slice(2)
    : tokens
}

function countTerms(...lists: Int32Array[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const list of lists) for (const term of list) counts.set(term, (counts.get(term) ?? 0) + 1)
  return counts
}

function documentNames(procedure: Procedure): string | undefined {
  return procedure.documents
    ?.flatMap(({ when, items }) => [when ?? '', ...items.map(({ name }) => name)])
    .join('\n')
}

/** Cuts long texts faster than `tokenise`: each distinct word is folded once. */
function bodyReader(terms: Terms, vocabulary: Vocabulary) {
  const known = new Map<string, number>()
  return (text: string, weight: number, counts: Map<number, number>): void => {
    for (const word of text.normalize('NFC').match(/[\p{L}\p{M}\d]+/gu) ?? []) {
      let id = known.get(word)
      if (id === undefined) {
        const folded = tokenise(word)[0]?.folded ?? fold(word)
        id = terms.intern(folded)
        known.set(word, id)
        if (!/\d/.test(folded)) vocabulary.add(folded)
      }
      counts.set(id, (counts.get(id) ?? 0) + weight)
    }
  }
}
