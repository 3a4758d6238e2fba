import { eachInSteps, finish, type Steps, sortInSteps } from '../../lib/steps.ts'
import type { SignLimits } from '../survey-settings.ts'
import type { Answer } from './form.ts'

/** A form with the traces that it left; nothing here names a person. */
export interface TracedForm {
  /** Of the answers, not of the person. */
  id: string
  /** Keyed hash of what the answer came from; equal marks mean the same device or chat. */
  deviceMark?: string
  handedOverAt?: Date
  answeredAt: Date
  answers: readonly { item: string; answer: Answer }[]
}

/** Something an officer should look at. It is shown beside the index; no form is ever left out because of it. */
export interface Sign {
  kind: 'same-device' | 'seconds-after-hand-over' | 'equal-answers' | 'equal-run'
  /** Sorted. */
  forms: string[]
}

/** The same forms in any order give the same signs in the same order. */
export function manipulationSigns(forms: readonly TracedForm[], limits: SignLimits): Sign[] {
  return finish(signSteps(forms, limits))
}

export function* signSteps(forms: readonly TracedForm[], limits: SignLimits): Steps<Sign[]> {
  return [
    ...sameDevice(forms, limits.sameDevice),
    ...(yield* together('seconds-after-hand-over', forms, isHasty(limits.secondsAfterHandOver))),
    ...(yield* together('equal-answers', forms, isFlat(limits.equalAnswersInAForm))),
    ...(yield* equalRuns(forms, limits.equalRunOneIn)),
  ]
}

function sameDevice(forms: readonly TracedForm[], atLeast: number): Sign[] {
  const marks = new Map<string, string[]>()
  for (const { id, deviceMark } of forms) {
    if (deviceMark === undefined) continue
    const ids = marks.get(deviceMark)
    if (ids) ids.push(id)
    else marks.set(deviceMark, [id])
  }
  return [...marks.values()]
    .filter((ids) => ids.length >= atLeast)
    .map((ids) => ({ kind: 'same-device' as const, forms: ids.sort() }))
    .sort((a, b) => (a.forms[0]! < b.forms[0]! ? -1 : 1))
}

function isHasty(seconds: number) {
  return ({ handedOverAt, answeredAt }: TracedForm): boolean =>
    handedOverAt !== undefined && answeredAt.getTime() - handedOverAt.getTime() < seconds * 1000
}

function isFlat(atLeast: number) {
  return ({ answers }: TracedForm): boolean => {
    const given = answers.map(({ answer }) => answer).filter((answer) => typeof answer === 'number')
    return given.length >= atLeast && new Set(given).size === 1
  }
}

function* together(
  kind: Sign['kind'],
  forms: readonly TracedForm[],
  isOdd: (form: TracedForm) => boolean,
): Steps<Sign[]> {
  const ids: string[] = []
  yield* eachInSteps(forms, (form) => {
    if (isOdd(form)) ids.push(form.id)
  })
  return ids.length === 0 ? [] : [{ kind, forms: yield* sortInSteps(ids, (a, b) => (a < b ? -1 : 1)) }]
}

/**
 * Forms with the same levels one after another. Where nearly everybody answers 5, runs of fives are nothing odd: a run of
 * length L among n forms, of which a share p has this pattern, is expected n × (1 − p) × p^L times.
 */
function* equalRuns(forms: readonly TracedForm[], oneIn: number): Steps<Sign[]> {
  const inTime = yield* sortInSteps(
    forms,
    (a, b) => a.answeredAt.getTime() - b.answeredAt.getTime() || (a.id < b.id ? -1 : 1),
  )
  const patterns: string[] = []
  yield* eachInSteps(inTime, (form) => patterns.push(patternOf(form)))
  const shares = new Map<string, number>()
  for (const pattern of patterns) shares.set(pattern, (shares.get(pattern) ?? 0) + 1 / inTime.length)

  const signs: Sign[] = []
  let start = 0
  for (let end = 1; end <= inTime.length; end++) {
    if (end < inTime.length && patterns[end] === patterns[start]) continue
    const length = end - start
    const share = shares.get(patterns[start]!)!
    let expected = inTime.length * (1 - share)
    for (let step = 0; step < length; step++) expected *= share
    if (length >= 3 && length < inTime.length && expected < 1 / oneIn) {
      const ids = inTime.slice(start, end).map(({ id }) => id)
      signs.push({ kind: 'equal-run', forms: ids.sort() })
    }
    start = end
  }
  return signs
}

/** Which level how often, without the items: with rotation neighbours are asked different ones. */
function patternOf({ answers }: TracedForm): string {
  return answers
    .map(({ answer }) => String(answer))
    .sort()
    .join()
}
