import { describe, expect, it } from 'vitest'
import { fingerprint, parseQuestionnaires } from '../../src/surveys/questionnaire.ts'
import { parseSurveySettings, questionnaireInUse } from '../../src/surveys/survey-settings.ts'
import {
  checkTexts,
  questionnaire,
  questionnaireFiles,
  settingsFile,
  shippedQuestionnaires,
  shippedSettings,
  surveyTexts,
} from './read-surveys.ts'

const official = questionnaireFiles.find(({ name }) => name.includes('sipas'))!

/** Problems of one file after a change, as `line: message`. */
function problemsOf(text: string): string[] {
  expect(text).not.toBe(official.text)
  const parsed = parseQuestionnaires([{ name: 'q.yaml', text }], checkTexts, surveyTexts)
  return parsed.kind === 'problems' ? parsed.problems.map(({ line, message }) => `${line}: ${message}`) : []
}
const lineOf = (words: string) => official.text.slice(0, official.text.indexOf(words)).split('\n').length

describe('the shipped questionnaires', () => {
  it('are the official one, the six groups as a draft, and an empty one for the office', () => {
    expect(shippedQuestionnaires().map(({ id, state, items }) => [id, state, items.length])).toEqual([
      ['co-quan', 'draft', 0],
      ['sau-nhom', 'draft', 15],
      ['sipas-19', 'ready', 19],
    ])
    expect(questionnaireInUse(shippedSettings(), shippedQuestionnaires())?.id).toBe('sipas-19')
  })

  it('hold the official 19 items, numbered 15 to 33, in groups of 4, 4, 5, 3 and 3', () => {
    const { items, groups } = questionnaire('sipas-19')
    expect(items.map(({ id }) => Number(id))).toEqual(Array.from({ length: 19 }, (_, n) => n + 15))
    expect(groups.map(({ id }) => items.filter(({ group }) => group === id).length)).toEqual([4, 4, 5, 3, 3])
    for (const { text, source } of items) {
      expect(text).not.toMatch(/…|\.\.\./)
      expect(source).not.toBe('')
    }
  })

  it('use the five official words and one that stays out of the index', () => {
    for (const { scale } of shippedQuestionnaires()) {
      expect(Object.values(scale.levels)).toEqual([
        'Rất không hài lòng',
        'Không hài lòng',
        'Bình thường',
        'Hài lòng',
        'Rất hài lòng',
      ])
      expect(scale.neverUsed).toBe('Chưa từng sử dụng')
    }
  })

  it('ask about informal payments outside the index only', () => {
    for (const { items, outsideIndex } of shippedQuestionnaires()) {
      expect(items.every(({ text }) => !text.includes('đưa tiền'))).toBe(true)
      for (const { offersReport } of outsideIndex) expect(offersReport).toEqual(['2', '3'])
    }
  })

  it('change their fingerprint with every word that is asked, not with the note of their source', () => {
    const one = questionnaire('sipas-19')
    const [first, ...others] = one.items
    expect(fingerprint({ ...one, source: 'khác' })).toBe(fingerprint(one))
    expect(fingerprint({ ...one, items: [{ ...first!, text: `${first!.text}.` }, ...others] })).not.toBe(
      fingerprint(one),
    )
  })
})

describe('mistakes in a questionnaire are named with their line', () => {
  it.each([
    ['id used twice', "id: '16'", "id: '15'", /«id» 15 dùng hai lần/],
    ['unknown group', "id: '33', group: V", "id: '33', group: VI", /Câu 33 ghi nhóm VI/],
    ['reserved id', "id: '20'", 'id: stop', /Không đặt tên câu hỏi là stop/],
    ['misspelt key', "id: '20', group: II, weight: 1", "id: '20', group: II, wieght: 1", /wieght/],
    ['no source', ", source: 'Phiếu khảo sát của Bộ Nội vụ, câu 21'", '', /Thiếu mục «items\[7\]\.source»/],
    ['unknown answer', "offersReport: ['2', '3']", "offersReport: ['2', '4']", /«offersReport» ghi 4/],
    [
      'weight of nothing',
      "id: '22', group: II, weight: 1",
      "id: '22', group: II, weight: 0",
      /items\[8\]\.weight/,
    ],
    ['unknown criterion', 'criterion: V,', 'criterion: VII,', /chỉ nhận: I, II, III, IV, V/],
  ])('%s', (_, from, to, message) => {
    const problems = problemsOf(official.text.replace(from, to))
    expect(problems.join('\n')).toMatch(message)
    expect(problems.some((problem) => problem.startsWith(`${lineOf(from)}: `))).toBe(true)
  })

  it('a group without items, and a ready one without any', () => {
    const items = official.text.indexOf('\nitems:')
    const outside = official.text.indexOf('\n# Câu không tính')
    const emptied = `${official.text.slice(0, items)}\nitems: []\n${official.text.slice(outside)}`
    const problems = problemsOf(emptied).join('\n')
    expect(problems).toMatch(/Nhóm I không có câu hỏi nào/)
    expect(problems).toMatch(/state: ready nhưng chưa có câu nào/)
  })

  it('the same version in two files', () => {
    const parsed = parseQuestionnaires([official, { ...official, name: 'b.yaml' }], checkTexts, surveyTexts)
    expect(parsed).toMatchObject({ kind: 'problems', problems: [{ file: 'b.yaml' }] })
  })
})

describe('the shipped settings', () => {
  it('keep what earlier years published, as given, with their sources', () => {
    const { historic, index } = shippedSettings()
    expect(historic.map(({ year, value }) => [year, value])).toEqual([
      [2020, 9466],
      [2021, 9541],
      [2022, 9604],
      [2023, 9608],
    ])
    expect(historic.find(({ year }) => year === 2021)).toMatchObject({ sent: 100, valid: 80 })
    expect(surveyTexts.say('survey.historic', { year: 2023, value: '96,08', source: 'x' })).toContain(
      'không tính lại được',
    )
    expect(index.method).toBe('share45_pooled')
  })

  it.each([
    ['value: sipas-19', 'value: sau-nhom', /Không có bộ câu hỏi sau-nhom nào với state: ready/],
    ['itemsAPerson: { value: 2', 'itemsAPerson: { value: 4', /itemsAPerson/],
    ['reminderAfterDays: { value: 3', 'reminderAfterDays: { value: 14', /Ngày nhắc phải trước/],
    ["to: '08:00'", "to: '20:00'", /Giờ yên lặng/],
    ["value: '96,08'", "value: '96.08'", /historic\[4\]\.value/],
    ['year: 2023', 'year: 2022', /Năm 2022 ghi hai lần/],
    ['value: share45_pooled', 'value: average', /share45_pooled, share45_mean_of_groups/],
    [
      "minimumPeople: { value: 30, source: 'Mức mặc định, cơ quan sửa được' }",
      'minimumPeople: { value: 30 }',
      /source/,
    ],
  ])('mistakes are named: %s → %s', (from, to, message) => {
    expect(settingsFile.text).toContain(from)
    const file = { ...settingsFile, text: settingsFile.text.replace(from, to) }
    const parsed = parseSurveySettings(file, shippedQuestionnaires(), checkTexts, surveyTexts)
    if (parsed.kind !== 'problems') throw new Error('no problem found')
    expect(parsed.problems.map((problem) => problem.message).join('\n')).toMatch(message)
    expect(parsed.problems.every(({ line }) => line !== undefined && line > 1)).toBe(true)
  })
})
