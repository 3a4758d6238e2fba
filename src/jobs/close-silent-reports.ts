import type { ReportStore } from '../reports/report-store.ts'
import type { Reports } from '../reports/reports.ts'
import type { Job } from './job.ts'

const minuteMs = 60_000
/** The longest time for rejecting that the settings allow is 60 working days, some 90 days with Tết. */
const lookBackDays = 200
const batch = 100

/** An answer that was not rejected in its time closes the report. */
export function closeSilentReports(parts: {
  reports: Pick<Reports, 'act' | 'rejectableUntil'>
  store: Pick<ReportStore, 'answeredBefore'>
}): Job {
  const { reports, store } = parts
  return {
    name: 'close-silent-reports',
    cron: '15 * * * *',
    async run(now, signal) {
      const before = newestClosable(now, (at) => reports.rejectableUntil(at))
      if (!before) return
      for (let closed = batch; closed > 0 && !signal.aborted; ) {
        closed = 0
        for (const ref of await store.answeredBefore(before, batch)) {
          if (signal.aborted) return
          const acted = await reports.act(ref, { kind: 'system' }, { kind: 'close-in-silence' })
          if (acted.kind === 'changed') closed++
        }
      }
    },
  }
}

/**
 * What was answered before that minute can be rejected no more: later answers can be rejected longer. Undefined while the
 * table of days off is lacking: no right is cut short.
 */
function newestClosable(now: Date, rejectableUntil: (at: Date) => Date): Date | undefined {
  const isClosable = (minutesAgo: number) =>
    rejectableUntil(new Date(now.getTime() - minutesAgo * minuteMs)) < now
  let [notYet, since] = [0, lookBackDays * 24 * 60]
  if (!isClosable(since)) return undefined
  while (since - notYet > 1) {
    const middle = Math.floor((notYet + since) / 2)
    if (isClosable(middle)) since = middle
    else notYet = middle
  }
  return new Date(now.getTime() - since * minuteMs)
}
