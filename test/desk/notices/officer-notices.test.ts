import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Sent } from '../../../src/desk/notices/deliver-notice.ts'
import type { Officer } from '../../../src/desk/officer.ts'
import { FakeClock } from '../../../src/lib/clock.ts'
import { createLog } from '../../../src/lib/log.ts'
import type { Report, ReportChange, ReportEvent } from '../../../src/reports/report.ts'
import { ensureIndexes } from '../../../src/storage/connect.ts'
import { createReportStore } from '../../../src/storage/report-store.ts'
import { instant } from '../../reports/read-clocks.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { keyRingNamed } from '../../support/key-ring.ts'
import { madeOfficer } from '../../support/made-officer.ts'
import { madeReport, withEvent } from '../../support/made-report.ts'
import { openTestNotices, type TestNotices } from '../notice-parts.ts'

let database: TestDatabase
let reports: ReturnType<typeof createReportStore>
let office: Officer[]
let clock: FakeClock
let test: TestNotices
let mails: { to: string; subject: string; text: string }[]
let chats: { chatId: string; text: string; id: string }[]
/** What the mail server answers, one after the other; then it takes everything. */
let answers: Sent[]
/** Whether the Telegram conversation can be reached. */
let isChatAway: boolean
const lines: string[] = []
const log = createLog({ level: 'trace', destination: { write: (line) => void lines.push(line) } })
const never = new AbortController().signal

beforeAll(async () => {
  database = await openTestDatabase()
  reports = createReportStore(database.connection, keyRingNamed('notices'))
})
afterAll(() => database?.close())
beforeEach(async () => {
  clock = new FakeClock(instant('23/11/2026 09:00'))
  mails = []
  chats = []
  answers = []
  isChatAway = false
  lines.length = 0
  office = [
    madeOfficer('lan', ['intake'], { contact: { kind: 'email', address: 'lan@example.gov.vn' } }),
    madeOfficer('ha', ['intake'], { contact: { kind: 'telegram', address: '7700' } }),
    madeOfficer('ba', ['handler'], { contact: { kind: 'email', address: 'ba@example.gov.vn' } }),
    madeOfficer('mai', ['handler']),
  ]
  test = openTestNotices(database.connection, {
    officers: { list: async () => office },
    reports,
    clock,
    sendMail: async (to, message) => {
      const answer = answers.shift() ?? { kind: 'sent' }
      if (answer.kind === 'sent') mails.push({ to, ...message })
      return answer
    },
    sendTelegram: async (chatId, text, id) => {
      if (isChatAway) throw new Error(`chat 7700 said: ${text}`)
      chats.push({ chatId, text, id })
    },
    log,
  })
  await ensureIndexes(database.connection)
  for (const name of ['notices', 'reports']) await database.connection.collection(name).deleteMany({})
})

const secret = 'Trần Văn Ba đòi 500 nghìn tại Bộ phận một cửa'

/** Stores a report and tells of its last event. */
async function happens(
  given: Partial<Report>,
  change?: ReportChange,
  by?: ReportEvent['by'],
): Promise<Report> {
  const filed = madeReport({ kind: 'informal-payment', content: { story: secret, evidence: [] }, ...given })
  await reports.insert(filed)
  if (!change) {
    await test.notices.reportChanged(filed, filed.events[0]!)
    return filed
  }
  const changed = withEvent(filed, change, given, by)
  await reports.update(changed)
  await test.notices.reportChanged(changed, changed.events.at(-1)!)
  return changed
}

const kindsOf = async (id: string) =>
  (await test.notices.listOf(office.find((officer) => officer.id === id)!, 50)).map(
    ({ notice }) => notice.kind,
  )

