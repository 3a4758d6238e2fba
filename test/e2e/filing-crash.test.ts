import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newDraft, withMemory } from '../../src/conversation/dialogs/report/draft.ts'
import { reportChoice } from '../../src/conversation/dialogs/report/step-input.ts'
import { emptyState } from '../../src/conversation/turn/conversation.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { makeReceipt } from '../../src/reports/receipt.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
import { createInboxStore } from '../../src/storage/inbox-store.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'
import { openReports, quickHasher } from '../reports/open-reports.ts'
import { type FilingCrashPoint, filingCrashPoints } from '../support/crash-protocol.ts'
import { CrashableService, type CrashPlatform, openCrashPlatform } from '../support/crash-service.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { inbound } from '../support/inbound.ts'
import { keyRingNamed } from '../support/key-ring.ts'
import { hex } from '../support/made-report.ts'
import { waitUntil } from '../support/wait-until.ts'

/**
 * People tap "Gửi" on a finished draft and the service is killed with SIGKILL at each step of filing, fifteen times: 105 in
 * all. Whatever receipt reaches a person must open their report, and no report may be there twice.
 */
// A foreign server shows that the way is the same; how often it holds is shown on our own.
const runsPerPoint = process.env.MONGODB_TEST_URI ? 3 : 15

const keyRing = keyRingNamed('crash')
let database: TestDatabase
let platform: CrashPlatform
let reports: ReturnType<typeof openReports>
let conversations: ReturnType<typeof createConversationStore>

beforeAll(async () => {
  database = await openTestDatabase()
  const records = createRecordCodec(keyRing)
  createInboxStore(database.connection, () => systemClock.now(), records)
  conversations = createConversationStore(database.connection, records)
  reports = openReports(database.connection, { keyRing, clock: systemClock })
  await ensureIndexes(database.connection)
  platform = await openCrashPlatform()
})
afterAll(async () => {
  platform?.close()
  await database?.close()
})

/** Somebody whose draft is finished and waits for the last tap. */
async function reporterAt(point: FilingCrashPoint, run: number) {
  const chat = `${filingCrashPoints.indexOf(point)}-${run}`
  const isNamed = point === 'identity stored, report not yet' || run % 3 === 0
  const receipt = makeReceipt()
  const draft = {
    ...newDraft(systemClock.now()),
    kind: 'delay' as const,
    mode: isNamed ? ('named' as const) : ('anonymous' as const),
    ...(isNamed ? { name: `Người ${chat}`, identityRef: hex(16) } : {}),
    story: `Chuyện của ${chat}`,
    isReviewed: true as const,
    step: 'review' as const,
    receipt,
    receiptHash: await quickHasher.hash(receipt),
  }
  const conversation = { key: `telegram:${chat}`, channel: 'telegram' as const, conversationId: chat }
  const now = systemClock.now()
  await conversations.claimTurn(conversation, { owner: 'test', now, until: new Date(now.getTime() + 5_000) })
  await conversations.commitTurn(conversation.key, 'test', {
    revision: 0,
    state: withMemory(emptyState(), { draft }),
    applied: `draft-${chat}`,
    messages: [],
    now,
  })
  const send = inbound({
    channel: 'telegram',
    conversationId: chat,
    messageId: `send-${chat}`,
    choice: reportChoice(draft.nonce, 'review', 'send'),
  })
  return { chat, receipt, draft, send }
}

async function crashWhileFiling(point: FilingCrashPoint, service: CrashableService, run: number) {
  const reporter = await reporterAt(point, run)
  service.tell({ kind: 'die-at', point })
  service.tell({ kind: 'message', message: reporter.send })
  await waitUntil('death without help', () => service.isDead, 3_000).catch(() =>
    service.tell({ kind: 'recover' }),
  )
  await waitUntil(`death at "${point}"`, () => service.isDead, 30_000)
  await service.start()
  if (!service.isAcknowledged(reporter.send.messageId)) {
    service.tell({ kind: 'message', message: reporter.send })
  }
  return reporter
}

/** As it is shown: `1234 5678 9012 3456 7`. */
const receiptsIn = (texts: readonly string[]) =>
  texts.flatMap((text) => text.match(/\d{4} \d{4} \d{4} \d{4} \d/g) ?? [])

describe.concurrent('kill -9 while a report is filed', () => {
  for (const point of filingCrashPoints) {
    it(`when ${point}: every receipt opens a report, no report is there twice (features 16, 78)`, async () => {
      const service = new CrashableService({ database, platform, dialog: 'report' })
      await service.start()
      const reporters: Awaited<ReturnType<typeof crashWhileFiling>>[] = []
      for (let run = 0; run < runsPerPoint; run++) reporters.push(await crashWhileFiling(point, service, run))
      service.tell({ kind: 'recover' })
      const all = () => reporters.every(({ chat }) => platform.received.has(chat))
      await waitUntil('all receipts', all, 90_000)
      // Time for a second answer, if there were one.
      await systemClock.sleep(1_000)
      service.kill()

      // It may be shown twice (a kill between the platform's accept and our write), but never another one.
      for (const { chat, receipt, draft } of reporters) {
        const received = receiptsIn(platform.received.get(chat)!)
        expect(new Set(received.map((shown) => shown.replaceAll(' ', '')))).toEqual(new Set([receipt]))
        const opened = await reports.reports.openByReceipt(received[0]!, [{ kind: 'conversation', id: chat }])
        expect(opened).toMatchObject({
          kind: 'found',
          report: {
            ref: draft.ref,
            content: { story: draft.story },
            events: [{ change: { kind: 'received' } }],
          },
        })
        if (draft.mode === 'anonymous') continue
        expect(await reports.identities.get(draft.identityRef!)).toMatchObject({ name: draft.name })
      }
    }, 300_000)
  }
})

it('has made as many reports as people sent, and told of each', async () => {
  const people = filingCrashPoints.length * runsPerPoint
  const stored = await database.connection.collection('reports').find().toArray()
  expect(stored).toHaveLength(people)
  expect(new Set(stored.map(({ caseNumber }) => caseNumber)).size).toBe(people)
  // A kill between the report and its listeners leaves some untold; a job tells them.
  while ((await reports.reports.tellLeftOvers(50)) > 0);
  expect(
    await database.connection.collection('reports').countDocuments({ 'untold.0': { $exists: true } }),
  ).toBe(0)
  const drafts = platform.received.size
  expect(drafts).toBe(people)
})
