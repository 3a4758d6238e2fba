import { eachInSteps, type Steps } from '../lib/steps.ts'
import type { ArchivedForm } from './answer-archive.ts'
import { type Sign, signSteps, type TracedForm } from './index/manipulation-signs.ts'
import type { SignLimits } from './survey-settings.ts'

/** One kind of sign: what was found, and of how many forms the records can tell at all. */
export interface SignFinding {
  kind: Sign['kind']
  /** Each a group of forms. */
  found: Sign[]
  examined: number
  /** Forms with an answer. */
  answered: number
}

/** Nothing is left out of the index because of it. */
export function* findSigns(forms: readonly ArchivedForm[], limits: SignLimits): Steps<SignFinding[]> {
  const traced: TracedForm[] = []
  yield* eachInSteps(forms, (form) => {
    const trace = traceOf(form)
    if (trace) traced.push(trace)
  })
  const signs = yield* signSteps(traced, limits)
  const examined: Record<Sign['kind'], number> = {
    'same-device': traced.filter(({ deviceMark }) => deviceMark !== undefined).length,
    'seconds-after-hand-over': traced.length,
    'equal-answers': traced.filter(({ answers }) => answers.length >= limits.equalAnswersInAForm).length,
    'equal-run': traced.length,
  }
  return (Object.keys(examined) as Sign['kind'][]).map((kind) => ({
    kind,
    found: signs.filter((sign) => sign.kind === kind),
    examined: examined[kind],
    answered: traced.length,
  }))
}

function traceOf({ asked, poll }: ArchivedForm): TracedForm | undefined {
  const answers = asked.filter(({ answer }) => answer !== 'unanswered')
  if (poll?.answeredAtMs === undefined || answers.length === 0) return undefined
  const { number, answeredAtMs, secondsAfterHandOver, chatMark } = poll
  return {
    // Within an hour the order of sending decides, for the order of answering is not kept.
    id: String(number).padStart(9, '0'),
    answeredAt: new Date(answeredAtMs),
    ...(secondsAfterHandOver === undefined
      ? {}
      : { handedOverAt: new Date(answeredAtMs - secondsAfterHandOver * 1_000) }),
    ...(chatMark === undefined ? {} : { deviceMark: chatMark }),
    answers,
  }
}
