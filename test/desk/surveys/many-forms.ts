import type mongoose from 'mongoose'
import { addDays } from '../../../src/lib/working-days/day.ts'
import { createRotation } from '../../../src/surveys/rotation.ts'
import { seededRandom } from '../../../src/surveys/seeded-random.ts'
import { questionnaire } from '../../surveys/read-surveys.ts'

const rowsAWrite = 1_000

/**
 * A year of polls that are over, as the database holds them: two questions a person by the real rotation, two fifths silent.
 * Written past the stores, for a hundred thousand polls through them take minutes; every run writes the same.
 */
export async function storeManyForms(connection: mongoose.Connection, people: number): Promise<void> {
  const random = seededRandom('nhieu-phieu')
  const { id, version } = questionnaire('sipas-19')
  const rotation = createRotation(questionnaire('sipas-19'), {
    seed: 'dot-1',
    itemsAPerson: 2,
    outsideIndexOneIn: 4,
  })
  for (let start = 0; start < people; start += rowsAWrite) {
    const invitations = []
    const answers = []
    for (let number = start; number < Math.min(people, start + rowsAWrite); number++) {
      const sentDay = addDays('2026-01-05', Math.floor((number * 300) / people))
      const sentAt = new Date(`${sentDay}T03:00:00Z`)
      const assignment = rotation.assign(number)
      invitations.push({
        _id: `phieu-${String(number).padStart(12, '0')}`,
        token: `ho-so-${number}`,
        facts: {
          field: `Lĩnh vực ${number % 7}`,
          unit: `Phòng ${number % 11}`,
          procedureCode: `1.${String(number % 120).padStart(6, '0')}`,
        },
        handedOverAt: sentAt,
        sent: {
          questionnaire: { id, version },
          assignment,
          half: number % 2 === 0 ? 'reminded' : 'control',
          sentAt,
          expiresAt: new Date(`${addDays(sentDay, 7)}T03:00:00Z`),
        },
        series: 'sipas-19@1:dot-1',
        number,
        sentDay,
      })
      if (random.below(100) < 40) continue
      const asked = [...assignment.items.map(({ item }) => item)]
      const questions = asked.map((question) => {
        const drawn = random.below(100)
        const answer = drawn < 6 ? 'never-used' : drawn < 50 ? 5 : drawn < 88 ? 4 : drawn < 94 ? 3 : 2
        return { question, history: [{ answer, at: sentAt, tapId: '' }] }
      })
      answers.push({ _id: `ho-so-${number}`, revision: 1, questions, comments: [], answeredDay: sentDay })
    }
    await connection.collection<{ _id: string }>('invitations').insertMany(invitations, { ordered: false })
    await connection.collection<{ _id: string }>('answers').insertMany(answers, { ordered: false })
  }
}
