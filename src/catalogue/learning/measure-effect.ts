import type { ProcedureSearch, SearchOutcome } from '../search-outcome.ts'

/** A question of which the right procedures are known; none = the catalogue must not answer it. */
export interface LabelledQuestion {
  question: string
  codes: readonly string[]
}

/** right: answered outright · offered: among the choices · missed: neither · wrong: another one was answered outright. */
export const verdicts = ['right', 'offered', 'missed', 'wrong'] as const
export type Verdict = (typeof verdicts)[number]

export interface LineEffect {
  question: string
  codes: readonly string[]
  before: Verdict
  after: Verdict
}

export interface Effect {
  lines: number
  before: Figures
  after: Figures
  /** Lines that come out worse and better, as the score counts them. */
  worse: LineEffect[]
  better: LineEffect[]
}

/** How many came out so; `score` is their sum, per hundred lines. */
export type Figures = Record<Verdict, number> & { score: number }

/** An offered answer costs a tap, and one further down a look; a wrong answer costs more than none. */
function scoreOf(verdict: Verdict, place: number): number {
  switch (verdict) {
    case 'right':
      return 1
    case 'offered':
      return 0.8 - 0.1 * place
    case 'missed':
      return 0
    case 'wrong':
      return -1
  }
}

interface Judged {
  verdict: Verdict
  score: number
}

/** Questions between two looks at what else waits: the service goes on answering meanwhile. */
const linesAtOnce = 10

/** Every line against the search as it is and as it would be. */
export async function measureEffect(
  labelled: readonly LabelledQuestion[],
  searches: { before: Pick<ProcedureSearch, 'search'>; after: Pick<ProcedureSearch, 'search'> },
  breathe: () => Promise<void> = async () => {},
): Promise<Effect> {
  const judged: { line: LabelledQuestion; before: Judged; after: Judged }[] = []
  for (const [at, line] of labelled.entries()) {
    if (at % linesAtOnce === 0) await breathe()
    judged.push({
      line,
      before: judge(searches.before.search(line.question), line.codes),
      after: judge(searches.after.search(line.question), line.codes),
    })
  }
  const effectOf = ({ line, before, after }: (typeof judged)[number]): LineEffect => ({
    ...line,
    before: before.verdict,
    after: after.verdict,
  })
  return {
    lines: judged.length,
    before: figures(judged.map(({ before }) => before)),
    after: figures(judged.map(({ after }) => after)),
    worse: judged.filter(({ before, after }) => after.score < before.score).map(effectOf),
    better: judged.filter(({ before, after }) => after.score > before.score).map(effectOf),
  }
}

/** New words that make the whole worse are not kept, nor those that make one more wrong answer. */
export function lowersScore({ before, after }: Effect): boolean {
  return after.score < before.score || after.wrong > before.wrong
}

function judge(outcome: SearchOutcome, codes: readonly string[]): Judged {
  if (outcome.kind === 'answer') {
    const verdict = codes.includes(outcome.procedure.code) ? 'right' : 'wrong'
    return { verdict, score: scoreOf(verdict, 0) }
  }
  const place =
    outcome.kind === 'choices' ? outcome.procedures.findIndex(({ code }) => codes.includes(code)) : -1
  if (place >= 0) return { verdict: 'offered', score: scoreOf('offered', place) }
  // Where nothing may be answered, silence and choices are equally right.
  return codes.length === 0 ? { verdict: 'right', score: 1 } : { verdict: 'missed', score: 0 }
}

function figures(judged: readonly Judged[]): Figures {
  const count = (verdict: Verdict) => judged.filter((one) => one.verdict === verdict).length
  const sum = judged.reduce((total, { score }) => total + score, 0)
  return {
    right: count('right'),
    offered: count('offered'),
    missed: count('missed'),
    wrong: count('wrong'),
    score: judged.length === 0 ? 0 : Math.round((sum / judged.length) * 10_000) / 100,
  }
}
