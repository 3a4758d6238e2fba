import { stringify } from 'csv-stringify/sync'
import type { Answer, IndexLayout, SurveyForm } from './form.ts'

/**
 * Everything that an index is made of, so that anybody can make it again without the database: `readAnswersCsv` reads it
 * back to the same forms. Forms are numbered; nothing in it names a person, a dossier or a time.
 */
export function answersCsv(forms: readonly SurveyForm[], { groups }: IndexLayout): string {
  const groupOf = new Map(groups.flatMap((group) => group.items.map((item) => [item.id, group.id] as const)))
  const rows = forms.flatMap(({ asked, isAssisted }, index) =>
    asked.map(({ item, answer, chance = { part: 1, whole: 1 } }) => [
      index + 1,
      item,
      groupOf.get(item) ?? '',
      levelOf(answer),
      `${chance.part}/${chance.whole}`,
      isAssisted ? 1 : '',
    ]),
  )
  return stringify([['form', 'item', 'group', 'level', 'chance', 'assisted'], ...rows])
}

function levelOf(answer: Answer): string {
  if (answer === 'unanswered') return ''
  return answer === 'never-used' ? '0' : String(answer)
}
