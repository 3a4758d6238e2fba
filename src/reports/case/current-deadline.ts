import type { Deadline } from '../deadline.ts'
import { isOpen, type ReportSummary } from '../report.ts'

/** The deadline that is running: first that of sorting, then that of answering; none once it is answered or passed on. */
export function currentDeadline({
  state,
  deadlines,
}: Pick<ReportSummary, 'state' | 'deadlines'>): Deadline | undefined {
  if (!isOpen(state)) return undefined
  return state === 'received' ? (deadlines.classify ?? deadlines.answer) : deadlines.answer
}
