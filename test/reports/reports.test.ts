import type mongoose from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../src/lib/clock.ts'
import { everyReport } from '../../src/reports/case/access.ts'
import type { ReportAction } from '../../src/reports/case/change-report.ts'
import type { Actor, Report, ReportEvent } from '../../src/reports/report.ts'
import type { ActedReport, ReportListener } from '../../src/reports/reports.ts'
import { connectDatabase, ensureIndexes } from '../../src/storage/connect.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { calendar, hex } from '../support/made-report.ts'
import { madeDraft, openReports, reportSettings } from './open-reports.ts'
import { holidayFiles, instant, shippedClocks } from './read-clocks.ts'

let database: TestDatabase
let other: mongoose.Connection
let clock: FakeClock

beforeAll(async () => {
  database = await openTestDatabase()
  other = await connectDatabase(database.uri)
  openReports(database.connection)
  await ensureIndexes(database.connection)
})
afterAll(async () => {
  await other?.close()
  await database?.close()
})
beforeEach(async () => {
  clock = new FakeClock(instant('23/11/2026 09:17'))
  for (const name of ['reports', 'report_identities', 'attempts']) {
    await database.connection.collection(name).deleteMany({})
  }
})

const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))
/** Two instances of the service on one database. */
const openTwo = () => [openReports(database.connection, { clock }), openReports(other, { clock })] as const
const storedReports = () => database.connection.collection('reports').countDocuments()
const kinds = (acted: ActedReport[]) => acted.map(({ kind }) => kind)

const reporter: Actor = { kind: 'reporter' }
const officer = (officerId = 'intake-1'): Actor => ({ kind: 'officer', officerId })

function expectChanged(acted: ActedReport): Extract<ActedReport, { kind: 'changed' }> {
  if (acted.kind !== 'changed') throw new Error(`not changed: ${JSON.stringify(acted)}`)
  return acted
}

