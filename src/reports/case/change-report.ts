import type { KeptEvidence } from '../evidence/keep-evidence.ts'
import {
  type Actor,
  isOpen,
  type Report,
  type ReportChange,
  type ReportDeadlines,
  type ReportEvent,
  type ReportKind,
  type ReportOutcome,
  type ReportQueue,
  type ReportState,
} from '../report.ts'
import { reclassifyDeadlines } from './report-deadlines.ts'

/** What somebody wants done with a report. */
export type ReportAction =
  | { kind: 'assign'; to: string; unit?: string }
  | { kind: 'start' }
  | { kind: 'ask'; text: string }
  | { kind: 'tell'; text: string }
  | { kind: 'answer'; text: string; outcome: ReportOutcome }
  | { kind: 'forward'; to: string; reason: string }
  | { kind: 'reclassify'; to: ReportKind; reason: string }
  | { kind: 'mark-concern'; officers: string[]; units: string[]; isAboutLeader: boolean; reason: string }
  | { kind: 'join'; toRef: string; toCaseNumber: string }
  | { kind: 'close'; reason: string }
  | { kind: 'write'; text: string; evidence: KeptEvidence[] }
  | { kind: 'accept-answer' }
  | { kind: 'reject-answer'; reason: string }
  | { kind: 'close-in-silence' }
  | { kind: 'set-deadlines' }
export type ReportActionKind = ReportAction['kind']

export type ChangedReport =
  | { kind: 'changed'; report: Report; event: ReportEvent }
  | { kind: 'refused'; reason: ChangeRefusal }

export type ChangeRefusal =
  /** Not possible in the state that the report is in. */
  | 'wrong-state'
  | 'empty-text'
  /** They handled it before it was reopened, or it is about them. */
  | 'not-this-handler'
  | 'reopened-before'
  /** The time in which the reporter may reject the answer is over. */
  | 'too-late'
  | 'same-as-before'

export interface ChangeParts {
  now: Date
  eventId: string
  queueFor(kind: ReportKind, isAboutLeader: boolean): ReportQueue
  setDeadlines(from: Date, kind: ReportKind): ReportDeadlines
  /** Until when an answer given at `answeredAt` may be rejected. */
  rejectableUntil(answeredAt: Date): Date
}

/** In which states each action is possible. */
const allowedIn: Record<ReportActionKind, readonly ReportState[]> = {
  assign: ['received', 'assigned', 'in-progress', 'waiting-for-reporter'],
  start: ['assigned', 'waiting-for-reporter'],
  ask: ['assigned', 'in-progress', 'waiting-for-reporter'],
  tell: ['received', 'assigned', 'in-progress', 'waiting-for-reporter', 'answered', 'forwarded'],
  answer: ['assigned', 'in-progress', 'waiting-for-reporter', 'forwarded'],
  forward: ['received', 'assigned', 'in-progress', 'waiting-for-reporter'],
  reclassify: ['received', 'assigned', 'in-progress', 'waiting-for-reporter'],
  'mark-concern': ['received', 'assigned', 'in-progress', 'waiting-for-reporter', 'answered', 'forwarded'],
  join: ['received', 'assigned', 'in-progress', 'waiting-for-reporter'],
  close: ['answered', 'forwarded'],
  write: ['received', 'assigned', 'in-progress', 'waiting-for-reporter', 'answered', 'forwarded'],
  'accept-answer': ['answered'],
  'reject-answer': ['answered', 'closed'],
  'close-in-silence': ['answered', 'forwarded'],
  'set-deadlines': ['received', 'assigned', 'in-progress', 'waiting-for-reporter'],
}

const addressedToReporter: readonly ReportChange['kind'][] = ['asked', 'told', 'reclassified']

export function mayDo(report: Pick<Report, 'state'>, action: ReportActionKind): boolean {
  return allowedIn[action].includes(report.state)
}

/**
 * The report after an action, with the event that tells of it, or why not. Changes nothing itself; whoever may act has
 * been decided before.
 */
