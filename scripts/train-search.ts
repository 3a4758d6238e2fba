import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { buildSearch } from '../src/catalogue/search/build-search.ts'
import type { RankingWeights } from '../src/catalogue/search/ranking-weights.ts'
import type { SearchIntents } from '../src/catalogue/search/search-intents.ts'
import {
  crossValidate,
  families,
  type Lesson,
  type LessonSource,
  toLessons,
  trainAll,
} from './cross-validate.ts'
import { parts, readLabelled } from './labelled-questions.ts'
import { readSearchInputs, searchOf } from './search-files.ts'
import { readSearchTexts } from './search-texts.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    catalogue: { type: 'string', multiple: true },
    part: { type: 'string', default: 'dev' },
    date: { type: 'string' },
    out: { type: 'string' },
    wrong: { type: 'string', default: '1.5' },
    lost: { type: 'string', default: '1' },
    bold: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

/**
 * How much each kind of question counts. Asked of the shipped catalogue, which holds a small part of the national one,
 * most labelled questions have no answer: they teach when to say so.
 */
const sourceWeights = { labelled: 1, layWordTest: 0.5, topicTest: 0.4, alias: 0.08, shippedCatalogue: 0.4 }
const repeats = 3

const texts = readSearchTexts()
const [file] = positionals
const part = parts.find((known) => known === values.part) ?? 'dev'
if (values.help || file === undefined) {
  console.log(texts.say('search.train-help'))
  if (!values.help) process.exitCode = 2
} else if (values.date === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(values.date)) {
  console.error(texts.say('search.train-no-date'))
  process.exitCode = 2
} else {
  train(file, values.date)
}

function train(questionsFile: string, date: string): void {
  const inputs = readSearchInputs(values.catalogue)
  const shipped = readSearchInputs()
  const labelled: LessonSource[] = readLabelled(questionsFile, part, texts).map(({ question, codes }) => {
    return { question, codes, source: 'labelled', weight: sourceWeights.labelled }
  })
  const tests = testQuestions(inputs.intents)
  const aliases: LessonSource[] = shipped.procedures.flatMap(({ code, aliases: names }) =>
    (names ?? []).map((question) => ({
      question,
      codes: [code],
      source: 'test',
      weight: sourceWeights.alias,
    })),
  )
  const sources = [...labelled, ...tests, ...aliases]
  const familyOf = families(sources)
  // Without aliases: the questions made of them would find themselves.
  const search = buildSearch(
    inputs.procedures.map(({ aliases: _, ...procedure }) => procedure),
    inputs.intents,
  )
  const lessons = toLessons(search, sources, familyOf)
  if (values.catalogue) {
    const present = new Set(shipped.procedures.map(({ code }) => code))
    const small = [...labelled, ...tests].map((source): LessonSource => {
      const codes = source.codes.filter((code) => present.has(code))
      const weight = source.weight * sourceWeights.shippedCatalogue
      return { ...source, codes, source: 'test', weight, family: familyOf(source) }
    })
    lessons.push(...toLessons(searchOf({ ...shipped, weights: undefined }), small, familyOf))
  }
  const checks = Array.from({ length: repeats }, (_, seed) => crossValidate(lessons, seed))
  printRanking(checks.map(({ ranks }) => ranks))

  const judged = checks
    .flatMap(({ judgements }) => judgements)
    .filter(({ lesson }) => lesson.source === 'labelled')
  const answerThreshold = lowestThreshold(judged, lessons, Number(values.wrong) / 100)
  const foundThreshold = refusalThreshold(judged, Number(values.lost) / 100)
  const answered = judged.filter(
    ({ sure, lesson }) => sure >= answerThreshold && lesson.codes.length > 0,
  ).length
  const answerable = judged.filter(({ lesson }) => lesson.codes.length > 0).length
  console.log({
    answerThreshold,
    foundThreshold,
    answeredPercent: Math.round((1000 * answered) / answerable) / 10,
  })
  if (values.bold) {
    for (const { lesson, sure, isRight } of checks[0]!.judgements.sort((a, b) => b.sure - a.sure)) {
      if (!isRight && sure >= answerThreshold) console.log(sure.toFixed(2), lesson.question)
    }
  }
  if (values.out === undefined) return
  const weights: RankingWeights = {
    version: 1,
    trainedOn: date,
    trainingSet: createHash('sha256')
      .update(JSON.stringify(lessons.map(({ question, codes }) => [question, codes])))
      .digest('hex'),
    ...trainAll(
      lessons,
      checks.flatMap(({ samples }) => samples),
    ),
    thresholds: { answer: answerThreshold, found: foundThreshold },
  }
  writeFileSync(values.out, `${JSON.stringify(weights, null, 2)}\n`)
}

function testQuestions({ layWords, topics }: SearchIntents): LessonSource[] {
  const ofRules = layWords.flatMap(({ test }): LessonSource[] => {
    if (!test) return []
    const codes = [test.finds].flat()
    return [{ question: test.ask, codes, source: 'test', weight: sourceWeights.layWordTest }]
  })
  const ofTopics = topics.flatMap(({ test }) =>
    (test ?? []).map((question): LessonSource => {
      return { question, codes: [], source: 'test', weight: sourceWeights.topicTest }
    }),
  )
  return [...ofRules, ...ofTopics]
}

type Judged = ReturnType<typeof crossValidate>['judgements'][number]

/** The lowest confidence at which outright answers are wrong in at most this share of all questions. */
function lowestThreshold(judged: readonly Judged[], lessons: readonly Lesson[], maxWrong: number): number {
  const total = repeats * lessons.filter(({ source }) => source === 'labelled').length
  let wrong = 0
  let threshold = 1
  for (const { sure, isRight, lesson } of [...judged].sort((a, b) => b.sure - a.sure)) {
    if (lesson.hasTopic) continue
    if (!isRight) wrong++
    if (wrong / total > maxWrong) break
    threshold = sure
  }
  return round(threshold)
}

/** The probability of "in the catalogue" below which this share of the answerable questions lies. */
function refusalThreshold(judged: readonly Judged[], maxLost: number): number {
  const kept = judged
    .filter(({ lesson, isAmongFirst }) => lesson.codes.length > 0 && isAmongFirst)
    .map(({ found }) => found)
    .sort((a, b) => a - b)
  return round(kept[Math.floor(kept.length * maxLost)] ?? 0)
}

function printRanking(runs: readonly (readonly { lesson: Lesson; rank: number }[])[]): void {
  const all = runs.flat().filter(({ lesson }) => lesson.source === 'labelled')
  const within = (count: number) => {
    const hits = all.filter(({ rank }) => rank >= 0 && rank < count).length
    return Math.round((1000 * hits) / Math.max(1, all.length)) / 10
  }
  console.log({ lines: all.length / runs.length, top1: within(1), top3: within(3), top5: within(5) })
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
