import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ChangedReport,
  changeReport,
  mayDo,
  type ReportAction,
} from '../../../src/reports/case/change-report.ts'
import { rejectableUntil, setReportDeadlines } from '../../../src/reports/case/report-deadlines.ts'
import { queueFor } from '../../../src/reports/case/routing.ts'
import type { KeptEvidence } from '../../../src/reports/evidence/keep-evidence.ts'
import { type Actor, isOpen, type Report, reportKinds, reportOutcomes } from '../../../src/reports/report.ts'
import { calendar, clocks, hex, madeReport, usualClocks } from '../../support/made-report.ts'
import { reportSettings } from '../open-reports.ts'
import { instant } from '../read-clocks.ts'

const officers = ['o1', 'o2', 'o3', 'o4']
const units = ['phòng một', 'phòng hai']
const officer = fc.constantFrom(...officers)
const text = fc.constantFrom('Xin cho biết thêm.', 'Có', '  ', '')

const actions: fc.Arbitrary<ReportAction> = fc.oneof(
  fc.record({
    kind: fc.constant('assign' as const),
    to: officer,
    unit: fc.option(fc.constantFrom(...units), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('start' as const) }),
  fc.record({ kind: fc.constant('ask' as const), text }),
  fc.record({ kind: fc.constant('tell' as const), text }),
  fc.record({ kind: fc.constant('answer' as const), text, outcome: fc.constantFrom(...reportOutcomes) }),
  fc.record({ kind: fc.constant('forward' as const), to: text, reason: text }),
  fc.record({ kind: fc.constant('reclassify' as const), to: fc.constantFrom(...reportKinds), reason: text }),
  fc.record({
    kind: fc.constant('mark-concern' as const),
    officers: fc.uniqueArray(officer, { maxLength: 2 }),
    units: fc.uniqueArray(fc.constantFrom(...units), { maxLength: 1 }),
    isAboutLeader: fc.boolean(),
    reason: text,
  }),
  fc.record({
    kind: fc.constant('join' as const),
    toRef: fc.constantFrom('r1', 'r2'),
    toCaseNumber: fc.constant('PA-1'),
  }),
  fc.record({ kind: fc.constant('close' as const), reason: text }),
  fc.record({ kind: fc.constant('write' as const), text, evidence: fc.constant<KeptEvidence[]>([]) }),
  fc.record({ kind: fc.constant('accept-answer' as const) }),
  fc.record({ kind: fc.constant('reject-answer' as const), reason: text }),
  fc.record({ kind: fc.constant('close-in-silence' as const) }),
  fc.record({ kind: fc.constant('set-deadlines' as const) }),
)

const reporterActions: readonly ReportAction['kind'][] = ['write', 'accept-answer', 'reject-answer']
const systemActions: readonly ReportAction['kind'][] = ['close-in-silence', 'set-deadlines']

function actorOf({ kind }: ReportAction): Actor {
  if (reporterActions.includes(kind)) return { kind: 'reporter' }
  return systemActions.includes(kind) ? { kind: 'system' } : { kind: 'officer', officerId: 'o1' }
}

function change(report: Report, action: ReportAction, now: Date, by = actorOf(action)): ChangedReport {
  return changeReport(report, action, by, {
    now,
    eventId: hex(12),
    queueFor: (kind, isAboutLeader) => queueFor(kind, isAboutLeader, reportSettings),
    setDeadlines: (from) => setReportDeadlines(clocks.rules, calendar, from, usualClocks),
    rejectableUntil: (at) => rejectableUntil(calendar, at, reportSettings.limits.reopenWithinWorkingDays),
  })
}

const start = instant('05/01/2026 09:00')
const filed = () => madeReport({ receivedAt: start })

interface Step {
  action: ReportAction
  hoursLater: number
}

/** Each change of a random history, with what was before it. */
function walk(steps: readonly Step[], look: (before: Report, after: Report, step: Step) => void): Report {
  let report = deepFreeze(filed())
  let now = start
  for (const step of steps) {
    now = new Date(now.getTime() + step.hoursLater * 3_600_000)
    const changed = change(report, step.action, now)
    if (changed.kind === 'refused') continue
    expect(changed.report.events.at(-1)).toBe(changed.event)
    look(report, changed.report, step)
    report = deepFreeze(changed.report)
  }
  return report
}

const histories = fc.array(fc.record({ action: actions, hoursLater: fc.integer({ min: 0, max: 60 }) }), {
  minLength: 5,
  maxLength: 60,
})
const always = (look: (before: Report, after: Report, step: Step) => void) =>
  fc.assert(
    fc.property(histories, (steps) => void walk(steps, look)),
    { numRuns: 1000 },
  )

describe('in every history', () => {
  it('a change of state is an event that reaches the reporter; none is silent (row 39)', () => {
    always((before, after) => {
      const event = after.events.at(-1)!
      expect(event.state).toBe(after.state)
      if (before.state !== after.state) expect(event.isNews).toBe(true)
      if (['asked', 'told', 'reclassified'].includes(event.change.kind)) expect(event.isNews).toBe(true)
      expect(after.untold.at(-1)).toBe(event.id)
      expect(after.untold.length).toBe(before.untold.length + 1)
    })
  })

  it('the revision counts the events, and no event is lost or changed', () => {
    always((before, after) => {
      expect(after.revision).toBe(after.events.length)
      expect(after.events.slice(0, -1)).toEqual(before.events)
      expect(new Set(after.events.map(({ id }) => id)).size).toBe(after.events.length)
    })
  })

  it('something is due exactly while the report is open', () => {
    always((_before, after) => {
      expect(after.dueAt !== undefined).toBe(isOpen(after.state))
      const { classify, answer } = after.deadlines
      if (isOpen(after.state)) {
        expect(after.dueAt).toEqual((after.state === 'received' ? classify : answer)!.dueAt)
      }
    })
  })

  it('whoever handled it before a reopening, or whom it is about, never handles it again', () => {
    always((before, after) => {
      expect(after.pastHandlers.slice(0, before.pastHandlers.length)).toEqual(before.pastHandlers)
      if (after.assignee === undefined) {
        expect(['received', 'answered', 'forwarded', 'closed']).toContain(after.state)
        return
      }
      expect(after.state).not.toBe('received')
      expect(after.pastHandlers).not.toContain(after.assignee)
      expect(after.concerns.officers).not.toContain(after.assignee)
      if (after.unit !== undefined) expect(after.concerns.units).not.toContain(after.unit)
    })
  })

  it('it is reopened at most once, and only so does it leave its end', () => {
    always((before, after, { action }) => {
      const reopenings = after.events.filter(({ change: { kind } }) => kind === 'reopened').length
      expect(after.cycle).toBe(1 + reopenings)
      expect(after.cycle).toBeLessThanOrEqual(2)
      if (before.state === 'closed') expect(action.kind).toBe('reject-answer')
      if (isOpen(after.state))
        expect([after.answeredAt, after.closedAt, after.outcome]).toEqual([undefined, undefined, undefined])
    })
  })

  it('what it is and who told it stays as it was filed', () => {
    always((before, after) => {
      for (const field of [
        'ref',
        'caseNumber',
        'receiptHash',
        'receivedAt',
        'identityMode',
        'content',
        'isSlowLane',
      ] as const) {
        expect(after[field]).toEqual(before[field])
      }
      if (after.kind !== before.kind) expect(after.events.at(-1)!.change.kind).toBe('reclassified')
    })
  })

  it('what the reporter wrote is unread until an officer does something', () => {
    always((before, after, { action }) => {
      const { kind } = actorOf(action)
      if (kind === 'officer') expect(after.hasUnread).toBe(false)
      else if (action.kind === 'write' || action.kind === 'reject-answer') expect(after.hasUnread).toBe(true)
      else expect(after.hasUnread).toBe(before.hasUnread)
    })
  })

  it('reports come to every state, so that the above says something', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(histories, (steps) => void walk(steps, (_before, after) => seen.add(after.state))),
      { numRuns: 300, seed: 39 },
    )
    expect([...seen].sort()).toEqual(
      [
        'answered',
        'assigned',
        'closed',
        'forwarded',
        'in-progress',
        'received',
        'waiting-for-reporter',
      ].sort(),
    )
  })
})

