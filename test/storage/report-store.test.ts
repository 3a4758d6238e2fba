import { randomInt } from 'node:crypto'
import mongoose from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { everyReport, type ReportScope } from '../../src/reports/case/access.ts'
import type { Report, ReportSummary } from '../../src/reports/report.ts'
import type { IdentityStore, NoteStore, ReportFilter, ReportStore } from '../../src/reports/report-store.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createIdentityStore } from '../../src/storage/identity-store.ts'
import { createNoteStore } from '../../src/storage/note-store.ts'
import { createReportStore } from '../../src/storage/report-store.ts'
import { instant } from '../reports/read-clocks.ts'
import { itWithPlans, openTestDatabase, type TestDatabase } from '../support/database.ts'
import { keyRingNamed } from '../support/key-ring.ts'
import { hex, madeReport, withEvent } from '../support/made-report.ts'

let database: TestDatabase
let store: ReportStore
let identities: IdentityStore
let notes: NoteStore
const keyRing = keyRingNamed('reports')

const collection = (name = 'reports') =>
  database.connection.collection<{ _id: string; [field: string]: unknown }>(name)

beforeAll(async () => {
  database = await openTestDatabase()
  store = createReportStore(database.connection, keyRing)
  identities = createIdentityStore(database.connection, keyRing)
  notes = createNoteStore(database.connection, keyRing)
  await ensureIndexes(database.connection)
})
afterAll(() => database?.close())
beforeEach(async () => {
  for (const name of ['reports', 'report_identities', 'report_notes']) await collection(name).deleteMany({})
})

const stored = async (given: Partial<Report> = {}): Promise<Report> => {
  const report = madeReport(given)
  expect(await store.insert(report)).toBe('stored')
  return report
}
const summaryOf = ({ content: _content, events: _events, ...summary }: Report): ReportSummary => summary
const page = { skip: 0, limit: 50 }
const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const collected: T[] = []
  for await (const item of items) collected.push(item)
  return collected
}
const unreadable = { code: 'SEALED_UNREADABLE', retryable: false }

const richReport = (): Report =>
  withEvent(
    madeReport({
      kind: 'informal-payment',
      queue: 'restricted',
      identityMode: 'named',
      identityRef: hex(16),
      procedureCode: '2.000889',
      concerns: { officers: ['officer-9'], units: ['phòng người có công'] },
      evidenceNames: [`${hex(16)}.sealed`],
      content: {
        story: 'Cán bộ Trần Văn Ba đòi thêm 500 nghìn mới nhận hồ sơ.',
        place: 'Bộ phận một cửa',
        happenedWhen: 'sáng thứ Hai tuần trước',
        people: 'ông Trần Văn Ba',
        payment: {
          procedure: { code: '2.000889', name: 'Hưởng trợ cấp thất nghiệp' },
          askedVnd: 500_000,
          isApproximate: false,
          publishedFee: 'Không thu phí',
          receiptGiven: 'no',
        },
        evidence: [
          {
            name: `${hex(16)}.sealed`,
            type: 'jpeg',
            sizeBytes: 123_456,
            sha256: hex(32),
            metadata: 'removed',
            widthPx: 800,
            heightPx: 600,
          },
        ],
      },
    }),
    { kind: 'assigned', to: 'officer-2' },
    { state: 'assigned', assignee: 'officer-2', unit: 'phòng việc làm' },
  )

