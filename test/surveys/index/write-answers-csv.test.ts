import fc from 'fast-check'
import { expect, it } from 'vitest'
import { computeIndex } from '../../../src/surveys/index/compute-index.ts'
import { type Answer, layoutOf, type SurveyForm } from '../../../src/surveys/index/form.ts'
import { readAnswersCsv } from '../../../src/surveys/index/read-answers-csv.ts'
import { answersCsv } from '../../../src/surveys/index/write-answers-csv.ts'
import { questionnaire, surveyTexts } from '../read-surveys.ts'

const official = questionnaire('sipas-19')
const layout = layoutOf(official)
const items = official.items.map(({ id }) => id)

const answer = fc.constantFrom<Answer>(1, 2, 3, 4, 5, 'never-used', 'unanswered')
const form: fc.Arbitrary<SurveyForm> = fc
  .record({
    asked: fc.uniqueArray(fc.constantFrom(...items), { minLength: 1, maxLength: 3 }),
    answers: fc.array(answer, { minLength: 3, maxLength: 3 }),
    part: fc.integer({ min: 1, max: 19 }),
    isAssisted: fc.boolean(),
  })
  .map(({ asked, answers, part, isAssisted }) => ({
    asked: asked.map((item, index) => ({ item, answer: answers[index]!, chance: { part, whole: 19 } })),
    ...(isAssisted ? { isAssisted } : {}),
  }))

const said = ({ asked, isAssisted }: SurveyForm) =>
  JSON.stringify([[...asked].sort((a, b) => (a.item < b.item ? -1 : 1)), isAssisted])

it('row 61: what is exported is read back as the same forms', () => {
  fc.assert(
    fc.property(fc.array(form, { minLength: 1, maxLength: 20 }), (forms) => {
      const read = readAnswersCsv({ name: 'x.csv', text: answersCsv(forms, layout) }, surveyTexts)
      expect(read).toMatchObject({ kind: 'answers', isComplete: true })
      // In the order of what they say, whoever answered first.
      expect(read.kind === 'answers' && read.forms.map(said).sort()).toEqual(forms.map(said).sort())
      const options = { method: 'share45_pooled', minimumPeople: 2 } as const
      expect(read.kind === 'answers' && computeIndex(read.forms, layout, options)).toEqual(
        computeIndex(forms, layout, options),
      )
    }),
  )
})

it.each(['0/19', '20/19', '2', '-1/2', 'x'])('a chance of %j is a mistake with its line', (chance) => {
  const text = `form,item,group,level,chance\n1,15,I,5,2/19\n2,15,I,5,${chance}\n`
  const read = readAnswersCsv({ name: 'x.csv', text }, surveyTexts)
  expect(read).toMatchObject({ kind: 'problems', problems: [{ line: 3 }] })
})