describe('what is refused', () => {
  it('is whatever the state does not allow', () => {
    fc.assert(
      fc.property(histories, actions, (steps, action) => {
        const report = walk(steps, () => {})
        const changed = change(report, action, instant('01/12/2026 09:00'))
        if (!mayDo(report, action.kind)) expect(changed).toEqual({ kind: 'refused', reason: 'wrong-state' })
      }),
      { numRuns: 200 },
    )
  })

  const now = instant('06/01/2026 09:00')
  const assigned = () => {
    const changed = change(filed(), { kind: 'assign', to: 'o1', unit: 'phòng một' }, now)
    if (changed.kind === 'refused') throw new Error(changed.reason)
    return changed.report
  }

  it.each<[string, () => Report, ReportAction, string]>([
    ['an empty question', assigned, { kind: 'ask', text: ' \n' }, 'empty-text'],
    ['an empty answer', assigned, { kind: 'answer', text: '', outcome: 'undetermined' }, 'empty-text'],
    ['forwarding without a reason', filed, { kind: 'forward', to: 'Thanh tra', reason: ' ' }, 'empty-text'],
    [
      'a reclassification without a reason',
      filed,
      { kind: 'reclassify', to: 'delay', reason: '' },
      'empty-text',
    ],
    ['the same kind', filed, { kind: 'reclassify', to: 'feedback', reason: 'x' }, 'same-as-before'],
    ['the same handler', assigned, { kind: 'assign', to: 'o1' }, 'same-as-before'],
    ['writing nothing', filed, { kind: 'write', text: ' ', evidence: [] }, 'empty-text'],
    [
      'an answer that nobody handles',
      filed,
      { kind: 'answer', text: 'x', outcome: 'undetermined' },
      'wrong-state',
    ],
    ['closing what is open', assigned, { kind: 'close', reason: 'x' }, 'wrong-state'],
    [
      'a handler whose unit it is about',
      () => ({ ...filed(), concerns: { officers: [], units: ['phòng hai'] } }),
      { kind: 'assign', to: 'o2', unit: 'phòng hai' },
      'not-this-handler',
    ],
    [
      'a handler whom it is about',
      () => ({ ...filed(), concerns: { officers: ['o2'], units: [] } }),
      { kind: 'assign', to: 'o2' },
      'not-this-handler',
    ],
  ])('%s', (_name, report, action, reason) => {
    expect(change(report(), action, now)).toEqual({ kind: 'refused', reason })
  })

  it('takes the report from a handler who turns out to be the one it is about', () => {
    const marked = change(
      assigned(),
      { kind: 'mark-concern', officers: ['o1'], units: [], isAboutLeader: false, reason: 'Nhận ra tên.' },
      now,
    )
    if (marked.kind === 'refused') throw new Error(marked.reason)
    expect(marked.report).toMatchObject({
      state: 'received',
      pastHandlers: ['o1'],
      concerns: { officers: ['o1'] },
    })
    expect(marked.report.assignee).toBeUndefined()
    expect(change(marked.report, { kind: 'assign', to: 'o1' }, now)).toMatchObject({
      reason: 'not-this-handler',
    })
    const cleared = change(
      marked.report,
      { kind: 'mark-concern', officers: [], units: [], isAboutLeader: false, reason: 'Nhầm tên.' },
      now,
    )
    if (cleared.kind === 'refused') throw new Error(cleared.reason)
    expect(change(cleared.report, { kind: 'assign', to: 'o1' }, now)).toMatchObject({
      reason: 'not-this-handler',
    })
  })

  it('keeps a report about leaders outside when its kind changes', () => {
    const outside = change(
      filed(),
      { kind: 'mark-concern', officers: [], units: [], isAboutLeader: true, reason: 'Nói về giám đốc.' },
      now,
    )
    if (outside.kind === 'refused') throw new Error(outside.reason)
    expect(outside.report.queue).toBe('outside')
    const other = change(outside.report, { kind: 'reclassify', to: 'delay', reason: 'x' }, now)
    expect(other).toMatchObject({ report: { queue: 'outside', kind: 'delay' } })
  })
})

