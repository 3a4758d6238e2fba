import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Procedure } from '../src/catalogue/procedure.ts'
import { buildSearch } from '../src/catalogue/search/build-search.ts'
import type { SearchIntents } from '../src/catalogue/search/search-intents.ts'
import { fold } from '../src/catalogue/text/fold.ts'
import { families, type Lesson, type LessonSource, toLessons } from './cross-validate.ts'
import { isHeldOut, type Part, readLabelled } from './labelled-questions.ts'
import { readSearchInputs, searchOf } from './search-files.ts'
import type { SearchTexts } from './search-texts.ts'
import { siblingQuestions } from './sibling-questions.ts'
import { dropAndShuffle, namesSpread, seeded, withTypo } from './spoilt-names.ts'

/**
 * How much each kind of question counts. Asked of the shipped catalogue, which holds a small part of the national one,
 * most labelled questions have no answer: they teach when to say so.
 */
const sourceWeights = {
  labelled: 1.4,
  fresh: 1,
  notForUs: 0.5,
  layWordTest: 0.5,
  topicTest: 0.4,
  plainQuestion: 0.3,
  offTopic: 0.4,
  sibling: 0.12,
  spoilt: 0.15,
  bareList: 0.6,
  shippedCatalogue: 0.4,
}

const spoiltCount = 400
/** Of the made-up questions about siblings so many are learnt from; the others can test. */
const siblingShare = { every: 4, from: 0 }
const questionsFolder = 'test/catalogue/search/questions'
/** Rules were written from the read ones. The fresh ones came after rules and sayings: thresholds are judged on them. */
const readFile = `${questionsFolder}/read.jsonl`
const freshFile = `${questionsFolder}/fresh.jsonl`
const notForUsFile = `${questionsFolder}/not-for-us.jsonl`
const plainQuestionsFile = `${questionsFolder}/on-and-off-topic.jsonl`
const plainQuestionSchema = z.object({
  question: z.string(),
  topic: z.enum(['on', 'off']),
  code: z.string().optional(),
})

/** All questions that the search learns from, with their candidates in the given catalogue and in the shipped one. */
export function collectLessons(
  questionsFile: string,
  { part, catalogues, texts }: { part: Part; catalogues: readonly string[] | undefined; texts: SearchTexts },
): Lesson[] {
  const inputs = readSearchInputs(catalogues)
  const shipped = readSearchInputs()
  const lessonsOf = (source: 'labelled' | 'fresh' | 'notForUs', file: string, from: Part = 'all') =>
    readLabelled(file, from, texts).map(({ question, codes }): LessonSource => {
      return { question, codes, source, weight: sourceWeights[source] }
    })
  const labelled = [
    ...lessonsOf('labelled', questionsFile, part),
    // Their codes are those of the national list.
    ...(catalogues ? [...lessonsOf('labelled', readFile), ...lessonsOf('fresh', freshFile)] : []),
  ]
  const tests = [
    ...testQuestions(inputs.intents),
    ...plainQuestions(),
    ...lessonsOf('notForUs', notForUsFile),
  ]
  const search = buildSearch(inputs.procedures, inputs.intents, undefined, inputs.office)
  const siblings = siblingQuestions(search.index, inputs.intents, siblingShare).map((made): LessonSource => {
    return { ...made, source: 'sibling', weight: sourceWeights.sibling }
  })
  const sources = [...labelled, ...tests, ...siblings, ...spoiltNames(search.index.procedures)]
  const familyOf = families(sources)
  const lessons = toLessons(search, sources, familyOf)
  if (!catalogues) return lessons
  const [list, ...details] = catalogues
  if (list !== undefined && details.length > 0) {
    // An office may import the list alone: what is known of names must do then.
    const bare = searchOf({ ...readSearchInputs([list]), weights: undefined })
    const plain = labelled.map((source) => ({ ...source, weight: source.weight * sourceWeights.bareList }))
    lessons.push(...toLessons(bare, plain, familyOf))
  }
  const present = new Set(shipped.procedures.map(({ code }) => code))
  const small = [...labelled, ...tests].map((source): LessonSource => {
    const codes = source.codes.filter((code) => present.has(code))
    const weight = source.weight * sourceWeights.shippedCatalogue
    return { ...source, codes, source: 'shipped', weight, family: familyOf(source) }
  })
  return [...lessons, ...toLessons(searchOf({ ...shipped, weights: undefined }), small, familyOf)]
}

/** Names with words missing and out of order, other ones than the tests take. */
function spoiltNames(procedures: readonly Procedure[]): LessonSource[] {
  const random = seeded(11)
  const tested = new Set(namesSpread(procedures, 500))
  return namesSpread(procedures, spoiltCount, 0.5)
    .filter((procedure) => !tested.has(procedure))
    .map(({ code, name }) => {
      const question = withTypo(dropAndShuffle(fold(name), random), random)
      return { question, codes: [code], source: 'spoilt', weight: sourceWeights.spoilt }
    })
}

function testQuestions({ layWords, topics }: SearchIntents): LessonSource[] {
  const ofRules = layWords.flatMap(({ test }): LessonSource[] => {
    if (!test) return []
    const codes = [test.finds].flat()
    return [{ question: test.ask, codes, source: 'rule', weight: sourceWeights.layWordTest }]
  })
  const ofTopics = topics.flatMap(({ test }) =>
    (test ?? []).map((question): LessonSource => {
      return { question, codes: [], source: 'topic', weight: sourceWeights.topicTest }
    }),
  )
  return [...ofRules, ...ofTopics]
}

function plainQuestions(): LessonSource[] {
  return readFileSync(plainQuestionsFile, 'utf8')
    .split('\n')
    .filter(Boolean)
    .flatMap((line): LessonSource[] => {
      const { question, topic, code } = plainQuestionSchema.parse(JSON.parse(line))
      const codes = code === undefined ? [] : [code]
      if (isHeldOut({ question, codes })) return []
      const weight = topic === 'on' ? sourceWeights.plainQuestion : sourceWeights.offTopic
      return [{ question, codes, source: 'plain', weight }]
    })
}
