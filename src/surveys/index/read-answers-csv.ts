import { CsvError, parse } from 'csv-parse/sync'
import { z } from 'zod'
import type { Problem } from '../../lib/problem.ts'
import type { SurveyTexts } from '../survey-texts.ts'
import type { Answer, IndexLayout, Ratio, SurveyForm } from './form.ts'

/**
 * Answers of a file, such as typed-in paper forms: `form,item,group,level`, one line an answer, level 1–5 or empty. An empty
 * level has no valid answer; paper does not tell whether the person never used the service or skipped the line.
 *
 * With a further column `chance` ("2/19") it is an export of the database (`answersCsv`): level 0 is "chưa từng sử dụng",
 * everybody who was asked stands in it, and `assisted` marks what staff typed in.
 */
export type ReadAnswers =
  | {
      kind: 'answers'
      forms: SurveyForm[]
      /** Groups and items in the order of their names, each weighing 1. */
      layout: IndexLayout
      /** Silent people are in it. */
      isComplete?: true
    }
  | { kind: 'problems'; problems: Problem[] }

const columns = ['form', 'item', 'group', 'level'] as const

const rowsSchema = z.array(
  z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.number() }) }),
)

export function readAnswersCsv(file: { name: string; text: string }, texts: SurveyTexts): ReadAnswers {
  const rows = readRows(file, texts)
  if ('problem' in rows) return { kind: 'problems', problems: [rows.problem] }
  const problems: Problem[] = []
  const isComplete = rows.rows.some(({ record }) => 'chance' in record)
  const levelPattern = isComplete ? /^[0-5]?$/ : /^[1-5]?$/
  const forms = new Map<string, ReadForm>()
  const groupOfItem = new Map<string, { group: string; line: number }>()

  for (const { record, line } of rows.rows) {
    const report = (message: string) => problems.push({ file: file.name, line, message })
    const [form, item, group, level] = columns.map((column) => (record[column] ?? '').trim().normalize('NFC'))
    if (!form || !item || !group) {
      report(texts.say('survey.csv.blank'))
      continue
    }
    const chance = readChance(record.chance)
    if (!levelPattern.test(level!) || chance === 'wrong') {
      report(texts.say('survey.csv.level', { level: level! }))
      continue
    }
    const earlier = groupOfItem.get(item)
    if (!earlier) groupOfItem.set(item, { group, line })
    else if (earlier.group !== group) {
      report(texts.say('survey.csv.group', { item, group, other: earlier.group, line: earlier.line }))
      continue
    }
    const read: ReadForm = forms.get(form) ?? { answers: new Map(), isAssisted: record.assisted === '1' }
    forms.set(form, read)
    const { answers } = read
    const twice = answers.get(item)
    if (twice) report(texts.say('survey.csv.twice', { form, item, line: twice.line }))
    else answers.set(item, { answer: answerOf(level!), line, ...(chance ? { chance } : {}) })
  }
  if (problems.length === 0 && forms.size === 0) {
    problems.push({ file: file.name, message: texts.say('survey.csv.empty') })
  }
  if (problems.length > 0) return { kind: 'problems', problems }
  return {
    kind: 'answers',
    forms: [...forms.values()].map(({ answers, isAssisted }) => ({
      asked: [...answers].map(([item, { line: _, ...one }]) => ({ item, ...one })),
      ...(isAssisted ? { isAssisted } : {}),
    })),
    ...(isComplete ? { isComplete } : {}),
    layout: layoutOfItems(groupOfItem),
  }
}

interface ReadForm {
  answers: Map<string, { answer: Answer; line: number; chance?: Ratio }>
  isAssisted: boolean
}

function answerOf(level: string): Answer {
  if (level === '') return 'unanswered'
  return level === '0' ? 'never-used' : (Number(level) as Answer)
}

function readChance(cell: string | undefined): Ratio | undefined | 'wrong' {
  if (cell === undefined || cell === '') return undefined
  const [, part, whole] = /^(\d{1,6})\/(\d{1,6})$/.exec(cell) ?? []
  if (!part || !whole || Number(part) < 1 || Number(part) > Number(whole)) return 'wrong'
  return { part: Number(part), whole: Number(whole) }
}

function readRows(
  file: { name: string; text: string },
  texts: SurveyTexts,
): { rows: { record: Record<string, string>; line: number }[] } | { problem: Problem } {
  try {
    const parsed: unknown = parse(file.text, {
      bom: true,
      columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
      skip_empty_lines: true,
      info: true,
      delimiter: [',', ';', '\t'],
    })
    const rows = rowsSchema.parse(parsed).map(({ record, info }) => ({ record, line: info.lines }))
    const header = rows[0]?.record ?? {}
    if (rows.length > 0 && columns.some((column) => !(column in header))) {
      const message = texts.say('survey.csv.header', { columns: columns.join(',') })
      return { problem: { file: file.name, line: 1, message } }
    }
    return { rows }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = typeof error.lines === 'number' ? { line: error.lines } : {}
    return { problem: { file: file.name, ...line, message: texts.say('survey.csv.row') } }
  }
}

function layoutOfItems(groupOfItem: ReadonlyMap<string, { group: string }>): IndexLayout {
  const groups = [...new Set([...groupOfItem.values()].map(({ group }) => group))].sort(byNumbers)
  return {
    groups: groups.map((id) => ({
      id,
      name: id,
      weight: 1,
      items: [...groupOfItem]
        .filter(([, { group }]) => group === id)
        .map(([item]) => ({ id: item, weight: 1 }))
        .sort((a, b) => byNumbers(a.id, b.id)),
    })),
  }
}

/** "9" before "10", "G1.2" before "G1.10". */
function byNumbers(a: string, b: string): number {
  const padded = (name: string) => name.replace(/\d+/g, (digits) => digits.padStart(12, '0'))
  return padded(a) < padded(b) ? -1 : padded(a) > padded(b) ? 1 : 0
}