describe('filing', () => {
  it('makes one report of twenty calls at once, from two instances (row 16)', async () => {
    const [one, two] = openTwo()
    const draft = madeDraft()
    const filed = await Promise.all(times(20, (i) => (i % 2 ? one : two).reports.file(draft)))
    expect(new Set(filed.map(({ caseNumber }) => caseNumber)).size).toBe(1)
    expect(await storedReports()).toBe(1)
    expect(await one.reports.file(draft)).toEqual(filed[0])
  })

  it('makes fifty reports of fifty drafts that are all sent twice', async () => {
    const [one, two] = openTwo()
    const drafts = times(50, () => madeDraft())
    const filed = await Promise.all(
      drafts.flatMap((draft) => [one.reports.file(draft), two.reports.file(draft)]),
    )
    expect(await storedReports()).toBe(50)
    expect(new Set(filed.map(({ caseNumber }) => caseNumber)).size).toBe(50)
    for (const { receipt, ref } of drafts) {
      const opened = await one.reports.openByReceipt(receipt, [{ kind: 'conversation', id: ref }])
      expect(opened).toMatchObject({ kind: 'found', report: { ref } })
    }
  })

  it('takes another case number when one is taken', async () => {
    const { store, reports } = openReports(database.connection, { clock })
    const first = await reports.file(madeDraft())
    let refused = 0
    const unlucky = openReports(database.connection, {
      clock,
      store: {
        ...store,
        insert: async (report) =>
          refused < 3
            ? store.insert({ ...report, caseNumber: first.caseNumber }).finally(() => void refused++)
            : store.insert(report),
      },
    })
    const second = await unlucky.reports.file(madeDraft())
    expect(refused).toBe(3)
    expect(second.caseNumber).not.toBe(first.caseNumber)
    expect(await storedReports()).toBe(2)
  })

  it('keeps who reported apart, and only when they gave it', async () => {
    const { reports, identities, store } = openReports(database.connection, { clock })
    const identity = {
      name: 'Nguyễn Thị Lan',
      conversation: { channel: 'telegram' as const, conversationId: '42' },
    }
    const named = madeDraft({ identityMode: 'named', identity: { ref: hex(16), identity } })
    await Promise.all(times(5, () => reports.file(named)))
    const report = (await store.findByRef(named.ref))!
    expect(report.identityRef).toBe(named.identity!.ref)
    expect(await identities.get(report.identityRef!)).toEqual(identity)
    expect(report.receivedAt).toEqual(clock.now())
    await reports.file(madeDraft())
    expect(await database.connection.collection('report_identities').countDocuments()).toBe(1)
  })

  it('cuts the times of anonymous reporters to the hour, those of officers not', async () => {
    const { reports, store } = openReports(database.connection, { clock })
    const draft = madeDraft()
    await reports.file(draft)
    const hour = instant('23/11/2026 09:00')
    const report = (await store.findByRef(draft.ref))!
    expect([report.receivedAt, report.events[0]!.at, report.deadlines.answer!.startedAt]).toEqual([
      hour,
      hour,
      hour,
    ])
    await reports.act(draft.ref, officer(), { kind: 'assign', to: 'handler-1' })
    clock.advanceMs(90 * 60_000)
    await reports.act(draft.ref, reporter, { kind: 'write', text: 'Tôi nhớ thêm.', evidence: [] })
    const { events } = (await store.findByRef(draft.ref))!
    expect(events.slice(1).map(({ at }) => at)).toEqual([
      instant('23/11/2026 09:17'),
      instant('23/11/2026 10:00'),
    ])
    // No stored value anywhere tells the minute in which the reporter wrote.
    const document = JSON.stringify(await database.connection.collection('reports').findOne())
    expect(document).not.toContain(instant('23/11/2026 10:47').toISOString().slice(0, 16))
  })

  it('hides a report from whom it names and sends it out when that is a leader', async () => {
    const { reports, store } = openReports(database.connection, { clock })
    const about = async (people: string, kind: 'feedback' | 'informal-payment' = 'feedback') => {
      const draft = madeDraft({ kind, content: { story: 'Thái độ không tốt.', people, evidence: [] } })
      await reports.file(draft)
      return (await store.findByRef(draft.ref))!
    }
    expect(await about('ông nguyen van nam')).toMatchObject({
      queue: 'general',
      concerns: { officers: ['handler-1'] },
    })
    expect(await about('một chị ở phòng Người có công')).toMatchObject({
      concerns: { officers: [], units: ['phòng người có công'] },
    })
    expect(await about('không rõ', 'informal-payment')).toMatchObject({ queue: 'restricted' })
    expect(await about('Trần Quốc Toản', 'informal-payment')).toMatchObject({ queue: 'outside' })
  })

  it('puts exactly those beyond five an hour in the slow lane, over two instances (rows 49, 81)', async () => {
    const [one, two] = openTwo()
    const sender = `web:${hex(8)}`
    const drafts = times(50, () => madeDraft({ sender }))
    const others = times(10, () => madeDraft())
    const file = (draft: (typeof drafts)[0], i: number) => (i % 2 ? one : two).reports.file(draft)
    const [filed, ofOthers] = await Promise.all([
      Promise.all(drafts.map(file)),
      Promise.all(others.map(file)),
    ])
    const limit = reportSettings.limits.reportsPerHour
    expect(filed.filter(({ isSlowLane }) => !isSlowLane)).toHaveLength(limit)
    expect(ofOthers.every(({ isSlowLane }) => !isSlowLane)).toBe(true)
    expect(await storedReports()).toBe(60)
    const list = await one.store.list(everyReport, {}, { skip: 0, limit: 60 })
    expect(list.map(({ isSlowLane }) => isSlowLane)).toEqual(times(60, (i) => i >= 60 - (50 - limit)))
    clock.advanceMs(3_600_000)
    expect(await one.reports.file(madeDraft({ sender }))).toMatchObject({ isSlowLane: false })
  })

  it('never refuses a report because a table of days off is lacking', async () => {
    const without2027 = shippedClocks(
      [],
      holidayFiles.filter(({ name }) => !name.includes('2027')),
    ).calendar
    clock = new FakeClock(instant('30/12/2026 10:00'))
    const { reports, store } = openReports(database.connection, { clock, calendar: without2027 })
    const draft = madeDraft()
    await reports.file(draft)
    const report = (await store.findByRef(draft.ref))!
    expect(report.deadlines.missingYear).toBe(2027)
    expect(await reports.act(draft.ref, { kind: 'system' }, { kind: 'set-deadlines' })).toEqual({
      kind: 'refused',
      reason: 'same-as-before',
    })
    const later = openReports(database.connection, { clock, calendar })
    clock.advanceMs(5 * 86_400_000)
    const { report: timed } = expectChanged(
      await later.reports.act(draft.ref, { kind: 'system' }, { kind: 'set-deadlines' }),
    )
    // Counted from the day of receipt, not from the day on which the table came.
    expect(timed.deadlines.missingYear).toBeUndefined()
    expect(timed.deadlines.answer!.startedAt).toEqual(report.receivedAt)
    expect(timed.dueAt).toEqual(timed.deadlines.classify!.dueAt)
    expect(await store.findByRef(draft.ref)).toMatchObject({ dueAt: timed.dueAt })
  })
})

/** A report that was filed and assigned. */
async function assigned(parts = openReports(database.connection, { clock })) {
  const draft = madeDraft()
  await parts.reports.file(draft)
  const assign = { kind: 'assign', to: 'handler-1', unit: 'phòng việc làm' } as const
  const { report } = expectChanged(await parts.reports.act(draft.ref, officer(), assign))
  const act = parts.reports.act.bind(parts.reports, draft.ref)
  return { ...parts, draft, report, ref: draft.ref, act }
}