describe('what officers are told of (feature 65)', () => {
  it('a new report: those of intake', async () => {
    await happens({})
    expect(await kindsOf('lan')).toEqual(['received'])
    expect(await kindsOf('ha')).toEqual(['received'])
    expect(await kindsOf('ba')).toEqual([])
  })

  it.each([
    [{ kind: 'assigned', to: 'ba' }, 'ba', ['assigned']],
    [{ kind: 'reporter-wrote', text: secret, evidence: [] }, 'ba', ['reporter-wrote']],
    [{ kind: 'answered', text: secret, outcome: 'substantiated' }, 'ba', []],
    [{ kind: 'assigned', to: 'ba' }, 'lan', []],
  ] as const)('%j: %s hears %j', async (change, who, expected) => {
    await happens({ state: 'assigned', assignee: 'ba' }, change as unknown as ReportChange)
    expect(await kindsOf(who)).toEqual(expected)
  })

  it('a reopened one, and one whose handler was taken from it: intake, for it has no handler', async () => {
    await happens({ state: 'received', pastHandlers: ['ba'] }, { kind: 'reopened', reason: 'x' })
    const marked: ReportChange = { kind: 'concern-marked', officers: ['ba'], units: [], reason: 'x' }
    const concerns = { officers: ['ba'], units: [] }
    await happens({ state: 'received', pastHandlers: ['ba'], concerns }, marked)
    expect((await kindsOf('lan')).sort()).toEqual(['needs-handler', 'reopened'])
    expect(await kindsOf('ba')).toEqual([])
  })

  it('nothing of what they did themselves', async () => {
    const by = { kind: 'officer', officerId: 'ba' } as const
    await happens({ state: 'assigned', assignee: 'ba' }, { kind: 'assigned', to: 'ba' }, by)
    expect(await kindsOf('ba')).toEqual([])
  })

  it('each thing once, however often and from wherever it is told', async () => {
    const report = await happens({})
    await Promise.all(Array.from({ length: 8 }, () => test.notices.reportChanged(report, report.events[0]!)))
    expect(await kindsOf('lan')).toEqual(['received'])
    await test.notices.sendDue(never)
    expect(mails).toHaveLength(1)
  })

  it('is taken back from who turns out to be concerned, also what was not sent yet (feature 44)', async () => {
    const filed = await happens({})
    const concerns = { officers: ['lan'], units: [] }
    const marked = withEvent(filed, { kind: 'concern-marked', ...concerns, reason: 'x' }, { concerns })
    await reports.update(marked)
    await test.notices.reportChanged(marked, marked.events.at(-1)!)
    expect(await kindsOf('lan')).toEqual([])
    expect(await kindsOf('ha')).toEqual(['received'])
    expect(await database.connection.collection('notices').countDocuments({ officerId: 'lan' })).toBe(0)
    await test.notices.sendDue(never)
    expect(mails).toEqual([])
  })

  it('is neither shown nor sent when the officer lost the right meanwhile', async () => {
    office[0] = { ...office[0]!, mayOpenRestricted: true }
    await happens({ queue: 'restricted' })
    expect(await kindsOf('lan')).toEqual(['received'])
    expect(await kindsOf('ha')).toEqual([])
    office[0] = { ...office[0]!, mayOpenRestricted: false }
    expect(await kindsOf('lan')).toEqual([])
    await test.notices.sendDue(never)
    expect(mails).toEqual([])
  })
})