export function changeReport(
  report: Report,
  action: ReportAction,
  by: Actor,
  parts: ChangeParts,
): ChangedReport {
  if (!mayDo(report, action.kind)) return refused('wrong-state')
  const { now } = parts
  switch (action.kind) {
    case 'assign': {
      if (action.to === report.assignee) return refused('same-as-before')
      const { officers, units } = report.concerns
      const isConcerned =
        officers.includes(action.to) || (action.unit !== undefined && units.includes(action.unit))
      if (isConcerned || report.pastHandlers.includes(action.to)) return refused('not-this-handler')
      const change: ReportChange = {
        kind: 'assigned',
        to: action.to,
        ...(report.assignee === undefined ? {} : { from: report.assignee }),
      }
      const state = report.state === 'received' ? 'assigned' : report.state
      return changed({ ...report, state, assignee: action.to, unit: action.unit }, change)
    }
    case 'start':
      return changed({ ...report, state: 'in-progress' }, { kind: 'started' })
    case 'ask':
      if (isBlank(action.text)) return refused('empty-text')
      return changed({ ...report, state: 'waiting-for-reporter' }, { kind: 'asked', text: action.text })
    case 'tell':
      if (isBlank(action.text)) return refused('empty-text')
      return changed(report, { kind: 'told', text: action.text })
    case 'answer': {
      if (isBlank(action.text)) return refused('empty-text')
      const { text, outcome } = action
      return changed(
        { ...report, state: 'answered', answeredAt: now, outcome },
        { kind: 'answered', text, outcome },
      )
    }
    case 'forward':
      if (isBlank(action.to) || isBlank(action.reason)) return refused('empty-text')
      return changed(
        { ...report, state: 'forwarded', forwardedAt: now },
        { kind: 'forwarded', to: action.to, reason: action.reason },
      )
    case 'reclassify': {
      if (isBlank(action.reason)) return refused('empty-text')
      if (action.to === report.kind) return refused('same-as-before')
      const queue = parts.queueFor(action.to, report.queue === 'outside')
      const { kind: from } = report
      return changed(
        {
          ...report,
          kind: action.to,
          queue,
          deadlines: reclassifyDeadlines(report.deadlines, parts.setDeadlines(startedAt(report), action.to)),
        },
        { kind: 'reclassified', from, to: action.to, reason: action.reason },
      )
    }
    case 'mark-concern': {
      if (isBlank(action.reason)) return refused('empty-text')
      const { officers, units, reason, isAboutLeader } = action
      const handler = report.assignee
      const isHandler =
        (handler !== undefined && officers.includes(handler)) ||
        (report.unit !== undefined && units.includes(report.unit))
      const next: Report = {
        ...report,
        concerns: { officers, units },
        queue: parts.queueFor(report.kind, isAboutLeader),
      }
      return changed(isHandler ? withoutHandler(next) : next, {
        kind: 'concern-marked',
        officers,
        units,
        reason,
      })
    }
    case 'join':
      if (action.toRef === report.ref || action.toRef === report.joinedTo) return refused('same-as-before')
      return changed(
        { ...report, joinedTo: action.toRef },
        { kind: 'joined', caseNumber: action.toCaseNumber },
      )
    case 'close':
      if (isBlank(action.reason)) return refused('empty-text')
      return closed({ kind: 'closed', because: 'officer', reason: action.reason })
    case 'accept-answer':
      return closed({ kind: 'closed', because: 'reporter-satisfied' })
    case 'close-in-silence':
      return closed({ kind: 'closed', because: 'silence' })
    case 'write': {
      if (isBlank(action.text) && action.evidence.length === 0) return refused('empty-text')
      const { text, evidence } = action
      return changed(
        {
          ...report,
          state: report.state === 'waiting-for-reporter' ? 'in-progress' : report.state,
          hasUnread: true,
          evidenceNames: [...report.evidenceNames, ...evidence.map(({ name }) => name)],
        },
        { kind: 'reporter-wrote', text, evidence },
      )
    }
    case 'reject-answer': {
      if (report.cycle === 2) return refused('reopened-before')
      const { answeredAt } = report
      if (!answeredAt) return refused('wrong-state')
      if (now > parts.rejectableUntil(answeredAt)) return refused('too-late')
      if (isBlank(action.reason)) return refused('empty-text')
      const {
        answeredAt: _answered,
        closedAt: _closed,
        closedBecause: _because,
        outcome: _outcome,
        ...rest
      } = withoutHandler(report)
      return changed(
        {
          ...rest,
          cycle: 2,
          state: 'received',
          reopenedAt: now,
          deadlines: parts.setDeadlines(now, report.kind),
          firstAnswer: { answeredAt, ...dueOf(report) },
          hasUnread: true,
        },
        { kind: 'reopened', reason: action.reason },
      )
    }
    case 'set-deadlines': {
      const deadlines = parts.setDeadlines(startedAt(report), report.kind)
      if (deadlines.missingYear !== undefined) return refused('same-as-before')
      return changed({ ...report, deadlines }, { kind: 'deadlines-set' })
    }
  }

  function closed(change: ReportChange & { kind: 'closed' }): ChangedReport {
    return changed({ ...report, state: 'closed', closedAt: now, closedBecause: change.because }, change)
  }

  function changed(next: Report, change: ReportChange): ChangedReport {
    const isNews = next.state !== report.state || addressedToReporter.includes(change.kind)
    const event: ReportEvent = { id: parts.eventId, at: now, by, state: next.state, isNews, change }
    const isRead = by.kind === 'officer'
    return {
      kind: 'changed',
      event,
      report: withDueAt({
        ...next,
        revision: report.revision + 1,
        hasUnread: isRead ? false : next.hasUnread,
        events: [...report.events, event],
        untold: [...report.untold, event.id],
      }),
    }
  }
}

/** Sorted first, then answered; nothing is due once it is answered or passed on. */
export function withDueAt(report: Report): Report {
  const { dueAt: _before, ...rest } = report
  if (!isOpen(report.state)) return rest
  const { classify, answer } = report.deadlines
  const deadline = report.state === 'received' ? (classify ?? answer) : answer
  return deadline ? { ...rest, dueAt: deadline.dueAt } : rest
}

function withoutHandler(report: Report): Report {
  const { assignee, unit: _unit, ...rest } = report
  const pastHandlers =
    assignee === undefined || report.pastHandlers.includes(assignee)
      ? report.pastHandlers
      : [...report.pastHandlers, assignee]
  const state = isOpen(report.state) ? 'received' : report.state
  return { ...rest, pastHandlers, state }
}

/** When the clocks of this cycle began. */
const startedAt = (report: Report): Date => report.reopenedAt ?? report.receivedAt

function dueOf({ deadlines }: Report): { dueAt?: Date } {
  return deadlines.answer ? { dueAt: deadlines.answer.dueAt } : {}
}

const isBlank = (text: string): boolean => text.trim() === ''

const refused = (reason: ChangeRefusal): ChangedReport => ({ kind: 'refused', reason })
