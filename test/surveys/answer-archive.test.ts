import { expect, it } from 'vitest'
import { type ArchivedForm, indexDataOf } from '../../src/surveys/answer-archive.ts'
import type { Answer } from '../../src/surveys/index/form.ts'
import { indexLines, reportIndex } from '../../src/surveys/index/report-index.ts'
import { questionnaire, surveyTexts } from './read-surveys.ts'

it('stored answers of a period come with silence and staff entries counted, the latter out of the index', () => {
  const form = (answer: Answer, isAssisted = false): ArchivedForm => ({
    day: '2026-11-23',
    facts: {},
    asked: [{ item: '23', answer, chance: { part: 2, whole: 19 } }],
    isAssisted,
  })
  const forms = [
    ...Array.from({ length: 36 }, () => form(5)),
    ...Array.from({ length: 4 }, () => form(3)),
    ...Array.from({ length: 2 }, () => form('never-used')),
    ...Array.from({ length: 10 }, () => form('unanswered')),
    ...Array.from({ length: 5 }, () => form(1, true)),
  ]
  const official = questionnaire('sipas-19')
  const stored = {
    questionnaire: { id: official.id, version: official.version },
    forms,
  }
  const options = { label: 'SIPS', method: 'share45_pooled', minimumPeople: 30 } as const
  const report = reportIndex(indexDataOf(stored, official), options, surveyTexts)
  expect(report.forms).toEqual({ asked: 52, answered: 42, valid: 40, assisted: 5 })
  expect(report.index).toBe(90)
  // 36 of 50 and 46 of 50: ten silent people, two who never used the service.
  expect(report.silence).toMatchObject({ unanswered: 10, allUnhappy: 72, likeAnswered: 90, allHappy: 92 })
  expect(indexLines(report, surveyTexts).join('\n')).toMatch(/nhập hộ 5 \(không tính\)/)
  expect(JSON.parse(JSON.stringify(report))).toEqual(report)
})
