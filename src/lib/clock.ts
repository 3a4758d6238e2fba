/** The only place where the program reads the time. Everything else is handed a `Clock`. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that tests move by hand. */
export class FakeClock implements Clock {
  #nowMs: number

  constructor(start: Date | string) {
    this.#nowMs = new Date(start).getTime()
  }

  now(): Date {
    return new Date(this.#nowMs)
  }

  advanceMs(ms: number): void {
    this.#nowMs += ms
  }
}
