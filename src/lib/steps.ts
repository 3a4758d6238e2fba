import { setImmediate } from 'node:timers/promises'

/**
 * Long work that may be interrupted: it yields wherever somebody else may have a turn, about every thousand rows. The same
 * code serves a command, which has nothing else to do (`finish`), and the service, which answers chats meanwhile (`inSteps`).
 */
export type Steps<T> = Generator<void, T, void>

/** Between two yields of `eachInSteps` and `sortInSteps`. */
export const rowsAStep = 1_000
const stepMs = 8

export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** Lets everything else have a turn about every 8 ms. */
export async function inSteps<T>(steps: Steps<T>): Promise<T> {
  await setImmediate()
  for (let began = performance.now(); ; ) {
    const { done, value } = steps.next()
    if (done) return value
    if (performance.now() - began < stepMs) continue
    await setImmediate()
    began = performance.now()
  }
}

export function* eachInSteps<T>(rows: Iterable<T>, take: (row: T) => void): Steps<void> {
  let taken = 0
  for (const row of rows) {
    take(row)
    if (++taken % rowsAStep === 0) yield
  }
}

/** Stable, like `Array.prototype.sort`; a new array. */
export function* sortInSteps<T>(rows: readonly T[], compare: (a: T, b: T) => number): Steps<T[]> {
  let runs: T[][] = []
  for (let start = 0; start < rows.length; start += rowsAStep) {
    runs.push(rows.slice(start, start + rowsAStep).sort(compare))
    yield
  }
  while (runs.length > 1) {
    const merged: T[][] = []
    for (let index = 0; index < runs.length; index += 2) {
      const [left, right] = [runs[index]!, runs[index + 1]]
      merged.push(right ? yield* merge(left, right, compare) : left)
    }
    runs = merged
  }
  return runs[0] ?? []
}

function* merge<T>(left: readonly T[], right: readonly T[], compare: (a: T, b: T) => number): Steps<T[]> {
  const all: T[] = []
  for (let [a, b] = [0, 0]; a < left.length || b < right.length; ) {
    const isLeft = b === right.length || (a < left.length && compare(left[a]!, right[b]!) <= 0)
    all.push(isLeft ? left[a++]! : right[b++]!)
    if (all.length % rowsAStep === 0) yield
  }
  return all
}