describe('several at once', () => {
  it('saves one of twenty who saw the same revision and shows the others what changed (row 68)', async () => {
    const { ref, report } = await assigned()
    const [one, two] = openTwo()
    const acted = await Promise.all(
      times(20, (i) =>
        (i % 2 ? one : two).reports.act(
          ref,
          officer(`officer-${i}`),
          { kind: 'tell', text: `Tin số ${i}` },
          { revision: report.revision },
        ),
      ),
    )
    expect(kinds(acted).filter((kind) => kind === 'changed')).toHaveLength(1)
    const winner = kinds(acted).indexOf('changed')
    for (const conflict of acted.filter((_, i) => i !== winner)) {
      if (conflict.kind !== 'conflict') throw new Error(conflict.kind)
      expect(conflict.since).toMatchObject([
        { by: { officerId: `officer-${winner}` }, change: { kind: 'told', text: `Tin số ${winner}` } },
      ])
    }
    expect((await one.store.findByRef(ref))!.revision).toBe(report.revision + 1)
  })

  it('loses no change of twenty who take the newest revision', async () => {
    const { ref, report } = await assigned()
    const [one, two] = openTwo()
    const acted = await Promise.all(
      times(20, (i) =>
        (i % 2 ? one : two).reports.act(ref, officer(`officer-${i}`), { kind: 'tell', text: `Tin ${i}` }),
      ),
    )
    expect(new Set(kinds(acted))).toEqual(new Set(['changed']))
    const { revision, events } = (await one.store.findByRef(ref))!
    expect(revision).toBe(report.revision + 20)
    const told = events.flatMap(({ change }) => (change.kind === 'told' ? [change.text] : []))
    expect(told.sort()).toEqual(times(20, (i) => `Tin ${i}`).sort())
  })

  it('makes one change of one that comes twenty times under one id', async () => {
    const { ref, report } = await assigned()
    const [one, two] = openTwo()
    const write = { kind: 'write', text: 'Tôi gửi thêm.', evidence: [] } satisfies ReportAction
    const options = { eventId: hex(12) }
    const acted = await Promise.all(
      times(20, (i) => (i % 2 ? one : two).reports.act(ref, reporter, write, options)),
    )
    expect(acted.every((each) => expectChanged(each).event.id === options.eventId)).toBe(true)
    expect((await one.store.findByRef(ref))!.events).toHaveLength(report.events.length + 1)
  })

  it('says what happened since when somebody comes back with an old page', async () => {
    const { act } = await assigned()
    await act(officer(), { kind: 'start' })
    await act(reporter, { kind: 'write', text: 'Thêm một ý.', evidence: [] })
    const conflict = await act(officer(), { kind: 'ask', text: 'Ngày nào?' }, { revision: 2 })
    expect(conflict).toMatchObject({
      kind: 'conflict',
      report: { revision: 4 },
      since: [{ change: { kind: 'started' } }, { change: { kind: 'reporter-wrote' } }],
    })
    expect(await act(officer(), { kind: 'ask', text: 'Ngày nào?' }, { revision: 4 })).toMatchObject({
      kind: 'changed',
    })
    expect(await openTwo()[0].reports.act(hex(16), officer(), { kind: 'start' })).toEqual({
      kind: 'no-such-report',
    })
  })
})

