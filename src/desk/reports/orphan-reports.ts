import { isInScope, reportScope } from '../../reports/case/access.ts'
import type { ReportSummary } from '../../reports/report.ts'
import type { Officer } from '../officer.ts'
import { canHandle, presentOne } from './choose-handler.ts'
import { viewerOf } from './report-desk.ts'

/**
 * Whether no officer who is there can move a report on: neither its handler (or who stands in for them) nor anybody of
 * intake or a leader who may see it.
 */
export function isOrphan(report: ReportSummary, officers: readonly Officer[], today: string): boolean {
  const handler = officers.find(({ id }) => id === report.assignee)
  const present = handler && presentOne(handler, officers, today)
  if (present && present.id === report.assignee && canHandle(report, present)) return false
  return !officers.some((officer) => {
    if (presentOne(officer, officers, today)?.id !== officer.id) return false
    if (!officer.roles.includes('intake') && !officer.roles.includes('leader')) return false
    const scope = reportScope(viewerOf(officer))
    return scope !== undefined && isInScope(report, scope)
  })
}

/** How many, and nothing else: administrators see no report. */
export async function countOrphans(
  reports: AsyncIterable<ReportSummary>,
  officers: readonly Officer[],
  today: string,
): Promise<number> {
  let count = 0
  for await (const report of reports) if (isOrphan(report, officers, today)) count++
  return count
}
