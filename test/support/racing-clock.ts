import { setImmediate as nextRound } from 'node:timers/promises'
import type { Clock } from '../../src/lib/clock.ts'

interface Sleeper {
  atMs: number
  order: number
  wake: () => void
}

/**
 * A clock that jumps to the next moment for which somebody waits as soon as nobody has anything left to do: an hour of
 * sending takes as long as its work.
 */
export class RacingClock implements Clock {
  #nowMs: number
  #order = 0
  readonly #heap: Sleeper[] = []

  constructor(start: string) {
    this.#nowMs = Date.parse(start)
  }

  now(): Date {
    return new Date(this.#nowMs)
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      signal?.addEventListener('abort', wake)
      this.#push({ atMs: this.#nowMs + Math.max(0, ms), order: this.#order++, wake })
    })
  }

  /** Until `isOver`; what is under way at a moment ends before the next one comes. */
  async race(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await nextRound()
      const next = this.#pop()
      if (!next) throw new Error('nobody waits for anything, and it is not over')
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.wake()
    }
  }

  #push(sleeper: Sleeper): void {
    const heap = this.#heap
    heap.push(sleeper)
    for (let at = heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1
      if (!isBefore(heap[at]!, heap[parent]!)) break
      ;[heap[at], heap[parent]] = [heap[parent]!, heap[at]!]
      at = parent
    }
  }

  #pop(): Sleeper | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (!top || !last || heap.length === 0) return top
    heap[0] = last
    for (let at = 0; ; ) {
      const left = 2 * at + 1
      if (left >= heap.length) return top
      const child = left + 1 < heap.length && isBefore(heap[left + 1]!, heap[left]!) ? left + 1 : left
      if (!isBefore(heap[child]!, heap[at]!)) return top
      ;[heap[at], heap[child]] = [heap[child]!, heap[at]!]
      at = child
    }
  }
}

const isBefore = (a: Sleeper, b: Sleeper): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