describe('an answer that does not satisfy', () => {
  async function answered() {
    const parts = await assigned()
    await parts.act(officer('handler-1'), { kind: 'answer', text: 'Đã xử lý.', outcome: 'unsubstantiated' })
    const report = (await parts.store.findByRef(parts.ref))!
    return { ...parts, report }
  }
  const reject = { kind: 'reject-answer', reason: 'Chưa trả lời đúng điều tôi hỏi.' } as const

  it('reopens the report once, with a new clock and for another handler (row 38)', async () => {
    const { act, report } = await answered()
    clock.advanceMs(3 * 86_400_000)
    const { report: reopened } = expectChanged(await act(reporter, reject))
    expect(reopened).toMatchObject({
      state: 'received',
      cycle: 2,
      pastHandlers: ['handler-1'],
      hasUnread: true,
      reopenedAt: instant('26/11/2026 09:00'),
      firstAnswer: { answeredAt: report.answeredAt, dueAt: report.deadlines.answer!.dueAt },
    })
    for (const field of ['assignee', 'unit', 'answeredAt', 'outcome', 'closedAt']) {
      expect(reopened).not.toHaveProperty(field)
    }
    expect(reopened.deadlines.answer!.startedAt).toEqual(reopened.reopenedAt)
    expect(reopened.dueAt!.getTime()).toBeGreaterThan(report.deadlines.classify!.dueAt.getTime())
    expect(await act(officer(), { kind: 'assign', to: 'handler-1' })).toEqual({
      kind: 'refused',
      reason: 'not-this-handler',
    })
    await act(officer(), { kind: 'assign', to: 'handler-2' })
    await act(officer('handler-2'), { kind: 'answer', text: 'Xin lỗi ông bà.', outcome: 'substantiated' })
    expect(await act(reporter, reject)).toEqual({ kind: 'refused', reason: 'reopened-before' })
    expect(expectChanged(await act(reporter, { kind: 'accept-answer' })).report.state).toBe('closed')
  })

  it('may be rejected to the end of the tenth working day and not later', async () => {
    const { act, reports, report } = await answered()
    const until = reports.rejectableUntil(report.answeredAt!)
    // Ten working days from Monday 23 November; the 24th is a day off: Tuesday 8 December.
    expect(until).toEqual(instant('08/12/2026 23:59'))
    clock.advanceMs(until.getTime() - clock.now().getTime() + 60 * 60_000)
    expect(await act(reporter, reject)).toEqual({ kind: 'refused', reason: 'too-late' })
    clock.advanceMs(-60 * 60_000)
    expect(await act(reporter, reject)).toMatchObject({ kind: 'changed' })
  })

  it('may be rejected after somebody closed the report', async () => {
    const { act } = await answered()
    await act(officer(), { kind: 'close', reason: 'Đã gọi điện.' })
    expect(await act(reporter, { ...reject, reason: '  ' })).toEqual({
      kind: 'refused',
      reason: 'empty-text',
    })
    expect(expectChanged(await act(reporter, reject)).report.state).toBe('received')
  })

  it('can be rejected without a table of that year: no right is cut short', async () => {
    const only2026 = shippedClocks(
      [],
      holidayFiles.filter(({ name }) => name.includes('2026')),
    ).calendar
    const { reports } = openReports(database.connection, { clock, calendar: only2026 })
    expect(reports.rejectableUntil(instant('28/12/2026 09:00')).getUTCFullYear()).toBe(9999)
  })
})

describe('telling', () => {
  function recording(failures = 0) {
    const heard: { event: ReportEvent; report: Report }[] = []
    let left = failures
    const listener: ReportListener = {
      async reportChanged(report, event) {
        if (left-- > 0) throw new Error('the listener is down')
        heard.push({ report, event })
      },
    }
    return { heard, listener }
  }

  it('tells each change once when all goes well', async () => {
    const { heard, listener } = recording()
    const parts = await assigned(openReports(database.connection, { clock, listeners: [listener] }))
    await parts.act(officer('handler-1'), { kind: 'start' })
    expect(heard.map(({ event }) => event.change.kind)).toEqual(['received', 'assigned', 'started'])
    expect(await parts.reports.tellLeftOvers(10)).toBe(0)
  })

  it('stores what it cannot tell, and tells it later with the rest', async () => {
    const { heard, listener } = recording(2)
    const parts = await assigned(openReports(database.connection, { clock, listeners: [listener] }))
    expect(heard).toEqual([])
    expect(await parts.reports.tellLeftOvers(10)).toBe(1)
    expect(heard.map(({ event }) => event.change.kind)).toEqual(['received', 'assigned'])
    expect(await parts.reports.tellLeftOvers(10)).toBe(0)
  })

  it('leaves no change of many at once untold', async () => {
    const { heard, listener } = recording()
    const { ref } = await assigned()
    const [one, two] = [database.connection, other].map((connection) =>
      openReports(connection, { clock, listeners: [listener] }),
    ) as [ReturnType<typeof openReports>, ReturnType<typeof openReports>]
    await Promise.all(
      times(20, (i) => (i % 2 ? one : two).reports.act(ref, officer(), { kind: 'tell', text: `Tin ${i}` })),
    )
    while ((await one.reports.tellLeftOvers(10)) > 0);
    const { events, untold } = (await one.store.findByRef(ref))!
    expect(untold).toEqual([])
    const told = new Set(heard.map(({ event }) => event.id))
    expect(events.slice(2).every(({ id }) => told.has(id))).toBe(true)
  })
})

describe('receipts', () => {
  it('open nothing but their own report, and count wrong tries', async () => {
    const { reports } = openReports(database.connection, { clock })
    const [draft, stranger] = [madeDraft(), madeDraft()]
    await reports.file(draft)
    const from = [{ kind: 'conversation' as const, id: 'c1' }]
    expect(await reports.openByReceipt(draft.receipt, from)).toMatchObject({
      kind: 'found',
      report: { ref: draft.ref },
    })
    for (let n = 0; n < 10; n++)
      expect(await reports.openByReceipt(stranger.receipt, from)).toEqual({ kind: 'unknown' })
    expect(await reports.openByReceipt(draft.receipt, from)).toMatchObject({ kind: 'too-many-tries' })
  })
})
