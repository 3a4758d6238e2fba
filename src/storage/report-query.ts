import type mongoose from 'mongoose'
import type { ReportScope } from '../reports/case/access.ts'
import type { Report, ReportQueue, ReportState, ReportSummary } from '../reports/report.ts'
import type { ReportFilter } from '../reports/report-store.ts'

/** What queries look at. The same as of the report but for what is worked out of it. */
export interface ReportFields extends Omit<ReportSummary, 'ref'> {
  _id: string
  /** Of `state`. */
  isOpen: boolean
  /** Since when it waits to be closed: answered or passed on, and not closed yet. */
  restsSince?: Date
  /** `closedAt`, until it is erased. */
  erasableSince?: Date
}

type Query = mongoose.mongo.Filter<ReportFields>

/** `isInScope` (`reports/case/access.ts`) as a query, with `more` besides. */
export function inScope({ queues, only, notAbout }: ReportScope, more: Query = {}): Query {
  const query: Query = {
    queue: queues.length === 1 ? queues[0]! : { $in: queues as ReportQueue[] },
    ...(notAbout ? { 'concerns.officers': { $ne: notAbout.officerId } } : {}),
    ...(notAbout?.unit === undefined ? {} : { 'concerns.units': { $ne: notAbout.unit } }),
    ...more,
  }
  if (!only) return query
  const assigned: Query = { $and: [{ assignee: only.assignee }, query] }
  if (only.unit === undefined) return assigned
  // Everything stands in both branches, so that each is served by the index of its first condition.
  return { $or: [assigned, { $and: [{ unit: only.unit }, query] }] }
}

export function filterQuery(filter: ReportFilter): Query {
  const { states, kind, assignee, unit, isUnassigned, hasUnread, dueBefore, caseNumber, procedureCode } =
    filter
  const parts: Query[] = []
  if (states !== undefined) parts.push(stateQuery(states))
  if (assignee !== undefined) parts.push({ assignee })
  // Null stands for a field that is not there, and has its place in the index.
  if (isUnassigned !== undefined)
    parts.push(isUnassigned ? { assignee: null as never } : { assignee: { $exists: true } })
  return {
    ...(parts.length > 0 ? { $and: parts } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(unit === undefined ? {} : { unit }),
    ...(hasUnread === undefined ? {} : { hasUnread }),
    // With both lanes named, the index goes on to the time.
    ...(dueBefore === undefined ? {} : { isSlowLane: { $in: [false, true] }, dueAt: { $lt: dueBefore } }),
    ...(caseNumber === undefined ? {} : { caseNumber: caseNumberQuery(caseNumber) }),
    ...(procedureCode === undefined ? {} : { procedureCode }),
  }
}

function stateQuery(states: readonly ReportState[] | 'open'): Query {
  return states === 'open' ? { isOpen: true } : { state: { $in: [...states] } }
}

const wholeCaseNumberChars = 'PA-YYMMDD-XXXX-C'.length

/** A range, never a pattern made of what somebody typed. */
function caseNumberQuery(typed: string): Query['caseNumber'] {
  if (typed.length >= wholeCaseNumberChars) return typed
  return { $gte: typed, $lt: `${typed}\uffff` }
}

/**
 * Most urgent first: open ones before the others, those of the slow lane behind, then by time left; what has no
 * deadline sorts before what has one.
 */
export const byUrgency = { isOpen: -1, isSlowLane: 1, dueAt: 1, caseNumber: 1 } as const

/** Reports that `similarTo` prefers: about the same procedure or about a unit that both name. */
export function aboutTheSame({
  procedureCode,
  concerns,
}: Pick<Report, 'procedureCode' | 'concerns'>): Query[] {
  return [
    ...(procedureCode === undefined ? [] : [{ procedureCode }]),
    ...(concerns.units.length === 0 ? [] : [{ 'concerns.units': { $in: concerns.units } }]),
  ]
}
