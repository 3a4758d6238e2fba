import { type Procedure, procedureCodePattern } from '../procedure.ts'
import type { ProcedureSearch, SearchOutcome } from '../search-outcome.ts'
import { Abbreviations } from '../text/abbreviations.ts'
import { fold } from '../text/fold.ts'
import type { SearchOffice } from './catalogue-facts.ts'
import { type CatalogueIndex, type IndexIntents, indexCatalogue } from './catalogue-index.ts'
import { confidenceFeatures, probability } from './confidence.ts'
import { featureNames } from './feature-names.ts'
import { followFormer, searchable } from './former-procedures.ts'
import { ownFieldsFirst } from './own-fields.ts'
import type { BuiltIndex } from './pack-index.ts'
import { CandidateFinder, type Group, orderCandidates, type Ranking, type ScoredTitle } from './rank.ts'
import type { RankingWeights } from './ranking-weights.ts'
import { type Question, questionReader } from './read-question.ts'
import type { SearchIntents } from './search-intents.ts'
import { hasTwin } from './twins-together.ts'
import { Vocabulary } from './vocabulary.ts'

/**
 * Procedures as people see them: one of each name, but after the first also those of its name that another ministry
 * published (old and new sets exist side by side, and we cannot tell which one an office uses).
 */
export function shownOrder(ranking: Ranking): Procedure[] {
  return ranking.flatMap((group, i) =>
    i === 0 ? [group.best.procedure, ...copiesOfOthers(group)] : [group.best.procedure],
  )
}

function copiesOfOthers({ best, members }: Group): Procedure[] {
  return members
    .map(({ procedure }) => procedure)
    .filter(
      ({ code, issuer }) =>
        code !== best.procedure.code &&
        issuer !== best.procedure.issuer &&
        issuer !== undefined &&
        fold(issuer).startsWith('bo '),
    )
}

/**
 * Only a subject is named ("giấy phép lao động"), and several procedures hold all of it: first issue, re-issue,
 * extension. What is to be done is for the person to say.
 */
function isBareSubject({ words, sections, actions }: Question, ranking: Ranking): boolean {
  if (sections.length > 0 || actions.size > 0 || words.length > 4) return false
  if (words.some(({ weight }) => weight < 0.1)) return false
  const coverage = featureNames.indexOf('question-coverage')
  return ranking.slice(0, maxChoices).filter(({ best }) => best.features[coverage]! > 0.99).length >= 3
}

/** Whether a question can have one answer at all, however sure the ranking is. */
export function mayAnswer(
  question: Question,
  ranking: Ranking,
  { twins }: Pick<CatalogueIndex, 'twins'>,
): boolean {
  const [first] = ranking
  return (
    first !== undefined &&
    question.words.length <= maxAnsweredWords &&
    copiesOfOthers(first).length === 0 &&
    !hasTwin(ranking, twins) &&
    !isBareSubject(question, ranking)
  )
}

/** How an outcome came about; for `eval:search`, training and the desk. */
export interface Explanation {
  question: Question
  ranking: Ranking
  /** In the order of `confidenceNames`. */
  confidence: Float64Array
  /** Probabilities that the first group is right, and that the catalogue holds an answer at all. */
  sure: number
  found: number
  outcome: SearchOutcome
}

export interface ExplainingSearch extends ProcedureSearch {
  explain(question: string): Explanation
  /** The first half of a search, for training: what is asked, and the candidates before they are ordered. */
  candidates(question: string): { question: Question; titles: ScoredTitle[] }
  index: CatalogueIndex
}

/** Longer questions are stories: they get choices, never one outright answer. */
const maxAnsweredWords = 40
const maxChoices = 5
/** Words lighter than this say nothing of their own. */
const contentWeight = 0.3
const heavyWeight = 0.5
/** From here a procedure is likelier than a topic; the topics' own test questions stay below it. */
const likelyFound = 0.2
/** A question that a lay rule of full weight translates is about a procedure: it is refused less readily. */
const translatedShare = 0.5
/** Something is said that is neither courtesy nor gibberish. */
function hasContent({ expansions, words, unknownCount }: Question): boolean {
  const heavy = words.filter(({ weight }) => weight > heavyWeight).length
  const isGibberish = heavy > 0 && unknownCount >= heavy
  return expansions.length > 0 || (!isGibberish && words.some(({ weight }) => weight > contentWeight))
}

