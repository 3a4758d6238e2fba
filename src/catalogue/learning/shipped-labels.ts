import type { EnglishWords } from '../english/english-words.ts'
import type { Procedure } from '../procedure.ts'
import type { SearchIntents } from '../search/search-intents.ts'
import type { LabelledQuestion } from './measure-effect.ts'

/** More names would take too long for somebody who waits; spread over the whole catalogue. */
const mostNames = 400
const mostAliases = 1_000

/**
 * The test questions that stand beside the rules of `intents/`, and what the catalogue itself says: everyday names that
 * staff wrote, official names of some procedures. Of a question whose procedures this catalogue does not hold only one
 * thing is asked: that nothing else is answered.
 */
export function shippedLabels(
  intents: Pick<SearchIntents, 'layWords' | 'topics'>,
  english: Pick<EnglishWords, 'things' | 'actions' | 'asked'>,
  procedures: readonly Pick<Procedure, 'code' | 'name' | 'aliases'>[],
): LabelledQuestion[] {
  const held = new Set(procedures.map(({ code }) => code))
  const known = (codes: readonly string[]) => codes.filter((code) => held.has(code))
  const ofRules = intents.layWords.flatMap(({ test }) =>
    test ? [{ question: test.ask, codes: known([test.finds].flat()) }] : [],
  )
  const ofEnglish = [...english.things, ...english.actions, ...english.asked].flatMap(({ test }) =>
    test && test.finds.length > 0 ? [{ question: test.ask, codes: known(test.finds) }] : [],
  )
  const ofTopics = intents.topics.flatMap(({ test = [] }) =>
    test.map((question) => ({ question, codes: [] })),
  )
  const names = spread(procedures, mostNames).map(({ code, name }) => ({ question: name, codes: [code] }))
  const aliases = procedures.flatMap(({ code, aliases: own = [] }) =>
    own.map((question) => ({ question, codes: [code] })),
  )
  return [...ofRules, ...ofEnglish, ...ofTopics, ...spread(aliases, mostAliases), ...names]
}

/** At most so many, at equal distances. */
function spread<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all]
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!)
}