describe('a report', () => {
  it('comes back as it was stored, by each of its names', async () => {
    const report = richReport()
    expect(await store.insert(report)).toBe('stored')
    expect(await store.findByRef(report.ref)).toEqual(report)
    expect(await store.findByCaseNumber(report.caseNumber)).toEqual(report)
    expect(await store.findByReceiptHash(report.receiptHash)).toEqual(report)
    expect(await store.holdsEvidence(report.evidenceNames[0]!)).toBe(true)
    expect(await store.list(everyReport, {}, page)).toEqual([summaryOf(report)])
    expect(await store.findByRef(hex(16))).toBeUndefined()
    expect(await store.findByCaseNumber('PA-261123-AAAA-A')).toBeUndefined()
    expect(await store.findByReceiptHash('a1:none')).toBeUndefined()
    expect(await store.holdsEvidence(`${hex(16)}.sealed`)).toBe(false)
  })

  it('is stored without the fields that are undefined', async () => {
    const report = { ...madeReport(), assignee: undefined, unit: undefined }
    await store.insert(report)
    expect(await collection().findOne({ _id: report.ref })).not.toHaveProperty('unit')
    expect(await store.count(everyReport, { isUnassigned: true })).toBe(1)
  })

  it('is one, however often and from wherever it is inserted', async () => {
    const report = madeReport()
    const again = () => store.insert({ ...report, caseNumber: madeReport().caseNumber })
    const outcomes = await Promise.all(Array.from({ length: 20 }, again))
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'exists')).toHaveLength(19)
    expect(await store.count(everyReport, {})).toBe(1)
  })

  it('finds its case number taken by another one', async () => {
    const { caseNumber, receiptHash } = await stored()
    expect(await store.insert(madeReport({ caseNumber }))).toBe('case-number-taken')
    await expect(store.insert(madeReport({ receiptHash }))).rejects.toThrow(/duplicate key/)
  })

  it('is replaced only by who saw its latest revision', async () => {
    const report = await stored()
    const next = withEvent(report, { kind: 'assigned', to: 'a' }, { state: 'assigned', assignee: 'a' })
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => store.update({ ...next, assignee: `officer-${n}` })),
    )
    expect(outcomes.filter((outcome) => outcome === 'saved')).toHaveLength(1)
    const saved = (await store.findByRef(report.ref))!
    expect(saved).toMatchObject({ revision: 2, assignee: `officer-${outcomes.indexOf('saved')}` })
    expect(await store.update({ ...next, ref: hex(16) })).toBe('conflict')
  })

  it('keeps what is still to be told through changes at the same time', async () => {
    const first = await stored()
    const second = withEvent(first, { kind: 'started' }, { state: 'in-progress' })
    const [told] = first.untold
    await store.update(second)
    await store.markTold(first.ref, [told!])
    expect(await store.findByRef(first.ref)).toMatchObject({ revision: 2, untold: [second.untold[1]] })
    // Worked out before the mark: what was told comes back, what is new is there.
    const third = withEvent(second, { kind: 'told', text: 'Đang xem xét.' })
    expect(await store.update(third)).toBe('saved')
    expect((await store.findByRef(first.ref))!.untold).toEqual(third.untold)
    expect(await store.withUntold(10)).toEqual([first.ref])
    await store.markTold(first.ref, third.untold)
    await store.markTold(first.ref, third.untold)
    expect(await store.withUntold(10)).toEqual([])
  })
})

describe('sealing', () => {
  const words = [
    'Trần Văn Ba',
    'vàng mã',
    'Bộ phận một cửa',
    '500000',
    'Nguyễn Thị Lan',
    '0905123456',
    'Ghi chú',
  ]

  it('leaves no word that somebody wrote in the database', async () => {
    const report = withEvent(richReport(), { kind: 'asked', text: 'Ông bà đốt vàng mã ở đâu?' })
    await store.insert(report)
    await identities.put(report.identityRef!, {
      name: 'Nguyễn Thị Lan',
      phone: '0905123456',
      conversation: { channel: 'web', conversationId: 'secret-chat' },
    })
    await notes.add({
      id: 'n1',
      reportRef: report.ref,
      officerId: 'o',
      at: report.receivedAt,
      text: 'Ghi chú',
    })
    const dump = await rawDump(database.connection)
    expect(dump).toContain(report.caseNumber)
    for (const word of [...words, 'secret-chat']) expect(dump, word).not.toContain(word)
  })

  it('tells no length below the size class', async () => {
    const short = await stored({ content: { story: 'a', evidence: [] } })
    const long = await stored({ content: { story: 'a'.repeat(800), evidence: [] } })
    const lengthOf = async ({ ref }: Report) => {
      const document = await collection().findOne({ _id: ref })
      return (document!.content as mongoose.mongo.Binary).length()
    }
    expect(await lengthOf(short)).toBe(await lengthOf(long))
  })

  it('refuses what was changed, moved or put there in plain', async () => {
    const report = await stored()
    const other = await stored()
    const document = (await collection().findOne({ _id: report.ref }))!
    const content = (document.content as mongoose.mongo.Binary).buffer
    const flipped = Buffer.from(content)
    flipped[randomInt(flipped.length)]! ^= 1
    const [event] = document.events as { id: string; kind: string; change: unknown }[]
    const changes: Record<string, Record<string, unknown>> = {
      flipped: { content: flipped },
      cut: { content: content.subarray(0, -1) },
      plain: { content: { story: 'Khen cán bộ', evidence: [] } },
      'of another report': { content: (await collection().findOne({ _id: other.ref }))!.content },
      'another kind of event': { events: [{ ...event, kind: 'closed' }] },
      'another id of an event': { events: [{ ...event, id: hex(12) }] },
      'content as event': { events: [{ ...event, change: document.content }] },
    }
    for (const [name, change] of Object.entries(changes)) {
      await collection().updateOne({ _id: report.ref }, { $set: change })
      await expect(store.findByRef(report.ref), name).rejects.toMatchObject(unreadable)
      await collection().replaceOne({ _id: report.ref }, document)
    }
    expect(await store.findByRef(report.ref)).toEqual(report)
  })

  it('opens under no other key', async () => {
    const report = await stored()
    const stranger = createReportStore(database.connection, keyRingNamed('another'))
    await expect(stranger.findByRef(report.ref)).rejects.toMatchObject(unreadable)
    // Lists hold nothing that is sealed.
    expect(await stranger.list(everyReport, {}, page)).toHaveLength(1)
  })
})

