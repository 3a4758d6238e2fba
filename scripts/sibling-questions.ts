import type { CatalogueIndex } from '../src/catalogue/search/catalogue-index.ts'
import type { SearchIntents } from '../src/catalogue/search/search-intents.ts'
import { bitWords } from '../src/catalogue/search/title-table.ts'

/** A made-up question that differs from those of its siblings only in what is to be done. */
export interface SiblingQuestion {
  question: string
  codes: string[]
}

/** Of a long name people say only the beginning. */
const objectWords = 12

/**
 * Questions made from the names of a catalogue: in each family of names that are alike but for what is done ("cấp",
 * "cấp lại", "gia hạn" of one permit), one for each way of doing it, in people's words of `intents/actions.yaml`.
 *
 * @param every keeps each n-th question, beginning with the `from`-th
 */
export function siblingQuestions(
  index: CatalogueIndex,
  { actions }: Pick<SearchIntents, 'actions'>,
  { every, from }: { every: number; from: number },
): SiblingQuestion[] {
  const { titles, procedures } = index
  const words = bitWords(actions.length)
  const families = new Map<number, Map<string, number[]>>()
  for (let at = 0; at < titles.procedure.length; at++) {
    if (titles.isAlias[at]) continue
    const family = families.get(titles.family[at]!) ?? new Map<string, number[]>()
    families.set(titles.family[at]!, family)
    const key = titles.headActions.subarray(at * words, (at + 1) * words).join(',')
    family.set(key, [...(family.get(key) ?? []), at])
  }
  const questions: SiblingQuestion[] = []
  for (const family of families.values()) {
    if (family.size < 2) continue
    for (const members of family.values()) {
      const at = members[0]!
      const asked = actions.findIndex((_, i) => (titles.headActions[at * words + (i >> 5)]! >> (i & 31)) & 1)
      if (asked < 0) continue
      // Only plain words: a phrase with gaps or alternatives is no sentence.
      const said = actions[asked]!.said.filter((phrase) => !/[()*|]/.test(phrase))
      const name = procedures[titles.procedure[at]!]!.name
      const object = name
        .split(/\s+/)
        .slice(2, 2 + objectWords)
        .join(' ')
        .toLowerCase()
      if (said.length === 0 || object === '') continue
      questions.push({
        question: `${said[questions.length % said.length]} ${object}`,
        codes: members.map((member) => procedures[titles.procedure[member]!]!.code),
      })
    }
  }
  return questions.filter((_, i) => i % every === from)
}
