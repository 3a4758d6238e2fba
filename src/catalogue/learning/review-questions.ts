import type { MaskedText } from '../masking.ts'
import type { Procedure } from '../procedure.ts'
import type { ProcedureSearch, SearchOutcome } from '../search-outcome.ts'
import type { ReviewedQuestions } from '../unanswered-question.ts'
import { groupQuestions, type QuestionGroup } from './group-questions.ts'
import { type Effect, type LabelledQuestion, lowersScore, measureEffect } from './measure-effect.ts'
import type { QuestionWords } from './question-words.ts'
import { type AliasStore, faultOf, type NewWords, type SearchAlias } from './search-alias.ts'
import type { WaitingPeople } from './waiting-people.ts'

/** A group with how many people want to be told of the answer; who they are is not known here. */
export type ReviewGroup = QuestionGroup & { waiting: number }

export type WordsFault = NonNullable<ReturnType<typeof faultOf>>

/** What becomes of one question of the group, in a code or a few. */
export interface QuestionEffect {
  text: MaskedText
  before: string[]
  after: string[]
}

export type Tried =
  | { kind: 'fault'; fault: WordsFault }
  | { kind: 'tried'; effect: Effect; isRefused: boolean; questions: QuestionEffect[] }

export type Kept =
  | Extract<Tried, { kind: 'fault' }>
  | { kind: 'refused'; effect: Effect }
  | { kind: 'kept'; alias: SearchAlias; effect: Effect; told: number }

interface By {
  /** Officer id, or "system". */
  by: string
  reason: string
}

/** What the staff does with questions that were not answered; the desk and the command line do the same. */
export interface QuestionReview {
  /** Most asked first. */
  groups(): Promise<ReviewGroup[]>
  /** What new words would change; nothing is kept. */
  tryWords(taught: NewWords, questionKeys: readonly string[]): Promise<Tried>
  /** Measures once more and keeps them, unless they lower the score; then tells who waits. */
  keep(taught: NewWords, questionKeys: readonly string[], by: By): Promise<Kept>
  /** The catalogue answers by now: without new words, who waits is told which procedure it is. */
  link(
    code: string,
    questionKeys: readonly string[],
    by: Pick<By, 'by'>,
  ): Promise<{ kind: 'linked'; told: number } | { kind: 'no-such-procedure' }>
  /** Nothing to be learnt from these. */
  dismiss(questionKeys: readonly string[], by: Pick<By, 'by'>): Promise<void>
  /** The questions that the words were kept for wait again. False when there is nothing to take back. */
  takeBack(id: string, by: By): Promise<boolean>
  aliases(): Promise<SearchAlias[]>
  procedure(code: string): Procedure | undefined
}

/** For the audit; never what people wrote. */
export interface ReviewEvent {
  by: string
  change: 'kept' | 'refused' | 'linked' | 'dismissed' | 'taken-back'
  subject: string
  detail: Record<string, string | number>
}

export interface QuestionReviewParts {
  questions: Pick<ReviewedQuestions, 'mostAsked' | 'settle' | 'reopen'>
  aliases: AliasStore
  waiting: Pick<WaitingPeople, 'count'>
  wordsOf: QuestionWords
  /** The search in use, which knows all that is kept. */
  search(): ProcedureSearch
  /** The search as it would be with these words as well. Takes a second or two. */
  searchWith(taught: NewWords): Promise<ProcedureSearch>
  /** Takes up what was kept or taken back, in this process; others notice by themselves. */
  refresh(): Promise<void>
  labelled(): readonly LabelledQuestion[]
  tell(questionKeys: readonly string[], procedure: Procedure, now: Date): Promise<number>
  audit(event: ReviewEvent): Promise<void>
  breathe(): Promise<void>
  now(): Date
  /** How far back is looked. */
  days: number
}

const dayMs = 86_400_000
const mostQuestions = 20_000
/** Of a group, so many questions are asked before and after. */
const mostShown = 8

