import { stringify } from 'csv-stringify/sync'
import type { IndexLayout, SurveyForm } from '../../surveys/index/form.ts'
import { guardFormula } from '../figures/reports-csv.ts'

/**
 * The answers behind an index, one line an answer, in the form that `npm run index -- --answers` reads. Forms are numbered
 * in the order of what they say, so the file tells neither when somebody answered nor about which dossier. Entries typed in
 * by staff are not part of an index and not in the file. What was never used has an empty level, like what was skipped.
 */
export function answersCsv(forms: readonly SurveyForm[], layout: IndexLayout): string {
  const groupOf = new Map(
    layout.groups.flatMap(({ id, items }) => items.map((item) => [item.id, id] as const)),
  )
  const places = new Map([...groupOf.keys()].map((item, place) => [item, place]))
  const answersOf = ({ asked }: SurveyForm) =>
    [...asked]
      .sort((a, b) => places.get(a.item)! - places.get(b.item)!)
      .map(({ item, answer }) => [item, groupOf.get(item)!, typeof answer === 'number' ? String(answer) : ''])
  const ordered = forms
    .filter(({ isAssisted, asked }) => !isAssisted && asked.length > 0)
    .map((form) => {
      const answers = answersOf(form)
      return { answers, key: JSON.stringify(answers) }
    })
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const rows = ordered.flatMap(({ answers }, index) =>
    answers.map((cells) => [String(index + 1), ...cells].map(guardFormula)),
  )
  return stringify([['form', 'item', 'group', 'level'], ...rows], {
    bom: true,
    delimiter: ';',
    quoted: true,
    quoted_empty: false,
    record_delimiter: 'windows',
  })
}

/** Whether each person was asked each question with the same chance, so that the file alone gives the same index. */
export function isEquallyAsked(forms: readonly SurveyForm[]): boolean {
  const chances = new Set<string>()
  for (const { asked, weight } of forms) {
    for (const { chance } of asked) {
      chances.add(
        `${(weight?.part ?? 1) * (chance?.whole ?? 1)}/${(weight?.whole ?? 1) * (chance?.part ?? 1)}`,
      )
    }
  }
  return chances.size <= 1
}
