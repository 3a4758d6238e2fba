import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { RankingWeights } from '../src/catalogue/search/ranking-weights.ts'
import { crossValidate, foldCount, type Lesson, trainAll } from './cross-validate.ts'
import { chooseThresholds, decisionCurve } from './decision-curve.ts'
import { parts } from './labelled-questions.ts'
import { referenceCatalogues, referenceQuestions } from './reference-files.ts'
import { collectLessons } from './search-lessons.ts'
import { readSearchTexts } from './search-texts.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    catalogue: { type: 'string', multiple: true },
    part: { type: 'string', default: 'dev' },
    date: { type: 'string' },
    out: { type: 'string' },
    wrong: { type: 'string', default: '0.25' },
    lost: { type: 'string', default: '4.2' },
    bold: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const repeats = 2
/** Stands beside the weights. */
const curveFile = 'decision-curve.json'

const texts = readSearchTexts()
const file = positionals[0] ?? (existsSync(referenceQuestions) ? referenceQuestions : undefined)
const catalogues = values.catalogue ?? (existsSync(referenceCatalogues[0]!) ? referenceCatalogues : undefined)
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
  const lessons = collectLessons(questionsFile, { part, catalogues, texts })
  const checks = Array.from({ length: repeats }, (_, seed) => crossValidate(lessons, seed))
  printRanking(checks.map(({ ranks }) => ranks))

  const judging = lessons.some(({ source }) => source === 'fresh') ? 'fresh' : 'labelled'
  const judged = checks
    .flatMap(({ judgements }) => judgements)
    .filter(({ lesson }) => lesson.source === judging)
  const curve = decisionCurve(judged)
  const thresholds = chooseThresholds(judged, {
    maxWrong: Number(values.wrong) / 100,
    maxLost: Number(values.lost) / 100,
  })
  console.table(curve.answer)
  console.table(curve.found)
  console.log(thresholds)
  if (values.bold) {
    for (const { lesson, sure, isRight, mayAnswer } of checks[0]!.judgements.sort(
      (a, b) => b.sure - a.sure,
    )) {
      if (!isRight && mayAnswer && sure >= thresholds.answer)
        console.log(sure.toFixed(2), lesson.source, lesson.question)
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
    thresholds,
  }
  writeFileSync(values.out, `${JSON.stringify(weights, null, 2)}\n`)
  const { trainedOn, trainingSet } = weights
  const lines = judged.length / repeats
  const chosen = { trainedOn, trainingSet, folds: foldCount, repeats, lines, thresholds, ...curve }
  writeFileSync(join(dirname(values.out), curveFile), `${JSON.stringify(chosen, null, 2)}\n`)
}

/** Right one among the first, by kind of question; over questions that the fold's weights had not seen. */
function printRanking(runs: readonly (readonly { lesson: Lesson; rank: number }[])[]): void {
  const table: Record<string, { lines: number; top1: number; top3: number; top5: number }> = {}
  for (const source of new Set(runs.flat().map(({ lesson }) => lesson.source))) {
    const all = runs.flat().filter(({ lesson }) => lesson.source === source)
    const within = (count: number) => {
      const hits = all.filter(({ rank }) => rank >= 0 && rank < count).length
      return Math.round((1000 * hits) / Math.max(1, all.length)) / 10
    }
    table[source] = { lines: all.length / runs.length, top1: within(1), top3: within(3), top5: within(5) }
  }
  console.table(table)
}
