import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createNewsWithdrawal } from '../../src/conversation/dialogs/report/reporter-news.ts'
import { createConversationNames } from '../../src/conversation/turn/names.ts'
import { erasureAudit } from '../../src/desk/audit/erasure-audit.ts'
import { eraseOldReports } from '../../src/jobs/erase-old-reports.ts'
import { FakeClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { openReportStores, type ReportStores } from '../../src/report-parts.ts'
import { everyReport } from '../../src/reports/case/access.ts'
import { figuresOf } from '../../src/reports/figures.ts'
import type { Report, ReportChange, ReportSummary } from '../../src/reports/report.ts'
import { createErasure, type Erasure } from '../../src/reports/retention.ts'
import { parseRetention, retentionClasses } from '../../src/reports/retention-settings.ts'
import { createAuditStore } from '../../src/storage/audit-store.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
import { createNoticeStore } from '../../src/storage/notice-store.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'
import { itWithPlans, openTestDatabase, type TestDatabase } from '../support/database.ts'
import { keyRingNamed } from '../support/key-ring.ts'
import { calendar, hex, madeReport, withEvent } from '../support/made-report.ts'
import { checkTexts, instant, source } from './read-clocks.ts'

const file = source('data/retention.yaml')

describe('data/retention.yaml', () => {
  it('says for each class how long it is kept and why (feature 80)', () => {
    const parsed = parseRetention(file, checkTexts)
    if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems))
    expect(parsed.settings.rules.map((rule) => rule.class).sort()).toEqual([...retentionClasses].sort())
    for (const rule of parsed.settings.rules) {
      if ('days' in rule) expect(parsed.settings.daysOf(rule.class)).toBe(rule.days)
      expect(rule.basis).not.toBe('')
    }
  })

  it.each([
    ['a class is missing', (text: string) => text.replace(/ {2}- class: notices[\s\S]*?basis: .*\n/, '')],
    ['a class stands there twice', (text: string) => text.replace('class: notices', 'class: web-messages')],
    ['days are not a number', (text: string) => text.replace('days: 180', 'days: mãi mãi')],
    ['nothing is kept', (text: string) => text.replace('days: 180', 'days: 0')],
    ['a class is unknown', (text: string) => text.replace('class: notices', 'class: audit')],
    // Published figures must stay computable: nobody can put days on what they are made of.
    ['answers are to be erased', (text: string) => text.replace(/keep: always\n/, 'days: 365\n')],
    [
      'a number stands in two places',
      (text: string) => text.replace(/setting: .data\/surveys.yaml: asking.expiresAfterDays./, 'days: 14'),
    ],
  ])('is refused when %s', (_why, spoil) => {
    const spoilt = spoil(file.text)
    expect(spoilt).not.toBe(file.text)
    expect(parseRetention({ ...file, text: spoilt }, checkTexts).kind).toBe('problems')
  })
})

