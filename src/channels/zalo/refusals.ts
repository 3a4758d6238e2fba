import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { Signature } from './signature.ts'

/**
 * Forged events, told loudly but not one by one: with a wrong key every true event is refused too, and Zalo switches the
 * webhook off; and anybody can send as many false ones as they like.
 */
export interface Refusals {
  note(signature: Extract<Signature, { kind: 'forged' }>): void
}

const quietMs = 60_000

export function createRefusals({ clock, log }: { clock: Clock; log: Log }): Refusals {
  let count = 0
  let toldAtMs: number | undefined
  return {
    note({ reason, wouldMatch }) {
      count++
      const nowMs = clock.now().getTime()
      if (toldAtMs !== undefined && nowMs - toldAtMs < quietMs && !wouldMatch) return
      log.error({ reason, wouldMatch, count }, hintOf(wouldMatch))
      toldAtMs = nowMs
      count = 0
    },
  }
}

function hintOf(wouldMatch: Extract<Signature, { kind: 'forged' }>['wouldMatch']): string {
  switch (wouldMatch) {
    case 'app-secret':
      return 'Zalo webhook: signed with the app secret; ZALO_OA_SECRET_KEY is another value or another kind of key'
    case 'time-of-header':
      return 'Zalo webhook: signed with the time of the header; change timeSources in signature.ts'
    case undefined:
      return 'Zalo webhook: wrong signature; if true events are refused, mend ZALO_OA_SECRET_KEY'
  }
}
