import { addDays } from '../../../src/lib/working-days/day.ts'
import type { Answer } from '../../../src/surveys/index/form.ts'
import { createRotation } from '../../../src/surveys/rotation.ts'
import { seededRandom } from '../../../src/surveys/seeded-random.ts'
import { dossier } from '../../dossiers/made-dossier.ts'
import { questionnaire } from '../../surveys/read-surveys.ts'
import { noRecords, type Records } from '../survey-parts.ts'

/** A year of answers, two questions a person by the real rotation; every run gives the same. */
export function town(people: number): Records {
  const random = seededRandom('thi-tran')
  const official = questionnaire('sipas-19')
  const rotation = createRotation(official, { seed: 'dot-1', itemsAPerson: 2, outsideIndexOneIn: 4 })
  const records = noRecords()
  for (let number = 0; number < people; number++) {
    const day = addDays('2026-01-05', Math.floor((number * 320) / people))
    const { items } = rotation.assign(number)
    const isSilent = random.below(100) < 40
    const answer = (): Answer => {
      if (isSilent) return 'unanswered'
      const drawn = random.below(100)
      if (drawn < 6) return 'never-used'
      return drawn < 50 ? 5 : drawn < 88 ? 4 : drawn < 94 ? 3 : drawn < 98 ? 2 : 1
    }
    records.forms.push({
      day,
      form: {
        asked: items.map(({ item, chance }) => ({ item, chance, answer: answer() })),
        stratum: number % 3 === 0 ? 'Việc làm' : 'Người có công',
        facts: {
          field: number % 3 === 0 ? 'Việc làm' : 'Người có công',
          unit: number % 40 === 0 ? 'Phòng nhỏ' : number % 2 === 0 ? 'Phòng A' : 'Phòng B',
          procedureCode: number % 2 === 0 ? '1.000105' : '2.000286',
        },
        ...(isSilent && number < 20 ? { poll: { isUndelivered: true } } : {}),
      },
    })
    const doneDay = addDays(day, -1)
    const dueDay = addDays(doneDay, random.below(20) === 0 ? -2 : random.below(2))
    records.dossiers.push(
      dossier({
        field: number % 3 === 0 ? 'Việc làm' : 'Người có công',
        status: 'returned',
        receivedDay: addDays(doneDay, -9),
        firstDueDay: dueDay,
        dueDay,
        doneDay,
        returnedDay: doneDay,
      }),
    )
  }
  const form = { asked: [{ item: '23', answer: 1 as const }], isAssisted: true }
  records.forms.push({ day: '2026-06-01', form })
  records.comments.push(
    { day: '2026-03-02', text: 'Gọi lại cho tôi số 0905 123 456 nhé' },
    { day: '2026-04-02', text: 'Cán bộ <b>nhiệt tình</b>' },
  )
  return records
}
