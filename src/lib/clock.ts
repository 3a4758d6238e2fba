import { setTimeout as wait } from 'node:timers/promises'

/** The only place where the program reads the time or waits. Everything else is handed a `Clock`. */
export interface Clock {
  now(): Date
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(ms, signal) {
    await wait(ms, undefined, { signal }).catch(() => {})
  },
}

/** A clock that tests move by hand; whoever sleeps wakes when the time has come. */
export class FakeClock implements Clock {
  #nowMs: number
  #sleepers: { atMs: number; wake: () => void }[] = []

  constructor(start: Date | string) {
    this.#nowMs = new Date(start).getTime()
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
      this.#sleepers.push({ atMs: this.#nowMs + ms, wake })
      signal?.addEventListener('abort', wake)
    })
  }

  advanceMs(ms: number): void {
    this.#nowMs += ms
    const due = this.#sleepers.filter((sleeper) => sleeper.atMs <= this.#nowMs)
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.atMs > this.#nowMs)
    for (const sleeper of due.sort((a, b) => a.atMs - b.atMs)) sleeper.wake()
  }
}