describe('list and count', () => {
  const numbers = async (scope: ReportScope, filter: ReportFilter) => {
    const found = await store.list(scope, filter, page)
    expect(await store.count(scope, filter)).toBe(found.length)
    return found.map(({ caseNumber }) => caseNumber)
  }

  it('show the most urgent first', async () => {
    const due = (day: string) => ({ receivedAt: instant(`${day} 09:00`) })
    const late = await stored(due('02/11/2026'))
    const soon = await stored(due('20/11/2026'))
    const untimed = await stored({ deadlines: { missingYear: 2028 } })
    const slow = await stored({ ...due('02/11/2026'), isSlowLane: true })
    const closed = await stored({ state: 'closed', closedAt: instant('20/11/2026 09:00') })
    expect(await numbers(everyReport, {})).toEqual(
      [untimed, late, soon, slow, closed].map(({ caseNumber }) => caseNumber),
    )
    expect(await numbers(everyReport, { states: 'open' })).toHaveLength(4)
    expect(await numbers(everyReport, { states: ['closed'] })).toEqual([closed.caseNumber])
    expect(await store.list(everyReport, {}, { skip: 1, limit: 2 })).toEqual([late, soon].map(summaryOf))
  })

  it('answer each part of a filter', async () => {
    const plain = await stored({ hasUnread: false })
    const rich = richReport()
    await store.insert(rich)
    const only = async (filter: ReportFilter) =>
      expect(await numbers(everyReport, filter)).toEqual([rich.caseNumber])
    await only({ kind: 'informal-payment' })
    await only({ assignee: 'officer-2' })
    await only({ unit: 'phòng việc làm' })
    await only({ isUnassigned: false })
    await only({ hasUnread: true })
    await only({ procedureCode: '2.000889' })
    await only({ states: ['assigned', 'in-progress'] })
    await only({ caseNumber: rich.caseNumber })
    expect(await numbers(everyReport, { isUnassigned: true })).toEqual([plain.caseNumber])
    expect(await numbers(everyReport, { caseNumber: 'PA-2611' })).toHaveLength(2)
    expect(await numbers(everyReport, { caseNumber: 'PA-2612' })).toEqual([])
    expect(await numbers(everyReport, { caseNumber: '.*' })).toEqual([])
    expect(await numbers(everyReport, { states: [] })).toEqual([])
    const { dueAt } = plain
    expect(await numbers(everyReport, { dueBefore: dueAt! })).toEqual([])
    expect(await numbers(everyReport, { dueBefore: new Date(rich.dueAt!.getTime() + 1) })).toHaveLength(2)
    // The assignee of the filter and the one of the scope must both hold.
    const scope: ReportScope = { ...everyReport, only: { assignee: 'officer-1' } }
    expect(await numbers(scope, { assignee: 'officer-2' })).toEqual([])
    expect(await numbers({ queues: [] }, {})).toEqual([])
  })
})

