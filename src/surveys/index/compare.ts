import type { Judged } from './compute-index.ts'
import type { MethodId } from './methods.ts'

/** A figure with what must be equal before it is set beside another one. */
export interface Comparable {
  method: { id: MethodId; version: number }
  questionnaire: { id: string; version: number }
  figure: Judged
}

export type Comparison =
  | {
      kind: 'compared'
      /** Hundredths of a percentage point, after minus before, of the printed figures. */
      points: number
      interval: { low: number; high: number }
      /** The interval of the change leaves 0 out. */
      isMoreThanNoise: boolean
    }
  | { kind: 'not-comparable'; reason: 'other-method' | 'other-questionnaire' | 'too-few' | 'no-figure' }

/**
 * Whether a figure moved by more than chance explains. The interval of the change joins the two 95 % intervals as Newcombe
 * (1998, method 10) does, which holds for separate people; of overlapping ones it is too wide, never too narrow,
 * as long as they think alike in both periods.
 */
export function compareFigures(before: Comparable, after: Comparable): Comparison {
  if (before.method.id !== after.method.id || before.method.version !== after.method.version) {
    return { kind: 'not-comparable', reason: 'other-method' }
  }
  if (
    before.questionnaire.id !== after.questionnaire.id ||
    before.questionnaire.version !== after.questionnaire.version
  ) {
    return { kind: 'not-comparable', reason: 'other-questionnaire' }
  }
  const [a, b] = [before.figure, after.figure]
  if (a.value === undefined || b.value === undefined || !a.interval || !b.interval) {
    return { kind: 'not-comparable', reason: 'no-figure' }
  }
  if (a.isTooFew || b.isTooFew) return { kind: 'not-comparable', reason: 'too-few' }
  const points = b.value - a.value
  const down = Math.sqrt((b.value - b.interval.low) ** 2 + (a.interval.high - a.value) ** 2)
  const up = Math.sqrt((b.interval.high - b.value) ** 2 + (a.value - a.interval.low) ** 2)
  const interval = { low: Math.floor(points - down + 0.5), high: Math.floor(points + up + 0.5) }
  return { kind: 'compared', points, interval, isMoreThanNoise: interval.low > 0 || interval.high < 0 }
}

/** A place in a row of units; those whose intervals overlap with the best of a place share it. */
export interface Ranked<T> {
  place: number
  unit: T
}

/**
 * Best first. A unit comes to a place of its own only when its interval lies wholly below that of every unit above;
 * units of too few people are not ranked at all.
 */
export function rankUnits<T extends { figure: Judged }>(
  units: readonly T[],
): { ranked: Ranked<T>[]; tooFew: T[] } {
  const judged = units.filter(({ figure }) => figure.interval && !figure.isTooFew)
  const ranked: Ranked<T>[] = []
  let lowestEnd = Number.POSITIVE_INFINITY
  let place = 0
  const byValue = [...judged].sort((a, b) => b.figure.value! - a.figure.value!)
  for (const [index, unit] of byValue.entries()) {
    const { low, high } = unit.figure.interval!
    if (index === 0 || high < lowestEnd) place = index + 1
    lowestEnd = Math.min(lowestEnd, low)
    ranked.push({ place, unit })
  }
  return { ranked, tooFew: units.filter((unit) => !judged.includes(unit)) }
}
