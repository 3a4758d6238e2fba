import { createHash } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'

/** Counts tries per key and window; one count for all processes of the installation. */
export interface AttemptStore {
  /** Counts one more, starting a window of `windowMs` when none is open. Exact, however many count at once. */
  count(key: string, windowMs: number, now: Date): Promise<{ count: number; endsAt: Date }>
  /** Takes one back, when the window is still open. */
  takeBack(key: string, now: Date): Promise<void>
  clear(key: string): Promise<void>
}

export interface AttemptLimit {
  attempts: number
  windowMs: number
}

export const attemptLimits = {
  /** Of passwords for one username, whether there is such an officer or not. */
  username: { attempts: 10, windowMs: 15 * 60_000 },
  /** Of failed sign-ins from one address: a whole office may stand behind it. */
  address: { attempts: 50, windowMs: 15 * 60_000 },
  /** Three of a million codes are right at any time: 240 tries a day find one with a chance of 0.07 %. */
  code: { attempts: 10, windowMs: 60 * 60_000 },
} as const satisfies Record<string, AttemptLimit>

export type AttemptKind = keyof typeof attemptLimits

export type Attempt =
  | { kind: 'allowed' }
  /** `isFirst`: the first one too many in this window, worth telling. */
  | { kind: 'refused'; minutes: number; isFirst: boolean }

export interface Throttle {
  /** Counts the try *before* it is made, so that many at once are not more than one after another. */
  attempt(kind: AttemptKind, who: string): Promise<Attempt>
  /** The try was good: it does not count. */
  takeBack(kind: AttemptKind, who: string): Promise<void>
  /** The right person is there: earlier tries do not count any more. */
  forget(kind: AttemptKind, who: string): Promise<void>
}

export function createThrottle({ store, clock }: { store: AttemptStore; clock: Clock }): Throttle {
  return {
    async attempt(kind, who) {
      const limit = attemptLimits[kind]
      const now = clock.now()
      const { count, endsAt } = await store.count(keyOf(kind, who), limit.windowMs, now)
      if (count <= limit.attempts) return { kind: 'allowed' }
      const minutes = Math.max(1, Math.ceil((endsAt.getTime() - now.getTime()) / 60_000))
      return { kind: 'refused', minutes, isFirst: count === limit.attempts + 1 }
    },
    takeBack: (kind, who) => store.takeBack(keyOf(kind, who), clock.now()),
    forget: (kind, who) => store.clear(keyOf(kind, who)),
  }
}

/** Hashed: people type passwords into the field for the name. */
function keyOf(kind: AttemptKind, who: string): string {
  return `${kind}:${createHash('sha256').update(who).digest('base64url')}`
}