describe('what jobs ask for', () => {
  it('is read in order and streams', async () => {
    const days = ['03/11/2026', '04/11/2026', '05/11/2026']
    const reports = []
    for (const day of days) reports.push(await stored({ receivedAt: instant(`${day} 09:00`) }))
    const [, from, to] = [...reports.map(({ receivedAt }) => receivedAt)]
    const all = async (found: AsyncIterable<ReportSummary>) => (await collect(found)).map(({ ref }) => ref)
    expect(await all(store.receivedBetween(everyReport, from!, to!))).toEqual([reports[1]!.ref])
    expect(await all(store.receivedBetween(everyReport, new Date(0), instant('01/01/2027 00:00')))).toEqual(
      reports.map(({ ref }) => ref),
    )
    expect(await all(store.receivedBetween({ queues: ['outside'] }, new Date(0), to!))).toEqual([])
  })

  it('knows the open ones, those that rest, and closes the circle when one is reopened', async () => {
    const answered = { state: 'answered', answeredAt: instant('02/11/2026 10:00') } as const
    const open = await stored()
    const untimed = await stored({ deadlines: { missingYear: 2028 } })
    await stored({ deadlines: {} })
    const early = await stored(answered)
    const late = await stored({ state: 'forwarded', forwardedAt: instant('20/11/2026 10:00') })
    await stored({ ...answered, state: 'closed' })
    const openRefs = (await collect(store.openReports())).map(({ ref }) => ref)
    expect(openRefs).toEqual([open.ref, untimed.ref].sort())
    expect(await store.answeredBefore(instant('10/11/2026 00:00'), 10)).toEqual([early.ref])
    expect(await store.answeredBefore(instant('30/11/2026 00:00'), 10)).toEqual([early.ref, late.ref])
    expect(await store.answeredBefore(instant('30/11/2026 00:00'), 1)).toEqual([early.ref])
    const { answeredAt: _answered, ...rest } = early
    const reopened = withEvent(rest, { kind: 'reopened', reason: 'x' }, { state: 'received', cycle: 2 })
    expect(await store.update(reopened)).toBe('saved')
    expect(await store.answeredBefore(instant('30/11/2026 00:00'), 10)).toEqual([late.ref])
  })

  it('knows what may be erased: closed, and not erased before', async () => {
    const closedOn = (day: string) => ({ state: 'closed', closedAt: instant(`${day} 10:00`) }) as const
    const late = await stored(closedOn('20/11/2026'))
    const early = await stored(closedOn('02/11/2026'))
    await stored({ ...closedOn('02/11/2026'), erasedAt: instant('03/11/2026 10:00') })
    await stored({ state: 'answered', answeredAt: instant('02/11/2026 10:00') })
    expect(await store.closedBefore(instant('20/11/2026 10:00'), 10)).toEqual([early.ref])
    expect(await store.closedBefore(instant('30/11/2026 00:00'), 10)).toEqual([early.ref, late.ref])
    expect(await store.closedBefore(instant('30/11/2026 00:00'), 1)).toEqual([early.ref])
  })

  it('finds similar ones by procedure or unit, else by kind', async () => {
    const procedureCode = '1.004959'
    const unit = 'phòng việc làm'
    const on = (day: number) => ({ receivedAt: instant(`${String(day).padStart(2, '0')}/11/2026 09:00`) })
    const same = await stored({ ...on(5), procedureCode })
    const near = await stored({ ...on(6), concerns: { officers: [], units: [unit, 'khác'] } })
    const other = await stored(on(7))
    await stored({ ...on(8), procedureCode, kind: 'delay' })
    await stored({ ...on(8), procedureCode, queue: 'restricted' })
    await stored({ ...on(1), procedureCode })
    const report = await stored({ ...on(9), procedureCode, concerns: { officers: [], units: [unit] } })
    const scope: ReportScope = { queues: ['general'] }
    const since = instant('02/11/2026 00:00')
    const refs = async (like: Report, limit = 10) =>
      (await store.similarTo(like, scope, since, limit)).map(({ ref }) => ref)
    expect(await refs(report)).toEqual([near.ref, same.ref])
    expect(await refs(report, 1)).toEqual([near.ref])
    expect(await refs(other)).toEqual([report.ref, near.ref, same.ref])
    expect(
      await store.similarTo(report, { ...scope, notAbout: { officerId: 'x', unit } }, since, 10),
    ).toEqual([same])
  })
})

