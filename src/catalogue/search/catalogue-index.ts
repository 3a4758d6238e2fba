import type { Procedure } from '../procedure.ts'
import { Abbreviations } from '../text/abbreviations.ts'
import { fold } from '../text/fold.ts'
import { PhraseIndex } from '../text/phrase-index.ts'
import { type Token, tokenise } from '../text/tokenise.ts'
import { type Postings, PostingsBuilder } from './postings.ts'
import { sameNameKey } from './same-name.ts'
import { type SayingTable, SayingTableBuilder } from './saying-table.ts'
import type { Contrast, SearchIntents } from './search-intents.ts'
import { NumberedStrings, Terms } from './terms.ts'
import { type TitlePhrases, type TitleTable, TitleTableBuilder } from './title-table.ts'

export interface CatalogueIndex {
  procedures: readonly Procedure[]
  titles: TitleTable
  /** Per procedure: its official title, and the number that it shares with copies of the same name. */
  firstTitle: Int32Array
  nameGroups: Int32Array
  terms: Terms
  /** Numbers of words with their marks. */
  accents: NumberedStrings
  /** Keys behind the bit sets of the titles. */
  actionKeys: readonly string[]
  qualifierKeys: readonly string[]
  /** Over titles: syllables and pairs. */
  names: Postings
  /** Over procedures: syllables of everything else that is published. */
  bodies: Postings
  sayings: SayingTable
  /** Over procedures: syllables and pairs of all of their sayings. */
  said: Postings
  twins: SearchIntents['twins']
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

/** What an index is made of beside the procedures; a change of it makes another index. */
export type IndexIntents = Pick<
  SearchIntents,
  'abbreviations' | 'actions' | 'qualifiers' | 'sayings' | 'twins'
>

/** @param words takes the words of the catalogue and how often they were seen, for mending mistyped ones */
export function indexCatalogue(
  procedures: readonly Procedure[],
  intents: IndexIntents,
  words: Map<string, number>,
): CatalogueIndex {
  const abbreviations = new Abbreviations(intents.abbreviations)
  const terms = new Terms()
  const accents = new NumberedStrings()
  const phrases = titlePhrases(intents)
  const titles = new TitleTableBuilder(phrases, terms, accents)
  const names = new PostingsBuilder()
  const firstTitle = new Int32Array(procedures.length)
  const nameKeys = new NumberedStrings()
  const nameGroups = new Int32Array(procedures.length)
  let titleCount = 0
  for (const [at, procedure] of procedures.entries()) {
    for (const [i, name] of [procedure.name, ...(procedure.aliases ?? [])].entries()) {
      const tokens = withoutOpening(abbreviations.expand(tokenise(name)))
      for (const { folded } of tokens) countWord(words, folded)
      if (i === 0) {
        firstTitle[at] = titleCount
        nameGroups[at] = nameKeys.intern(sameNameKey(tokens))
      }
      names.addDocument(titles.add(at, tokens, i > 0))
      titleCount++
    }
  }
  const bodies = new PostingsBuilder()
  const readBody = bodyReader(terms, words)
  for (const procedure of procedures) {
    const counts = new Map<number, number>()
    for (const { weight, maxChars, text } of bodyParts) {
      const part = text(procedure)
      if (part) readBody(part.slice(0, maxChars), weight, counts)
    }
    bodies.addDocument(counts)
  }
  const said = new PostingsBuilder()
  const sayings = new SayingTableBuilder(terms, accents, said)
  const sayingsOf = groupSayings(procedures, nameGroups, intents.sayings)
  for (const group of nameGroups) {
    sayings.add(
      [...(sayingsOf.get(group) ?? [])].map((saying) => {
        const tokens = abbreviations.expand(tokenise(saying))
        for (const { folded } of tokens) countWord(words, folded)
        return tokens
      }),
    )
  }
  return {
    procedures,
    titles: titles.build(),
    firstTitle,
    nameGroups,
    terms,
    accents,
    actionKeys: phrases.actionKeys,
    qualifierKeys: phrases.qualifierKeys,
    names: names.build({ k1: 1.2, b: 0.55 }),
    bodies: bodies.build({ k1: 1.2, b: 0.7, maxDocuments: Math.max(200, procedures.length * 0.4) }),
    sayings: sayings.build(),
    twins: intents.twins,
    said: said.build({ k1: 1, b: 0.3, maxDocuments: Math.max(200, procedures.length * 0.3) }),
  }
}

function countWord(words: Map<string, number>, word: string): void {
  words.set(word, (words.get(word) ?? 0) + 1)
}

/** Copies of one name are asked for alike, whichever of them the sayings were written for. */
function groupSayings(
  procedures: readonly Procedure[],
  nameGroups: Int32Array,
  sayings: IndexIntents['sayings'],
): Map<number, Set<string>> {
  const groups = new Map<number, Set<string>>()
  for (const [at, { code }] of procedures.entries()) {
    const own = sayings.get(code)
    if (!own) continue
    const known = groups.get(nameGroups[at]!) ?? new Set()
    for (const saying of own) known.add(saying)
    groups.set(nameGroups[at]!, known)
  }
  return groups
}

const negations = ['không thuộc', 'không phải', 'không', 'trừ', 'chưa']

function titlePhrases({ actions, qualifiers }: IndexIntents): TitlePhrases {
  const official = (contrasts: readonly Contrast[]) => {
    const index = new PhraseIndex<string>()
    for (const { key, official } of contrasts) for (const phrase of official) index.add(phrase, key)
    return index
  }
  const negation = new PhraseIndex<true>()
  for (const phrase of negations) negation.add(phrase, true)
  return {
    actions: official(actions),
    actionKeys: actions.map(({ key }) => key),
    qualifiers: official(qualifiers),
    qualifierKeys: qualifiers.map(({ key }) => key),
    negations: negation,
  }
}

/** 1 625 names of the national list begin with "Thủ tục", the others do not: it says nothing. */
function withoutOpening(tokens: Token[]): Token[] {
  return tokens[0]?.folded === 'thu' && tokens[1]?.folded === 'tuc' && tokens.length > 2
    ? tokens.slice(2)
    : tokens
}

function documentNames(procedure: Procedure): string | undefined {
  return procedure.documents
    ?.flatMap(({ when, items }) => [when ?? '', ...items.map(({ name }) => name)])
    .join('\n')
}

/** Cuts long texts faster than `tokenise`: each distinct word is folded once. */
function bodyReader(terms: Terms, words: Map<string, number>) {
  const known = new Map<string, number>()
  return (text: string, weight: number, counts: Map<number, number>): void => {
    for (const word of text.normalize('NFC').match(/[\p{L}\p{M}\d]+/gu) ?? []) {
      let id = known.get(word)
      if (id === undefined) {
        const folded = tokenise(word)[0]?.folded ?? fold(word)
        id = terms.intern(folded)
        known.set(word, id)
        if (!/\d/.test(folded)) countWord(words, folded)
      }
      counts.set(id, (counts.get(id) ?? 0) + weight)
    }
  }
}
