import type { Section } from '../src/catalogue/procedure.ts'
import { type ExplainingSearch, shownOrder } from '../src/catalogue/search/build-search.ts'
import type { SearchOutcome } from '../src/catalogue/search-outcome.ts'
import type { Labelled } from './labelled-questions.ts'

/** What the search made of one labelled question. */
export interface Measured {
  line: Labelled
  outcome: SearchOutcome
  /** Position of the first right code, 0 = first; -1 = not found, or the question was taken for another topic. */
  rank: number
  /** The first codes, for lists of misses. */
  first: { code: string; name: string }[]
  meetsExpectation: boolean
  ms: number
}

export function measure(search: ExplainingSearch, line: Labelled): Measured {
  const start = performance.now()
  const { outcome, ranking } = search.explain(line.question)
  const ms = performance.now() - start
  const order = outcome.kind === 'other' ? [] : shownOrder(ranking)
  return {
    line,
    outcome,
    rank: order.findIndex(({ code }) => line.codes.includes(code)),
    first: order.slice(0, 3).map(({ code, name }) => ({ code, name })),
    meetsExpectation: meetsExpectation(line, outcome),
    ms,
  }
}

function meetsExpectation({ codes, expect }: Labelled, outcome: SearchOutcome): boolean {
  switch (expect) {
    case 'answer':
      return holdsCode(outcome, codes)
    case 'clarify':
      return outcome.kind === 'choices' && holdsCode(outcome, codes)
    case 'no-match':
      return outcome.kind !== 'answer'
    case 'out-of-scope':
      return isRefusal(outcome)
    case 'dossier-status':
      return outcome.kind === 'other' && outcome.topic === 'dossier-status'
    case 'agency-info':
      return outcome.kind === 'other' && outcome.topic === 'agency-info'
  }
}

function holdsCode(outcome: SearchOutcome, codes: readonly string[]): boolean {
  switch (outcome.kind) {
    case 'answer':
      return codes.includes(outcome.procedure.code)
    case 'choices':
      return outcome.procedures.some(({ code }) => codes.includes(code))
    case 'only-sections':
    case 'not-found':
    case 'other':
      return false
  }
}

/** Percentages with one decimal, times in milliseconds with two. */
export interface Summary {
  n: number
  top1: number
  top3: number
  top5: number
  mrr: number
  answered: number
  answered_wrong: number
  refused: number
  expect_ok: number
  /** Absent when no line says which section it asks for. */
  section_ok?: number
  p50_ms: number
  p95_ms: number
  p99_ms: number
}

export function summarise(all: readonly Measured[]): Summary {
  const withCodes = all.filter(({ line }) => line.codes.length > 0)
  const within = (count: number) => withCodes.filter(({ rank }) => rank >= 0 && rank < count).length
  const answers = all.filter(({ outcome }) => outcome.kind === 'answer')
  const withSection = all.filter(({ line }) => line.section !== undefined)
  const times = all.map(({ ms }) => ms).sort((a, b) => a - b)
  const reciprocal = withCodes.reduce((sum, { rank }) => sum + (rank < 0 ? 0 : 1 / (rank + 1)), 0)
  return {
    n: all.length,
    top1: percent(within(1), withCodes.length),
    top3: percent(within(3), withCodes.length),
    top5: percent(within(5), withCodes.length),
    mrr: Math.round((1000 * reciprocal) / Math.max(1, withCodes.length)) / 1000,
    answered: percent(answers.filter(({ line }) => line.codes.length > 0).length, withCodes.length),
    answered_wrong: percent(
      answers.filter(({ line, outcome }) => !holdsCode(outcome, line.codes)).length,
      all.length,
    ),
    refused: percent(withCodes.filter(({ outcome }) => isRefusal(outcome)).length, withCodes.length),
    expect_ok: percent(all.filter(({ meetsExpectation: met }) => met).length, all.length),
    ...(withSection.length > 0
      ? { section_ok: percent(withSection.filter(asksRightSection).length, withSection.length) }
      : {}),
    p50_ms: percentile(times, 0.5),
    p95_ms: percentile(times, 0.95),
    p99_ms: percentile(times, 0.99),
  }
}

function isRefusal(outcome: SearchOutcome): boolean {
  return outcome.kind !== 'answer' && outcome.kind !== 'choices'
}

function asksRightSection({ line, outcome }: Measured): boolean {
  const asked: Section[] = 'sections' in outcome ? outcome.sections : []
  return (asked[0] ?? 'overview') === line.section
}

/** @param sorted ascending. */
export function percentile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return Math.round(value * 100) / 100
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10
}