export function createQuestionReview(parts: QuestionReviewParts): QuestionReview {
  const { questions, aliases, waiting, audit, now } = parts

  async function groups(): Promise<ReviewGroup[]> {
    const since = new Date(now().getTime() - parts.days * dayMs)
    const open = await questions.mostAsked({ since, limit: mostQuestions, isOpen: true })
    const grouped = groupQuestions(open, parts.wordsOf)
    const counted: ReviewGroup[] = []
    for (const group of grouped) {
      const keys = keysOf(group)
      counted.push({ ...group, waiting: counted.length < mostCounted ? await waiting.count(keys) : 0 })
    }
    return counted
  }

  async function measured(taught: NewWords) {
    const before = parts.search()
    const after = await parts.searchWith(taught)
    const effect = await measureEffect(parts.labelled(), { before, after }, parts.breathe)
    return { before, after, effect }
  }

  return {
    groups,

    async tryWords(taught, questionKeys) {
      const fault = faultOf(taught, parts.search())
      if (fault) return { kind: 'fault', fault }
      const { before, after, effect } = await measured(taught)
      const wanted = new Set(questionKeys)
      const since = new Date(now().getTime() - parts.days * dayMs)
      const open = wanted.size === 0 ? [] : await questions.mostAsked({ since, limit: mostQuestions })
      const texts = new Map(open.filter(({ key }) => wanted.has(key)).map(({ key, text }) => [key, text]))
      const shown = [...texts.values()].slice(0, mostShown).map((text) => ({
        text,
        before: codesOf(before.search(text)),
        after: codesOf(after.search(text)),
      }))
      return { kind: 'tried', effect, isRefused: lowersScore(effect), questions: shown }
    },

    async keep(taught, questionKeys, { by, reason }) {
      const fault = faultOf(taught, parts.search())
      if (fault) return { kind: 'fault', fault }
      const { after, effect } = await measured(taught)
      const figures = { before: effect.before.score, after: effect.after.score, lines: effect.lines }
      if (lowersScore(effect)) {
        await audit({ by, change: 'refused', subject: subjectOf(taught), detail: figures })
        return { kind: 'refused', effect }
      }
      const at = now()
      const alias = await aliases.add({
        taught,
        by,
        at,
        reason,
        questionKeys: [...questionKeys],
        effect: figures,
      })
      await audit({
        by,
        change: 'kept',
        subject: subjectOf(taught),
        detail: { ...figures, alias: alias.id, questions: questionKeys.length },
      })
      await parts.refresh()
      await questions.settle(questionKeys, at)
      const told = await tellOf(taught, questionKeys, after, at)
      return { kind: 'kept', alias, effect, told }
    },

    async link(code, questionKeys, { by }) {
      const procedure = parts.search().byCode(code)
      if (!procedure) return { kind: 'no-such-procedure' }
      const at = now()
      await audit({
        by,
        change: 'linked',
        subject: `procedure:${procedure.code}`,
        detail: { questions: questionKeys.length },
      })
      await questions.settle(questionKeys, at)
      return { kind: 'linked', told: await parts.tell(questionKeys, procedure, at) }
    },

    async dismiss(questionKeys, { by }) {
      await audit({
        by,
        change: 'dismissed',
        subject: 'questions',
        detail: { questions: questionKeys.length },
      })
      await questions.settle(questionKeys, now())
    },

    async takeBack(id, { by, reason }) {
      const taken = await aliases.takeBack(id, { by, at: now(), reason })
      if (!taken) return false
      await audit({ by, change: 'taken-back', subject: subjectOf(taken.taught), detail: { alias: id } })
      await parts.refresh()
      await questions.reopen(taken.questionKeys)
      return true
    },

    aliases: () => aliases.list(),
    procedure: (code) => parts.search().byCode(code),
  }

  /** An everyday word belongs to no procedure: who waits is told when their question is answered outright now. */
  async function tellOf(
    taught: NewWords,
    questionKeys: readonly string[],
    search: ProcedureSearch,
    at: Date,
  ): Promise<number> {
    if (taught.kind === 'alias') {
      const procedure = search.byCode(taught.code)
      return procedure ? parts.tell(questionKeys, procedure, at) : 0
    }
    let told = 0
    for (const key of questionKeys) {
      const outcome = search.search(key)
      if (outcome.kind === 'answer') told += await parts.tell([key], outcome.procedure, at)
    }
    return told
  }
}

/** Further down nobody looks. */
const mostCounted = 200

export const keysOf = (group: Pick<QuestionGroup, 'questions'>): string[] => [
  ...new Set(group.questions.map(({ key }) => key)),
]

const codesOf = (outcome: SearchOutcome): string[] =>
  outcome.kind === 'answer'
    ? [outcome.procedure.code]
    : outcome.kind === 'choices'
      ? outcome.procedures.map(({ code }) => code)
      : []

const subjectOf = (taught: NewWords): string =>
  taught.kind === 'alias' ? `procedure:${taught.code}` : 'everyday-words'
