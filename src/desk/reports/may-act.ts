import type { Viewer } from '../../reports/case/access.ts'
import { mayDo } from '../../reports/case/change-report.ts'
import type { ReportSummary } from '../../reports/report.ts'

/** What an officer can do with a report, in the order in which the page offers it. */
export const deskActions = [
  'assign',
  'start',
  'ask',
  'tell',
  'answer',
  'forward',
  'reclassify',
  'concern',
  'join',
  'close',
] as const
export type DeskAction = (typeof deskActions)[number]

/** Sorting and passing on: of whoever takes reports in. */
const ofIntake: readonly DeskAction[] = [
  'assign',
  'tell',
  'forward',
  'reclassify',
  'concern',
  'join',
  'close',
]
/** Everything but handing it to somebody else. */
const ofHandler: readonly DeskAction[] = deskActions.filter((action) => action !== 'assign')

/**
 * Whether this officer may do it to this report now. Whether they may see the report at all has been decided before;
 * a colleague of the handler's unit who is neither may read and write notes only.
 */
export function mayAct(
  viewer: Viewer,
  report: Pick<ReportSummary, 'state' | 'assignee'>,
  action: DeskAction,
): boolean {
  if (!mayDo(report, action === 'concern' ? 'mark-concern' : action)) return false
  const { roles, officerId } = viewer
  return (
    roles.includes('leader') ||
    (roles.includes('intake') && ofIntake.includes(action)) ||
    (roles.includes('handler') && report.assignee === officerId && ofHandler.includes(action))
  )
}
