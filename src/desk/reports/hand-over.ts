import type { Clock } from '../../lib/clock.ts'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import type { ReportSummary } from '../../reports/report.ts'
import type { ReportStore } from '../../reports/report-store.ts'
import type { Reports } from '../../reports/reports.ts'
import type { Officer, OfficerStore } from '../officer.ts'
import { canHandle, presentOne } from './choose-handler.ts'
import { keyOfUnit } from './report-desk.ts'

/**
 * Gives the open reports of officers who are absent or disabled to their deputies; the clock runs on (features row 73).
 * What has no deputy who may handle it stays where it is: intake sees the mark, the administrator the number. Harmless
 * when it runs twice or while officers work: what changes meanwhile waits for the next run.
 *
 * @returns how many were handed over
 */
export async function handOverReports(
  parts: {
    store: Pick<ReportStore, 'openReports'>
    reports: Pick<Reports, 'act'>
    officers: Pick<OfficerStore, 'list'>
    clock: Clock
  },
  signal?: AbortSignal,
): Promise<number> {
  const officers = await parts.officers.list()
  const today = vietnamDay(parts.clock.now())
  const byId = new Map(officers.map((officer) => [officer.id, officer]))
  const moves: { report: ReportSummary; to: Officer }[] = []
  for await (const report of parts.store.openReports()) {
    const handler = report.assignee === undefined ? undefined : byId.get(report.assignee)
    const to = handler && presentOne(handler, officers, today)
    if (to && to !== handler && canHandle(report, to)) moves.push({ report, to })
  }
  let count = 0
  for (const { report, to } of moves) {
    if (signal?.aborted) break
    const unit = keyOfUnit(to)
    const acted = await parts.reports.act(
      report.ref,
      { kind: 'system' },
      { kind: 'assign', to: to.id, ...(unit === undefined ? {} : { unit }) },
      { revision: report.revision },
    )
    if (acted.kind === 'changed') count++
  }
  return count
}
