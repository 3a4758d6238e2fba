import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'

/** What stands still because somebody must pay or mend something; known to this process. */
export interface ZaloStops {
  /** Nothing can be sent until then (app, OA, consent). */
  all(): Stop | undefined
  /** Nothing that costs can be sent until then; what is free goes on. */
  paid(): Stop | undefined
  /** Buttons are refused at the moment: numbered text at once. */
  buttons(): Stop | undefined
  /** The first of a kind is an alarm in the log; those after it, until it works again, are not. */
  stop(what: StopKind, why: StopReason): void
  /** It worked: the next fault is an alarm again. */
  resume(what: StopKind): void
}

export type StopKind = 'all' | 'paid' | 'buttons'

export interface StopReason {
  code?: number
  reason: string
  until: Date
  /** Ends by itself; otherwise somebody must act. */
  isQuota?: true
}

export interface Stop extends StopReason {
  since: Date
}

/** @param onAlert for an operator besides the log */
export function createZaloStops(parts: {
  clock: Clock
  log: Log
  onAlert?: (what: StopKind, stop: Stop) => void
}): ZaloStops {
  const { clock, log, onAlert } = parts
  const stops = new Map<StopKind, Stop>()

  function active(what: StopKind): Stop | undefined {
    const stop = stops.get(what)
    return stop && stop.until > clock.now() ? stop : undefined
  }

  return {
    all: () => active('all'),
    paid: () => active('paid'),
    buttons: () => active('buttons'),
    stop(what, why) {
      const { code, reason, until } = why
      const known = stops.get(what)
      const isSame = known !== undefined && known.code === code
      const stop: Stop = { ...why, since: isSame ? known.since : clock.now() }
      stops.set(what, stop)
      if (isSame) return
      log.error({ what, code, reason, until }, `zalo: ${words[what]}`)
      onAlert?.(what, stop)
    },
    resume(what) {
      const stop = stops.get(what)
      if (!stop || stop.until > clock.now()) return
      stops.delete(what)
      log.info({ what, since: stop.since }, 'zalo: works again')
    },
  }
}

const words: Record<StopKind, string> = {
  all: 'nothing can be sent until somebody mends it; messages wait',
  paid: 'what costs is not sent any more; what is free goes on',
  buttons: 'the form of our buttons is refused (message-body.ts); the choices go out as numbers',
}