/** A change that wrote into the report that it was given would be an exception. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const item of Object.values(value)) deepFreeze(item)
  return value instanceof Date ? value : Object.freeze(value)
}

it('row 42: reclassifying with a reason gives the clocks of the new kind, and keeps what the same rule had set', () => {
  const report = filed()
  const slower = { ...usualClocks, answer: 'denunciation.check' }
  const changed = changeReport(
    report,
    { kind: 'reclassify', to: 'informal-payment', reason: 'đòi tiền, không phải góp ý' },
    { kind: 'officer', officerId: 'o1' },
    {
      now: instant('06/01/2026 10:00'),
      eventId: hex(12),
      queueFor: (kind, isAboutLeader) => queueFor(kind, isAboutLeader, reportSettings),
      setDeadlines: (from, kind) =>
        setReportDeadlines(clocks.rules, calendar, from, kind === 'feedback' ? usualClocks : slower),
      rejectableUntil: (at) => at,
    },
  )
  if (changed.kind !== 'changed') throw new Error(changed.reason)
  expect(changed.report).toMatchObject({ kind: 'informal-payment', queue: 'restricted' })
  expect(changed.event.isNews).toBe(true)
  const { classify, forward, answer } = changed.report.deadlines
  expect(classify).toBe(report.deadlines.classify)
  expect(forward).toBe(report.deadlines.forward)
  // 6, 7, 8, 9, Saturday 10 (made up for 02/01), 12, 13 January: seven working days, counted by hand.
  expect(answer).toMatchObject({ clock: 'denunciation.check', startedAt: start, dueDay: '2026-01-13' })
})
