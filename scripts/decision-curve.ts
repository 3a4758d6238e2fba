import type { Judgement } from './cross-validate.ts'

/** What a threshold would do, in percent; over questions that the models of their fold had not seen. */
export interface DecisionCurve {
  /** Answering outright from this confidence on: of the answerable questions so many, wrong ones of all questions. */
  answer: { threshold: number; answered: number; wrong: number }[]
  /** Refusing below this probability: answerable questions lost though found, and the others refused. */
  found: { threshold: number; lost: number; refused: number }[]
}

const answerSteps = [0.5, 0.6, 0.7, 0.75, 0.8, 0.825, 0.85, 0.875, 0.9, 0.925, 0.95]
const foundSteps = [0.02, 0.04, 0.06, 0.08, 0.1, 0.125, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5]

export function decisionCurve(judged: readonly Judgement[]): DecisionCurve {
  return {
    answer: answerSteps.map((threshold) => ({ threshold, ...answeredAt(judged, threshold) })),
    found: foundSteps.map((threshold) => ({ threshold, ...refusedAt(judged, threshold) })),
  }
}

/**
 * The lowest confidence at which at most `maxWrong` of all questions are answered outright and wrong, and the highest
 * probability below which at most `maxLost` of the answerable ones lie that would have been found.
 */
export function chooseThresholds(
  judged: readonly Judgement[],
  { maxWrong, maxLost }: { maxWrong: number; maxLost: number },
): { answer: number; found: number } {
  let wrong = 0
  let answer = 1
  const bySure = judged.filter(({ mayAnswer }) => mayAnswer).sort((a, b) => b.sure - a.sure)
  for (const { sure, isRight } of bySure) {
    if (!isRight) wrong++
    if (wrong > maxWrong * judged.length) break
    answer = sure
  }
  const kept = judged
    .filter(({ lesson, isAmongFirst }) => lesson.codes.length > 0 && isAmongFirst)
    .map(({ found }) => found)
    .sort((a, b) => a - b)
  return { answer: round(answer), found: round(kept[Math.floor(kept.length * maxLost)] ?? 0) }
}

function answeredAt(judged: readonly Judgement[], threshold: number) {
  const answers = judged.filter(({ sure, mayAnswer }) => mayAnswer && sure >= threshold)
  const answerable = judged.filter(({ lesson }) => lesson.codes.length > 0)
  return {
    answered: percent(answers.filter(({ lesson }) => lesson.codes.length > 0).length, answerable.length),
    wrong: percent(answers.filter(({ isRight }) => !isRight).length, judged.length),
  }
}

function refusedAt(judged: readonly Judgement[], threshold: number) {
  const found = judged.filter(({ lesson, isAmongFirst }) => lesson.codes.length > 0 && isAmongFirst)
  const others = judged.filter(({ lesson }) => lesson.codes.length === 0)
  const below = (some: readonly Judgement[]) => some.filter((judgement) => judgement.found < threshold).length
  const led = others.filter((judgement) => judgement.found < threshold || judgement.lesson.hasTopic).length
  return { lost: percent(below(found), found.length), refused: percent(led, others.length) }
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
