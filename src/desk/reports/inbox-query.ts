import { z } from 'zod'
import { parseCaseNumber } from '../../reports/case-number.ts'
import { type ReportKind, type ReportState, reportKinds, reportStates } from '../../reports/report.ts'
import type { ReportFilter } from '../../reports/report-store.ts'
import type { Officer } from '../officer.ts'
import { keyOfUnit } from './report-desk.ts'

export const inboxTabs = ['mine', 'unit', 'all'] as const
export type InboxTab = (typeof inboxTabs)[number]

export const inboxMarks = ['unassigned', 'late', 'unread'] as const
export type InboxMark = (typeof inboxMarks)[number]

/** As in the address of the page. */
export interface InboxQuery {
  tab?: InboxTab | undefined
  kind?: ReportKind | undefined
  /** Without: open ones. */
  state?: ReportState | 'any' | undefined
  only?: InboxMark | undefined
  number?: string | undefined
  page?: number | undefined
}

/** What does not fit is as if it were not there. */
const schema = z.object({
  tab: z.enum(inboxTabs).optional().catch(undefined),
  kind: z.enum(reportKinds).optional().catch(undefined),
  state: z
    .enum([...reportStates, 'any'])
    .optional()
    .catch(undefined),
  only: z.enum(inboxMarks).optional().catch(undefined),
  number: z.string().trim().min(1).max(40).optional().catch(undefined),
  page: z.coerce.number().int().min(2).max(10_000).optional().catch(undefined),
})

export function readInboxQuery(query: unknown): InboxQuery {
  return schema.parse(query ?? {})
}

/** Who hands work out begins with all of it, who does it with their own. */
export function firstTab({ roles }: Pick<Officer, 'roles'>): InboxTab {
  return roles.includes('intake') || roles.includes('leader') ? 'all' : 'mine'
}

export function inboxPath(query: InboxQuery): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))
  return search.size > 0 ? `/desk/reports?${search}` : '/desk/reports'
}

export const isFiltered = ({ kind, state, only, number }: InboxQuery): boolean =>
  kind !== undefined || state !== undefined || only !== undefined || number !== undefined

/** Undefined: the tab of somebody without a unit, which holds nothing. */
export function filterOf(
  query: InboxQuery & { tab: InboxTab },
  officer: Officer,
  now: Date,
): ReportFilter | undefined {
  const { tab, kind, state, only, number } = query
  const unit = keyOfUnit(officer)
  if (tab === 'unit' && unit === undefined) return undefined
  const typed = number === undefined ? undefined : beginningOfCaseNumber(number)
  return {
    // A case that is looked for by its whole number is found in whatever state it is.
    ...(state === 'any' || (state === undefined && typed?.isWhole)
      ? {}
      : { states: state === undefined ? 'open' : [state] }),
    ...(kind === undefined ? {} : { kind }),
    ...(tab === 'mine' ? { assignee: officer.id } : {}),
    ...(tab === 'unit' && unit !== undefined ? { unit } : {}),
    ...(only === 'unassigned' && tab !== 'mine' ? { isUnassigned: true } : {}),
    ...(only === 'late' ? { dueBefore: now } : {}),
    ...(only === 'unread' ? { hasUnread: true } : {}),
    ...(typed === undefined ? {} : { caseNumber: typed.beginning }),
  }
}

/** "pa 2611" → "PA-2611"; whatever else was typed is left out, so that it is part of no query. */
export function beginningOfCaseNumber(typed: string): { beginning: string; isWhole: boolean } {
  const parsed = parseCaseNumber(typed)
  if (parsed.kind === 'case-number') return { beginning: parsed.caseNumber, isWhole: true }
  const plain = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/^PA/, '')
  const parts = [plain.slice(0, 6), plain.slice(6, 10), plain.slice(10, 11)].filter((part) => part !== '')
  return { beginning: ['PA', ...parts].join('-'), isWhole: false }
}

export const isMistyped = (number: string): boolean => parseCaseNumber(number).kind === 'wrong-check'
