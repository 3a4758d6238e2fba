import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../../src/lib/clock.ts'

/** Time that runs `speed` times as fast as that on the wall, the same in every process that is given the same start. */
export class FastClock implements Clock {
  readonly #start: FastClockStart
  #aheadMs = 0

  constructor(start: FastClockStart) {
    this.#start = start
  }

  static startingNow(at: string, speed: number): FastClock {
    return new FastClock({ at, wallMs: wallNow(), speed })
  }

  /** For another process; what `advanceMs` did goes along. */
  get start(): FastClockStart {
    const { at, wallMs, speed } = this.#start
    return { at: new Date(Date.parse(at) + this.#aheadMs).toISOString(), wallMs, speed }
  }

  now(): Date {
    const { at, wallMs, speed } = this.#start
    return new Date(Date.parse(at) + (wallNow() - wallMs) * speed + this.#aheadMs)
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await wait(ms / this.#start.speed, undefined, { signal }).catch(() => {})
  }

  advanceMs(ms: number): void {
    this.#aheadMs += ms
  }
}

export interface FastClockStart {
  at: string
  wallMs: number
  speed: number
}

const wallNow = () => performance.timeOrigin + performance.now()