/** Longer texts are no questions; what is cut off would only cost time. */
const maxQuestionChars = 2_000

/** The slow part of a search, which can be kept in a file. @param procedures as `searchable` leaves them */
export function builtIndex(procedures: readonly Procedure[], intents: IndexIntents): BuiltIndex {
  const words = new Map<string, number>()
  const index = indexCatalogue(procedures, intents, words)
  return { index, words: [...words] }
}

/**
 * @param weights trained ranking and thresholds (`data/search/weights.json`); without them the order is BM25's and
 *   nothing is answered outright but a code.
 * @param built the index of `searchable(catalogue)` when there is one already
 * @param office whose copies and fields are preferred; without it every province's copies are held back
 */
export function buildSearch(
  catalogue: readonly Procedure[],
  intents: SearchIntents,
  weights?: RankingWeights,
  office: SearchOffice = {},
  built?: BuiltIndex,
): ExplainingSearch {
  const { index, words } = built ?? builtIndex(searchable(catalogue), intents)
  const { procedures } = index
  const abbreviations = new Abbreviations(intents.abbreviations)
  const vocabulary = new Vocabulary()
  for (const [word, count] of words) vocabulary.add(word, count)
  const reader = questionReader(intents, abbreviations, vocabulary)
  const finder = new CandidateFinder(index, office)
  const ownFirst = ownFieldsFirst(office)
  const byCode = new Map(procedures.map((procedure) => [procedure.code, procedure]))

  function candidates(text: string) {
    const question = reader.read(text.slice(0, maxQuestionChars))
    return { question, titles: finder.find(question) }
  }

  function explain(text: string): Explanation {
    const { question, titles } = candidates(text)
    const ranking = ownFirst(orderCandidates(titles, index, weights))
    const confidence = confidenceFeatures(question, ranking)
    const sure = weights ? probability(confidence, weights.answer) : 0
    const found = weights ? probability(confidence, weights.found) : 1
    const parts = { question, ranking, confidence, sure, found }
    return { ...parts, outcome: decide(text, parts) }
  }

  function decide(
    text: string,
    { question, ranking, sure, found }: Omit<Explanation, 'outcome'>,
  ): SearchOutcome {
    const { sections } = question
    const named = namedProcedure(text)
    if (named) return { kind: 'answer', procedure: named, sections }
    const isSure = sure >= (weights?.thresholds.answer ?? Number.POSITIVE_INFINITY)
    const isLikely = isSure || question.isTranslated || (weights !== undefined && found >= likelyFound)
    const topic = question.topics.find(({ always }) => always || !isLikely)
    if (topic) return { kind: 'other', topic: topic.topic }
    if (!hasContent(question))
      return sections.length > 0 ? { kind: 'only-sections', sections } : { kind: 'not-found' }
    const [first, second] = ranking
    const foundFrom = (weights?.thresholds.found ?? 0) * (question.isTranslated ? translatedShare : 1)
    if (!first || found < foundFrom) return { kind: 'not-found' }
    if (isSure && mayAnswer(question, ranking, index)) {
      return { kind: 'answer', procedure: first.best.procedure, sections }
    }
    if (!second)
      return isSure ? { kind: 'answer', procedure: first.best.procedure, sections } : { kind: 'not-found' }
    return { kind: 'choices', procedures: shownOrder(ranking).slice(0, maxChoices), sections }
  }

  function find(code: string): Procedure | undefined {
    return byCode.get(code.trim().slice(0, 8))
  }

  function namedProcedure(text: string): Procedure | undefined {
    for (const word of text.split(/[\s,;()]+/)) {
      if (procedureCodePattern.test(word.slice(0, 8)) && !/^\d/.test(word.slice(8))) {
        const procedure = find(word)
        if (procedure) return procedure
      }
    }
    return undefined
  }

  const search = {
    search: (question: string) => explain(question).outcome,
    byCode: find,
    sectionsAsked: reader.sectionsAsked,
    explain,
    candidates,
    index,
  }
  return followFormer(search, catalogue)
}
