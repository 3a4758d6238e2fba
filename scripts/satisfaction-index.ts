import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { formatProblem } from '../src/lib/problem.ts'
import { type IndexLayout, layoutOf, type SurveyForm } from '../src/surveys/index/form.ts'
import { type MethodId, methodIds } from '../src/surveys/index/methods.ts'
import { readAnswersCsv } from '../src/surveys/index/read-answers-csv.ts'
import { type IndexData, indexLines, reportIndex } from '../src/surveys/index/report-index.ts'
import { answersCsv } from '../src/surveys/index/write-answers-csv.ts'
import type { Questionnaire } from '../src/surveys/questionnaire.ts'
import { readStoredAnswers } from './satisfaction-index/read-stored-answers.ts'
import { readSurveyContent, readSurveyTexts } from './survey-files.ts'

/** The satisfaction index, so that anybody with the same records gets the same figures. */
const { values } = parseArgs({
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    method: { type: 'string' },
    answers: { type: 'string' },
    sent: { type: 'string' },
    questionnaire: { type: 'string' },
    export: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const texts = readSurveyTexts()

if (values.help) console.log(texts.say('survey.command.index-help'))
else {
  const { settings, questionnaires } = readSurveyContent(texts)
  const method = methodIds.find((id) => id === (values.method ?? settings.index.method))
  const got = method ? await getData(questionnaires, settings.questions.questionnaire) : refusedMethod()
  if (got.kind === 'data' && method) print(got.data, method)
  else if (got.kind === 'refused') {
    for (const line of got.lines) console.error(line)
    process.exitCode = got.exitCode
  }

  function print(data: IndexData, id: MethodId): void {
    const { label, index } = settings
    const report = reportIndex(data, { label, method: id, minimumPeople: index.minimumPeople }, texts)
    console.log(values.json ? JSON.stringify(report) : indexLines(report, texts).join('\n'))
  }
}

type Got =
  | { kind: 'data'; data: IndexData }
  /** 2: the command was called wrongly; 1: a file has mistakes. */
  | { kind: 'refused'; lines: string[]; exitCode: 1 | 2 }

function refused(...lines: string[]): Got {
  return { kind: 'refused', lines, exitCode: 2 }
}

function refusedMethod(): Got {
  const method = values.method ?? ''
  return refused(texts.say('survey.command.unknown-method', { method, methods: methodIds.join(', ') }))
}

async function getData(questionnaires: readonly Questionnaire[], inUse: string): Promise<Got> {
  const { from, to, answers } = values
  for (const date of [from, to]) {
    if (date !== undefined && !isDay(date)) return refused(texts.say('survey.command.wrong-date', { date }))
  }
  if (from && to && from > to) return refused(texts.say('survey.command.reversed-dates'))
  if (answers !== undefined) return dataOfFile(answers, questionnaires)
  if (!from || !to) return refused(texts.say('survey.command.needs-period'))
  const read = await readStoredAnswers({ from, to }, values.questionnaire, inUse)
  if (read.kind === 'refused') return refused(...read.lines(texts))
  for (const line of read.notes(texts)) console.error(line)
  if (values.export !== undefined) writeFileSync(values.export, answersCsv(read.data.forms, read.data.layout))
  return read
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

function dataOfFile(file: string, questionnaires: readonly Questionnaire[]): Got {
  if (!existsSync(file)) return refused(texts.say('survey.command.no-such-file', { file }))
  const read = readAnswersCsv({ name: file, text: decode(readFileSync(file)) }, texts)
  if (read.kind === 'problems') {
    return { kind: 'refused', lines: read.problems.map(formatProblem), exitCode: 1 }
  }
  const { forms, isComplete } = read
  const layout = knownLayout(read.layout, questionnaires) ?? read.layout
  if (isComplete) return { kind: 'data', data: { forms, layout, withSilent: forms } }
  if (values.sent === undefined) return { kind: 'data', data: { forms, layout } }
  const sent = /^\d{1,7}$/.test(values.sent) ? Number(values.sent) : 0
  if (sent < forms.length) return refused(texts.say('survey.command.wrong-sent', { forms: forms.length }))
  return { kind: 'data', data: { forms, layout, withSilent: withSilent(forms, layout, sent) } }
}

/** UTF-8, or UTF-16 as Excel's "Unicode text" saves it. */
function decode(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString('hex')
  if (mark === 'fffe') return new TextDecoder('utf-16le').decode(bytes)
  if (mark === 'feff') return new TextDecoder('utf-16be').decode(bytes)
  return bytes.toString('utf8')
}

/** The questionnaire whose groups hold all items of the file, for its names and weights. */
function knownLayout(
  { groups }: IndexLayout,
  questionnaires: readonly Questionnaire[],
): IndexLayout | undefined {
  return questionnaires
    .map(layoutOf)
    .find((known) =>
      groups.every(({ id, items }) =>
        items.every((item) =>
          known.groups.some((group) => group.id === id && group.items.some((other) => other.id === item.id)),
        ),
      ),
    )
}

/**
 * With the forms that never came back. Paper does not tell whether an empty line means "never used", so empty lines of the
 * forms that came back stay out, as they do in the index.
 */
function withSilent(forms: readonly SurveyForm[], layout: IndexLayout, sent: number): SurveyForm[] {
  const returned = forms.map(({ asked }) => ({
    asked: asked.map((one) =>
      one.answer === 'unanswered' ? { ...one, answer: 'never-used' as const } : one,
    ),
  }))
  const items = layout.groups.flatMap((group) => group.items)
  const silent: SurveyForm = { asked: items.map(({ id }) => ({ item: id, answer: 'unanswered' })) }
  return [...returned, ...Array<SurveyForm>(sent - forms.length).fill(silent)]
}