describe('erasing', () => {
  let database: TestDatabase
  let directory: string
  let stores: ReportStores
  let clock: FakeClock
  let erasure: Erasure
  let conversations: ReturnType<typeof createConversationStore>
  let audit: ReturnType<typeof createAuditStore>
  const keyRing = keyRingNamed('retention')
  const nameOf = createConversationNames(keyRing.deriveKey('conversation names'))
  const log = createLog({ level: 'silent' })
  const never = new AbortController().signal
  const canary = 'CHIM-HOÀNG-YẾN'

  beforeAll(async () => {
    database = await openTestDatabase()
    directory = await mkdtemp(join(tmpdir(), 'motcua-retention-'))
  })
  afterAll(async () => {
    await database?.close()
    await rm(directory, { recursive: true, force: true })
  })
  beforeEach(async () => {
    clock = new FakeClock(instant('23/11/2026 09:00'))
    stores = openReportStores(database.connection, keyRing, { dataDir: directory, clock })
    audit = createAuditStore(database.connection, { clock, log })
    conversations = createConversationStore(database.connection, createRecordCodec(keyRing))
    await ensureIndexes(database.connection)
    for (const { name } of await database.connection.db!.listCollections().toArray()) {
      await database.connection.collection(name).deleteMany({})
    }
    erasure = createErasure({
      ...stores,
      withdrawNews: createNewsWithdrawal({ conversations, nameOf }),
      notices: createNoticeStore(database.connection, { keepDays: 180 }),
      audit: erasureAudit(audit.log),
      clock,
    })
  })

  /** Every kind of change, each with words, and all that hangs on a report. */
  async function closedReport(closedAt: Date): Promise<Report> {
    const name = await stores.evidence.put(keyRing.seal(randomBytes(50), 'evidence'))
    const identityRef = hex(16)
    const evidence = [{ name, type: 'jpeg', sizeBytes: 50, sha256: 'x', metadata: 'removed' } as const]
    await stores.identities.put(identityRef, {
      name: canary,
      conversation: { channel: 'web', conversationId: canary },
    })
    const receivedAt = instant('02/11/2026 09:00')
    const changes: ReportChange[] = [
      { kind: 'assigned', to: 'o1' },
      { kind: 'started' },
      { kind: 'asked', text: canary },
      { kind: 'reporter-wrote', text: canary, evidence },
      { kind: 'told', text: canary },
      { kind: 'forwarded', to: canary, reason: canary },
      { kind: 'reclassified', from: 'delay', to: 'feedback', reason: canary },
      { kind: 'concern-marked', officers: ['o9'], units: ['phòng a'], reason: canary },
      { kind: 'joined', caseNumber: 'PA-261101-2345-6' },
      { kind: 'deadlines-set' },
      { kind: 'answered', text: canary, outcome: 'substantiated' },
      { kind: 'reopened', reason: canary },
      { kind: 'closed', because: 'officer', reason: canary },
    ]
    let report = madeReport({
      receivedAt,
      identityMode: 'named',
      identityRef,
      content: { story: canary, place: canary, people: canary, payment: { counter: canary }, evidence },
      evidenceNames: [name],
      concerns: { officers: ['o9'], units: ['phòng a'] },
      procedureCode: '2.000889',
    })
    await stores.store.insert(report)
    for (const change of changes) {
      report = withEvent(report, change)
      await stores.store.update(report)
    }
    report = withEvent(
      report,
      { kind: 'closed', because: 'silence' },
      {
        state: 'closed',
        answeredAt: instant('05/11/2026 09:00'),
        outcome: 'substantiated',
        closedAt,
        closedBecause: 'silence',
      },
    )
    await stores.store.update(report)
    await stores.notes.add({ id: hex(8), reportRef: report.ref, officerId: 'o1', at: closedAt, text: canary })
    await createNoticeStore(database.connection, { keepDays: 180 }).add([
      {
        id: `${hex(8)}:o1`,
        officerId: 'o1',
        kind: 'received',
        reportRef: report.ref,
        caseNumber: report.caseNumber,
        at: closedAt,
        delivery: { kind: 'in-app' },
      },
    ])
    return report
  }

  const counted = async (name: string) => database.connection.collection(name).countDocuments({})
  const figures = async () => {
    const found: ReportSummary[] = []
    const whole = stores.store.receivedBetween(everyReport, new Date(0), instant('01/01/2030 00:00'))
    for await (const report of whole) found.push(report)
    return figuresOf(found, { calendar, now: instant('31/12/2026 09:00') })
  }

  it('takes all words and files, and leaves the figures as they were', async () => {
    const report = await closedReport(clock.now())
    const before = await figures()
    expect(JSON.stringify(await stores.store.findByRef(report.ref))).toContain(canary)
    expect(await erasure.erase(report.ref, 'request')).toEqual({
      kind: 'erased',
      caseNumber: report.caseNumber,
    })

    const after = (await stores.store.findByRef(report.ref))!
    expect(JSON.stringify(after)).not.toContain(canary)
    expect(after).toMatchObject({ erasedAt: clock.now(), state: 'closed', evidenceNames: [] })
    expect(after.events.map(({ change, at }) => [change.kind, at])).toEqual(
      report.events.map(({ change, at }) => [change.kind, at]),
    )
    expect(after).not.toHaveProperty('identityRef')
    expect(await stores.store.findByReceiptHash(report.receiptHash)).toBeUndefined()
    expect(await readdir(join(directory, 'evidence'))).toEqual([])
    for (const name of ['report_identities', 'report_notes', 'notices']) expect(await counted(name)).toBe(0)
    expect(await figures()).toEqual(before)
    expect(before.outcomes[0]!.count).toBe(1)
    // Whom it was about sees it as little as before.
    const scope = { queues: ['general'] as const, notAbout: { officerId: 'o9' } }
    expect(await stores.store.count(scope, {})).toBe(0)
    expect(await audit.log.list({}, { limit: 5 })).toMatchObject([
      { action: 'data-erased', subject: `report:${report.caseNumber}`, detail: { reason: 'request' } },
    ])
    expect(await erasure.erase(report.ref, 'request')).toEqual({ kind: 'erased-before' })
  })

  it('refuses what is not closed, and what is not there', async () => {
    const open = madeReport()
    await stores.store.insert(open)
    expect(await erasure.erase(open.ref, 'request')).toEqual({ kind: 'not-closed' })
    expect(await erasure.erase(hex(16), 'request')).toEqual({ kind: 'no-such-report' })
    expect(await stores.store.findByRef(open.ref)).toEqual(open)
    expect(await audit.log.list({}, { limit: 5 })).toEqual([])
  })

  it('takes back news that have not left yet (row 80: the outbox)', async () => {
    const report = await closedReport(clock.now())
    const reporter = { channel: 'web', conversationId: canary } as const
    const key = nameOf(reporter)
    const options = { now: clock.now(), isBulk: false }
    const news = { id: `news:${report.events.at(-1)!.id}`, text: canary }
    await conversations.enqueue({ key, ...reporter }, news, options)
    await conversations.enqueue({ key, ...reporter }, { id: 'another', text: 'Chào' }, options)
    expect((await erasure.erase(report.ref, 'request')).kind).toBe('erased')
    const until = new Date(clock.now().getTime() + 1_000)
    const left = await conversations.claimDelivery(key, { owner: 'me', now: clock.now(), until })
    expect(left!.outbox.map(({ id }) => id)).toEqual(['another'])
  })

  it('goes on after a crash in the middle', async () => {
    const report = await closedReport(clock.now())
    const broken = createErasure({
      ...stores,
      withdrawNews: async () => {},
      notes: { removeOf: () => Promise.reject(new Error('crash')) },
      notices: { removeOf: async () => {} },
      audit: { erasing: async () => {} },
      clock,
    })
    await expect(broken.erase(report.ref, 'retention')).rejects.toThrow('crash')
    expect(await erasure.due(0, new Date(clock.now().getTime() + 1), 10)).toEqual([report.ref])
    expect((await erasure.erase(report.ref, 'retention')).kind).toBe('erased')
    expect(await counted('report_notes')).toBe(0)
  })

  it('is done by the job when the days are over, and not before', async () => {
    const dayMs = 86_400_000
    const old = await closedReport(new Date(clock.now().getTime() - 100 * dayMs - 1))
    const young = await closedReport(new Date(clock.now().getTime() - 100 * dayMs))
    const job = eraseOldReports({ erasure, keepDays: 100, log })
    await job.run(clock.now(), never)
    expect((await stores.store.findByRef(old.ref))!.erasedAt).toEqual(clock.now())
    expect(await stores.store.findByRef(young.ref)).toEqual(young)
    expect(await readdir(join(directory, 'evidence'))).toEqual([young.evidenceNames[0]])
    await job.run(clock.now(), never)
    expect(await audit.log.list({}, { limit: 5 })).toHaveLength(1)
  })

  itWithPlans('finds what is due by an index', async () => {
    const plan = await database.connection.db!.command({
      explain: {
        find: 'reports',
        filter: { erasableSince: { $lt: clock.now() } },
        sort: { erasableSince: 1, _id: 1 },
      },
    })
    expect(JSON.stringify(plan)).toContain('erasableSince_1')
  })
})