describe('identities and notes', () => {
  const identity = {
    name: 'Nguyễn Thị Lan',
    phone: '0905123456',
    conversation: { channel: 'telegram' as const, conversationId: '42' },
  }

  it('keep the first identity under a reference, and forget it when told', async () => {
    const [ref, other] = [hex(16), hex(16)]
    await Promise.all([identities.put(ref, identity), identities.put(ref, identity)])
    await identities.put(ref, { ...identity, name: 'Kẻ khác' })
    expect(await identities.get(ref)).toEqual(identity)
    expect(await identities.get(other)).toBeUndefined()
    const document = (await collection('report_identities').findOne({ _id: ref }))!
    expect(Object.keys(document)).toEqual(['_id', 'identity'])
    await collection('report_identities').insertOne({ ...document, _id: other })
    await expect(identities.get(other)).rejects.toMatchObject(unreadable)
    await identities.remove(ref)
    expect(await identities.get(ref)).toBeUndefined()
  })

  it('list the notes of a report, and no note under another name', async () => {
    const at = instant('23/11/2026 09:00')
    const note = { id: hex(12), reportRef: 'r1', officerId: 'o1', at, text: 'Gọi lại chiều nay' }
    const later = { ...note, id: hex(12), at: new Date(at.getTime() + 1), text: '$where' }
    await notes.add(later)
    await notes.add(note)
    expect(await notes.listOf('r1')).toEqual([note, later])
    expect(await notes.listOf('r2')).toEqual([])
    await collection('report_notes').updateOne({ _id: note.id }, { $set: { officerId: 'o2' } })
    await expect(notes.listOf('r1')).rejects.toMatchObject(unreadable)
    await notes.removeOf('r1')
    expect(await notes.listOf('r1')).toEqual([])
  })
})

/** Every value of every document as text; binary as bytes, so that plain words in it would show. */
async function rawDump(connection: mongoose.Connection): Promise<string> {
  const found = await connection.db!.listCollections().toArray()
  const documents = await Promise.all(found.map(({ name }) => connection.collection(name).find().toArray()))
  return JSON.stringify(documents, (_key, value: unknown) =>
    isBinaryText(value) ? Buffer.from(value, 'base64').toString('utf8') : value,
  )
}

const isBinaryText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 500 && /^[A-Za-z0-9+/]+=*$/.test(value)

describe('indexes', () => {
  itWithPlans('serve every query', async () => {
    const connection = await mongoose.createConnection(database.uri, { monitorCommands: true }).asPromise()
    const watched = createReportStore(connection, keyRing)
    for (let n = 0; n < 30; n++) await stored({ unit: `u${n % 3}`, assignee: `o${n % 5}` })
    const report = await stored({ procedureCode: 'p', concerns: { officers: [], units: ['u'] } })
    const [since, open] = [new Date(0), { states: 'open' } as const]
    const wide: ReportScope = { queues: ['general', 'restricted'], notAbout: { officerId: 'o', unit: 'u' } }
    const narrow: ReportScope = { ...wide, only: { assignee: 'o1', unit: 'u1' } }
    const ofScope = (scope: ReportScope): Record<string, () => Promise<unknown>> => ({
      open: () => watched.list(scope, open, page),
      mine: () => watched.list(scope, { ...open, assignee: 'o1' }, page),
      all: () => watched.list(scope, {}, page),
      number: () => watched.list(scope, { caseNumber: report.caseNumber }, page),
      count: () => watched.count(scope, open),
      received: () => collect(watched.receivedBetween(scope, since, new Date(1))),
      similar: () => watched.similarTo(report, scope, since, 5),
    })
    const calls: Record<string, Record<string, () => Promise<unknown>>> = {
      wide: ofScope(wide),
      narrow: ofScope(narrow),
      other: {
        open: () => collect(watched.openReports()),
        erasable: () => watched.closedBefore(new Date(1), 5),
        resting: () => watched.answeredBefore(new Date(1), 5),
        untold: () => watched.withUntold(5),
        evidence: () => watched.holdsEvidence('x'),
        number: () => watched.findByCaseNumber(report.caseNumber),
        receipt: () => watched.findByReceiptHash(report.receiptHash),
      },
    }
    for (const [kind, named] of Object.entries(calls)) {
      for (const [name, call] of Object.entries(named)) {
        const plans = await plansOf(connection, call)
        expect(plans, `${kind} ${name}`).not.toEqual([])
        for (const plan of plans) expect(plan, `${kind} ${name}`).not.toContain('COLLSCAN')
      }
    }
    await connection.close()
  })
})

/** The plans of the queries that reach the server during a call. */
async function plansOf(connection: mongoose.Connection, call: () => Promise<unknown>): Promise<string[]> {
  const client = connection.getClient()
  const commands: Record<string, unknown>[] = []
  const listen = ({ command }: { command: Record<string, unknown> }) => {
    if (command.find === 'reports' || command.aggregate === 'reports') commands.push(command)
  }
  client.on('commandStarted', listen)
  await call()
  client.off('commandStarted', listen)
  const plans = commands.map(({ lsid: _session, $db: _database, ...command }) =>
    connection.db!.command({ explain: command, verbosity: 'queryPlanner' }),
  )
  return (await Promise.all(plans)).map((plan) => JSON.stringify(plan))
}