describe('what leaves the desk', () => {
  it('names the case, what happened and the time left, and nothing of what was written', async () => {
    const report = await happens({ identityMode: 'named', identityRef: 'i', procedureCode: '2.000889' })
    await test.notices.sendDue(never)
    expect(mails).toEqual([
      {
        to: 'lan@example.gov.vn',
        subject: 'Kênh phản ánh: có việc cần xem',
        text: [
          'Phản ánh mới.',
          `Mã: ${report.caseNumber}`,
          'Thời hạn: còn 2 ngày làm việc, hạn 17:00 thứ Năm 26/11',
          'Mở tại bàn làm việc: https://hoidap.example.gov.vn/desk/notices',
          'Tin tự động, không kèm nội dung phản ánh. Xin không trả lời tin này.',
        ].join('\n'),
      },
    ])
    expect(chats).toEqual([{ chatId: '7700', text: mails[0]!.text, id: expect.stringContaining(':ha') }])
    const sent = JSON.stringify([mails, chats])
    for (const word of ['500', 'Trần', 'một cửa', 'tiền', '2.000889', report.ref])
      expect(sent).not.toContain(word)
  })

  it('is tried again with growing pauses, and given up with its reason', async () => {
    await happens({ state: 'assigned', assignee: 'ba' }, { kind: 'assigned', to: 'ba' })
    const delivery = async () => (await test.notices.listOf(office[2]!, 1))[0]!.notice.delivery
    const pauses: number[] = []
    answers = Array.from({ length: 9 }, () => ({ kind: 'fault', fault: 'unreachable' }) as const)
    for (;;) {
      expect(await test.notices.sendDue(never)).toBe(1)
      const now = await delivery()
      if (now.kind !== 'waiting') break
      const pauseMs = now.nextAt.getTime() - clock.now().getTime()
      pauses.push(pauseMs / 60_000)
      clock.advanceMs(pauseMs - 1)
      expect(await test.notices.sendDue(never)).toBe(0)
      clock.advanceMs(1)
    }
    expect(pauses).toEqual([1, 5, 15, 60, 240, 720])
    expect(await delivery()).toMatchObject({ kind: 'failed', by: 'email', fault: 'unreachable' })
    clock.advanceMs(7 * 86_400_000)
    expect(await test.notices.sendDue(never)).toBe(0)
  })

  it('is sent at last, or given up at once when the address is refused', async () => {
    answers = [{ kind: 'fault', fault: 'not-allowed' }, { kind: 'sent' }, { kind: 'fault', fault: 'refused' }]
    await happens({ state: 'assigned', assignee: 'ba' }, { kind: 'assigned', to: 'ba' })
    await test.notices.sendDue(never)
    clock.advanceMs(60_000)
    await test.notices.sendDue(never)
    clock.advanceMs(60_000)
    await happens({ state: 'assigned', assignee: 'ba' }, { kind: 'assigned', to: 'ba' })
    await test.notices.sendDue(never)
    const shown = await test.notices.listOf(office[2]!, 5)
    expect(shown.map(({ notice }) => notice.delivery)).toEqual([
      { kind: 'failed', by: 'email', fault: 'refused', at: clock.now() },
      { kind: 'sent', by: 'email', at: instant('23/11/2026 09:01') },
    ])
  })

  it('goes out once when two processes send', async () => {
    for (let n = 0; n < 10; n++)
      await happens({ state: 'assigned', assignee: 'ba' }, { kind: 'assigned', to: 'ba' })
    await Promise.all([test.notices.sendDue(never), test.notices.sendDue(never), test.notices.sendDue(never)])
    expect(mails).toHaveLength(10)
  })

  it('leaves neither address nor words in the log, whatever goes wrong (feature 79)', async () => {
    isChatAway = true
    answers = [{ kind: 'fault', fault: 'unreachable' }]
    const report = await happens({})
    await test.notices.sendDue(never)
    const [shown] = await test.notices.listOf(office[1]!, 1)
    expect(shown!.notice.delivery).toMatchObject({ kind: 'waiting', lastFault: 'unreachable' })
    expect(lines.join()).toContain('Telegram did not take')
    const written = ['7700', 'example.gov.vn', 'Phản ánh', report.caseNumber, report.ref, 'Trần']
    for (const word of written) expect(lines.join()).not.toContain(word)
  })

  it('stays in the desk for who has no contact', async () => {
    await happens({ state: 'assigned', assignee: 'mai' }, { kind: 'assigned', to: 'mai' })
    expect((await test.notices.listOf(office[3]!, 1))[0]!.notice.delivery).toEqual({ kind: 'in-app' })
    expect(await test.notices.sendDue(never)).toBe(0)
  })
})

describe('the list', () => {
  it('has the unread first, then the newest, and marks only its own officer’s', async () => {
    for (let n = 0; n < 3; n++) {
      await happens({})
      clock.advanceMs(60_000)
    }
    const lan = office[0]!
    const before = await test.notices.listOf(lan, 50)
    expect(before.map(({ notice }) => notice.at.getMinutes())).toEqual([2, 1, 0])
    await test.notices.markRead(lan, [before[0]!.notice.id])
    // Of another officer: nothing happens.
    await test.notices.markRead(office[1]!, [before[1]!.notice.id])
    const after = await test.notices.listOf(lan, 50)
    expect(after.map(({ notice }) => [notice.at.getMinutes(), notice.readAt !== undefined])).toEqual([
      [1, false],
      [0, false],
      [2, true],
    ])
    await test.notices.markRead(lan)
    expect((await test.notices.listOf(lan, 50)).every(({ notice }) => notice.readAt)).toBe(true)
    expect((await test.notices.listOf(office[1]!, 50)).some(({ notice }) => notice.readAt)).toBe(false)
  })
})
