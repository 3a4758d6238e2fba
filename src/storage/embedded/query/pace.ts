import { setImmediate } from 'node:timers/promises'
import { ServerError } from '../errors.ts'

/** No command may run longer, so that a forgotten scan cannot starve the rest for ever. */
export const defaultMaxTimeMs = 60_000
const sliceMs = 5

/** Lets a long command stop for others every few milliseconds, and ends it when its time is over. */
export class Pace {
  readonly #maxTimeMs: number
  #endsAt = 0
  #sliceEndsAt = performance.now() + sliceMs
  #calls = 0

  constructor(maxTimeMs: number = defaultMaxTimeMs) {
    this.#maxTimeMs = maxTimeMs
    this.restart()
  }

  /** For the next batch of a cursor: time counts only while the server works. */
  restart(): void {
    this.#endsAt = performance.now() + this.#maxTimeMs
    this.#sliceEndsAt = performance.now() + sliceMs
  }

  /** Cheap enough to ask for every document. */
  isDue(): boolean {
    // Reading the clock for each document would cost as much as some of them.
    return (++this.#calls & 15) === 0 && performance.now() >= this.#sliceEndsAt
  }

  /** @throws ServerError 50 when the command has used its time. */
  async pause(): Promise<void> {
    this.check()
    await setImmediate()
    this.#sliceEndsAt = performance.now() + sliceMs
  }

  check(): void {
    if (performance.now() > this.#endsAt) throw new ServerError(50, 'operation exceeded time limit')
  }
}
