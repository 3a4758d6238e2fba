import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HolidayCalendar } from '../../lib/working-days/holiday-calendar.ts'
import { isInScope, type ReportScope, reportScope, unitKey, type Viewer } from '../../reports/case/access.ts'
import { parseCaseNumber } from '../../reports/case-number.ts'
import type { ClockTexts } from '../../reports/clock-texts.ts'
import type { EvidenceRoom } from '../../reports/evidence/keep-evidence.ts'
import type { Report, ReporterIdentity } from '../../reports/report.ts'
import type { ReportSettings } from '../../reports/report-settings.ts'
import type { IdentityStore, NoteStore, ReportStore } from '../../reports/report-store.ts'
import type { Reports } from '../../reports/reports.ts'
import type { AuditValue } from '../audit/audit-log.ts'
import type { Desk } from '../desk-page.ts'
import type { Officer } from '../officer.ts'
import type { ReplyTemplate } from '../reply-templates.ts'
import type { ReportDeskTexts } from '../report-texts.ts'

/** What the pages about reports are made of, besides the desk itself. */
export interface ReportDeskParts {
  reports: Reports
  store: ReportStore
  identities: IdentityStore
  notes: NoteStore
  evidenceRoom: EvidenceRoom
  calendar: HolidayCalendar
  clockTexts: ClockTexts
  settings: Pick<ReportSettings, 'outside'>
  texts: ReportDeskTexts
  templates: readonly ReplyTemplate[]
  /** Official name of the office, for letters. */
  agencyName: string
  /** Until when news reaches a chat, in words; undefined where there is nothing to say about it. */
  sayReach?: SayReach | undefined
}

export type SayReach = (
  conversation: ReporterIdentity['conversation'],
) => Promise<{ term: string; text: string } | undefined>

/** A report that an officer may see, with who they are. */
export interface OpenCase {
  report: Report
  viewer: Viewer
  scope: ReportScope
  officer: Officer
}

export interface CaseRoute {
  Params: { caseNumber: string }
}

export function viewerOf({ id, unit, roles, mayOpenRestricted }: Officer): Viewer {
  return { officerId: id, ...(unit === undefined ? {} : { unit }), roles, mayOpenRestricted }
}

export const keyOfUnit = ({ unit }: Pick<Officer, 'unit'>): string | undefined =>
  unit === undefined ? undefined : unitKey(unit)

export const casePath = (caseNumber: string): string => `/desk/reports/${caseNumber}`

/**
 * The report of an address; `undefined` when there is none, or none for this officer: both are answered by the very same
 * page after the very same work, and both are written down.
 */
export async function findCase(
  request: FastifyRequest<CaseRoute>,
  desk: Desk,
  parts: Pick<ReportDeskParts, 'store'>,
): Promise<OpenCase | undefined> {
  const { officer } = desk.signedIn(request)
  const parsed = parseCaseNumber(request.params.caseNumber)
  if (parsed.kind !== 'case-number') return undefined
  const report = await parts.store.findByCaseNumber(parsed.caseNumber)
  if (report) return lookAt(report, officer, desk)
  await noteRefusal(desk, officer, parsed.caseNumber)
  return undefined
}

/** The same for a report that is at hand: it may have been taken out of the officer's sight meanwhile. */
export async function lookAt(report: Report, officer: Officer, desk: Desk): Promise<OpenCase | undefined> {
  const viewer = viewerOf(officer)
  const scope = reportScope(viewer)
  if (scope && isInScope(report, scope)) return { report, viewer, scope, officer }
  await noteRefusal(desk, officer, report.caseNumber)
  return undefined
}

async function noteRefusal(desk: Desk, { id }: Officer, caseNumber: string): Promise<void> {
  await desk.audit.append({ officer: id, action: 'access-refused', subject: `report:${caseNumber}` })
}

/** @param detail short facts; nothing that people wrote */
export async function noteInAudit(
  desk: Desk,
  { officer, report }: Pick<OpenCase, 'officer' | 'report'>,
  action: 'report-viewed' | 'report-changed' | 'identity-viewed' | 'evidence-viewed' | 'access-refused',
  detail: Record<string, AuditValue> = {},
): Promise<void> {
  await desk.audit.append({ officer: officer.id, action, subject: `report:${report.caseNumber}`, detail })
}

/** A handler around `findCase`: what is not there, or not for this officer, is one and the same page. */
export function withCase(
  desk: Desk,
  parts: Pick<ReportDeskParts, 'store'>,
  handle: (request: FastifyRequest<CaseRoute>, reply: FastifyReply, open: OpenCase) => Promise<FastifyReply>,
): (request: FastifyRequest<CaseRoute>, reply: FastifyReply) => Promise<FastifyReply> {
  return async (request, reply) => {
    const open = await findCase(request, desk, parts)
    return open ? handle(request, reply, open) : desk.notFound(request, reply)
  }
}
