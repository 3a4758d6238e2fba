import { setMaxListeners } from 'node:events'
import { type Clock, systemClock } from '../../src/lib/clock.ts'

/** Longer sleeps of Node end at once. */
const longestTimerMs = 2 ** 31 - 1

/** Goes as the system clock does, and jumps forward when told; who sleeps meanwhile wakes if the time has come. */
export class JumpClock implements Clock {
  #aheadMs = 0
  readonly #onJump: (() => void)[] = []
  #jump = newJump()

  get hasJumped(): boolean {
    return this.#aheadMs > 0
  }

  now(): Date {
    return new Date(systemClock.now().getTime() + this.#aheadMs)
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.now().getTime() + ms
    while (!signal?.aborted) {
      const leftMs = until - this.now().getTime()
      if (leftMs <= 0) return
      const jumped = this.#jump.signal
      const ended = signal ? AbortSignal.any([signal, jumped]) : jumped
      await systemClock.sleep(Math.min(leftMs, longestTimerMs), ended)
    }
  }

  jump(ms: number): void {
    this.#aheadMs += ms
    const before = this.#jump
    this.#jump = newJump()
    before.abort()
    for (const told of this.#onJump) told()
  }

  /** Told after each jump, when whoever slept has been woken. */
  onJump(told: () => void): void {
    this.#onJump.push(told)
  }
}

function newJump(): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  return controller
}
