import type { SearchIntents } from '../search/search-intents.ts'
import { Abbreviations } from '../text/abbreviations.ts'
import { PhraseIndex } from '../text/phrase-index.ts'
import { tokenise } from '../text/tokenise.ts'

/** The words of a question that say what is wanted, folded, in order, without courtesy and small verbs. */
export type QuestionWords = (text: string) => string[]

/** "[tel]", "[id]": what stands for a masked number says nothing. */
const mask = /\[[a-z]+\]/g

export function createQuestionWords(
  intents: Pick<SearchIntents, 'abbreviations' | 'chatSpelling' | 'courtesy' | 'weak'>,
): QuestionWords {
  const abbreviations = new Abbreviations(intents.abbreviations)
  const chatSpelling = new Abbreviations(intents.chatSpelling)
  const small = new PhraseIndex<true>((text) => abbreviations.expand(tokenise(text)))
  for (const phrase of [...intents.courtesy, ...intents.weak]) small.add(phrase, true)
  return (text) => {
    const tokens = abbreviations.expand(chatSpelling.expand(tokenise(text.replace(mask, ' '))))
    const isSmall = new Set<number>()
    for (const { start, end } of small.find(tokens)) for (let i = start; i < end; i++) isSmall.add(i)
    const words = tokens.filter((_, at) => !isSmall.has(at)).map(({ folded }) => folded)
    return words.length > 0 ? words : tokens.map(({ folded }) => folded)
  }
}

/** Fewer shared words than this may be chance. */
const leastShared = 2
const leastShare = 0.5

/** Whether two questions, one right after the other, are about the same: half of the words of the shorter one. */
export function isSameNeed(one: readonly string[], other: readonly string[]): boolean {
  const first = new Set(one)
  const second = new Set(other)
  const shared = [...first].filter((word) => second.has(word)).length
  return shared >= leastShared && shared >= leastShare * Math.min(first.size, second.size)
}
