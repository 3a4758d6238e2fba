import type { ReportQueue, ReportSummary } from '../report.ts'

/** What of an officer decides which reports they see. */
export interface Viewer {
  officerId: string
  unit?: string
  roles: readonly string[]
  mayOpenRestricted: boolean
}

/**
 * Which reports somebody may see at all. Every read, search, count, export and notice goes through one; the store turns
 * it into a query, so that a report outside of it is not even counted.
 */
export interface ReportScope {
  queues: readonly ReportQueue[]
  /** Only those handled by them, or waiting in their unit. */
  only?: { assignee: string; unit?: string }
  /** About whom a report must not be. */
  notAbout?: { officerId: string; unit?: string }
}

/** For figures that name nobody, and for the program itself. */
export const everyReport: ReportScope = { queues: ['general', 'restricted', 'outside'] }

/** Undefined: none. Administrators run the desk and auditors read its log: neither reads reports. */
export function reportScope(viewer: Viewer): ReportScope | undefined {
  const seesAll = viewer.roles.includes('intake') || viewer.roles.includes('leader')
  if (!seesAll && !viewer.roles.includes('handler')) return undefined
  const { officerId, unit, mayOpenRestricted } = viewer
  const queues: ReportQueue[] = ['general']
  if (mayOpenRestricted) queues.push('restricted')
  // About leaders: no leader looks at them, be it their own or a colleague's.
  if (mayOpenRestricted && !viewer.roles.includes('leader')) queues.push('outside')
  const self = unit === undefined ? { officerId } : { officerId, unit: unitKey(unit) }
  return {
    queues,
    notAbout: self,
    ...(seesAll
      ? {}
      : { only: { assignee: officerId, ...(unit === undefined ? {} : { unit: unitKey(unit) }) } }),
  }
}

/** The same rule for one report, for who holds it already. */
export function isInScope(report: ReportSummary, scope: ReportScope): boolean {
  const { queues, only, notAbout } = scope
  if (!queues.includes(report.queue)) return false
  if (notAbout) {
    if (report.concerns.officers.includes(notAbout.officerId)) return false
    if (notAbout.unit !== undefined && report.concerns.units.includes(notAbout.unit)) return false
  }
  if (!only) return true
  return report.assignee === only.assignee || (only.unit !== undefined && report.unit === only.unit)
}

/** The handler of a named report; of one that asked for secrecy only who may open restricted ones. Always written down. */
export function mayViewIdentity(viewer: Viewer, report: ReportSummary): boolean {
  const scope = reportScope(viewer)
  if (!scope || !isInScope(report, scope) || report.identityMode === 'anonymous') return false
  if (report.identityMode === 'confidential' || report.queue !== 'general') return viewer.mayOpenRestricted
  return (
    report.assignee === viewer.officerId || viewer.roles.includes('intake') || viewer.roles.includes('leader')
  )
}

/** How units are compared: they are typed by hand in several places. */
export function unitKey(unit: string): string {
  return unit.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase()
}
