import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDigests, type DigestParts, type Digests } from '../../../src/desk/notices/digests.ts'
import type { Officer } from '../../../src/desk/officer.ts'
import type { DossierReview } from '../../../src/dossiers/dossier-reviews.ts'
import { tellDigests } from '../../../src/jobs/tell-digests.ts'
import { FakeClock } from '../../../src/lib/clock.ts'
import type { Report } from '../../../src/reports/report.ts'
import { ensureIndexes } from '../../../src/storage/connect.ts'
import { createReportStore } from '../../../src/storage/report-store.ts'
import type { CampaignSwitch } from '../../../src/surveys/campaign-switch.ts'
import type { SurveyForm } from '../../../src/surveys/index/form.ts'
import { dossier, numbered } from '../../dossiers/made-dossier.ts'
import { instant, shippedClocks } from '../../reports/read-clocks.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { keyRingNamed } from '../../support/key-ring.ts'
import { madeOfficer } from '../../support/made-officer.ts'
import { madeReport } from '../../support/made-report.ts'
import { shipped } from '../../support/talk.ts'
import { noticeWords, openTestNotices, type TestNotices } from '../notice-parts.ts'

let database: TestDatabase
let reports: ReturnType<typeof createReportStore>
let office: Officer[]
let clock: FakeClock
let test: TestNotices
let mails: { to: string; subject: string; text: string }[]
let digests: Digests
let given: { apologies: number; questions: number; current: CampaignSwitch | undefined; forms: SurveyForm[] }
const never = new AbortController().signal
const { calendar } = shippedClocks()
const secret = 'Trần Văn Ba đòi 500 nghìn'

beforeAll(async () => {
  database = await openTestDatabase()
  reports = createReportStore(database.connection, keyRingNamed('digests'))
})
afterAll(() => database?.close())
beforeEach(async () => {
  // A Monday.
  clock = new FakeClock(instant('23/11/2026 07:20'))
  mails = []
  given = { apologies: 0, questions: 0, current: undefined, forms: [] }
  office = [
    madeOfficer('lan', ['intake'], { contact: { kind: 'email', address: 'lan@example.gov.vn' } }),
    madeOfficer('ba', ['handler'], { contact: { kind: 'email', address: 'ba@example.gov.vn' } }),
    madeOfficer('mai', ['handler']),
    madeOfficer('dao', ['leader']),
    madeOfficer('quan', ['admin']),
  ]
  test = openTestNotices(database.connection, {
    officers: { list: async () => office },
    reports,
    clock,
    sendMail: async (to, message) => {
      mails.push({ to, ...message })
      return { kind: 'sent' }
    },
  })
  digests = createDigests(partsOf())
  await ensureIndexes(database.connection)
  for (const name of ['notices', 'reports']) await database.connection.collection(name).deleteMany({})
})

function partsOf(): DigestParts {
  const { content } = shipped()
  const review = (n: number) => ({ kind: 'apology', id: `a${n}` }) as DossierReview
  return {
    notices: test.notices,
    officers: { list: async () => office },
    reports,
    reviews: { open: async () => Array.from({ length: given.apologies }, (_, n) => review(n)) },
    questions: { mostAsked: async () => Array.from({ length: given.questions }, () => ({}) as never) },
    switches: { current: async () => given.current },
    answers: {
      read: async () => [{ questionnaire: { id: 'sipas-19', version: 1 }, forms: given.forms as never }],
    },
    dossiers: {
      async *each() {
        for (const [index, doneDay] of ['2026-11-03', '2026-11-04', '2026-11-12'].entries()) {
          const days = { receivedDay: '2026-11-01', firstDueDay: '2026-11-10', dueDay: '2026-11-10', doneDay }
          yield dossier({ code: numbered(index + 1), status: 'returned', ...days })
        }
      },
    },
    survey: content.surveys,
    calendar,
    texts: noticeWords,
  }
}

const deadlineAt = (at: string) =>
  ({ dueAt: instant(at), clock: 'answer' }) as Report['deadlines']['answer'] & object
const store = async (assignee: string | undefined, dueAt: string, more: Partial<Report> = {}) => {
  const report = madeReport({
    content: { story: secret, evidence: [] },
    state: assignee ? 'assigned' : 'received',
    ...(assignee ? { assignee } : {}),
    ...more,
  })
  await reports.insert({
    ...report,
    deadlines: { ...report.deadlines, answer: { ...report.deadlines.answer!, ...deadlineAt(dueAt) } },
  })
}
const linesOf = async (id: string) =>
  (await test.notices.listOf(office.find((officer) => officer.id === id)!, 50)).flatMap(({ notice }) =>
    notice.kind === 'digest' ? [...notice.digest.lines] : [],
  )

describe('the morning digest (row 65)', () => {
  it('tells each officer of their own cases and of what waits for their role, once', async () => {
    await store('ba', '20/11/2026 17:00')
    await store('ba', '23/11/2026 17:00')
    // The 24th is a day off.
    await store('ba', '25/11/2026 17:00')
    await store('ba', '26/11/2026 17:00')
    await store('mai', '30/11/2026 17:00')
    given = {
      ...given,
      apologies: 4,
      questions: 7,
      current: { number: 1, state: 'paused', by: 'dao', at: instant('22/11/2026 16:00'), reason: 'x' },
    }
    // Two processes, and again.
    await Promise.all([digests, createDigests(partsOf())].map((one) => one.tellMorning(clock.now(), never)))
    await digests.tellMorning(clock.now(), never)
    expect(await linesOf('ba')).toEqual([
      'Phản ánh giao cho Ông/Bà đã quá hạn: 1',
      'Phản ánh giao cho Ông/Bà đến hạn hôm nay: 1',
      'Phản ánh giao cho Ông/Bà đến hạn trong ngày làm việc tới: 1',
    ])
    expect(await linesOf('lan')).toEqual([
      'Lời xin lỗi trễ hẹn chờ duyệt: 4',
      'Nhóm câu hỏi trợ lý chưa trả lời được trong 7 ngày qua: 7',
    ])
    expect(await linesOf('dao')).toEqual([
      'Lời xin lỗi trễ hẹn chờ duyệt: 4',
      'Việc hỏi ý kiến sau khi trả kết quả đang tạm dừng từ 22/11/2026 16:00',
    ])
    // Nothing to say is not said.
    expect(await linesOf('mai')).toEqual([])
    expect(await linesOf('quan')).toEqual([])
  })

  it('leaves the desk as counts only, in the hours of reminders', async () => {
    await store('ba', '20/11/2026 17:00')
    await digests.tellMorning(clock.now(), never)
    await test.notices.sendDue(never)
    clock.advanceMs(60 * 60_000)
    await test.notices.sendDue(never)
    expect(mails.map(({ to }) => to)).toEqual(['ba@example.gov.vn'])
    expect(mails[0]!.text).toContain('Phản ánh giao cho Ông/Bà đã quá hạn: 1')
    expect(JSON.stringify(mails)).not.toMatch(/Trần|PA-/)
    await test.notices.sendDue(never)
    expect(mails).toHaveLength(1)
  })

  it('is not sent any more on the next day', async () => {
    await store('ba', '20/11/2026 17:00')
    await digests.tellMorning(clock.now(), never)
    clock.advanceMs(26 * 3_600_000)
    await test.notices.sendDue(never)
    expect(mails).toEqual([])
  })

  it.each([
    ['on a Sunday', '22/11/2026 07:20'],
    ['on a public holiday', '02/09/2026 07:20'],
    ['in the evening, when the morning was slept through', '23/11/2026 18:00'],
  ])('says nothing %s', async (_when, at) => {
    await store('ba', '20/08/2026 17:00')
    await digests.tellMorning(instant(at), never)
    expect(await linesOf('ba')).toEqual([])
  })

  it('on a Friday looks ahead to Monday, and leaves out who is absent or disabled', async () => {
    await store('ba', '23/11/2026 17:00')
    await store('mai', '23/11/2026 17:00')
    office = office.map((officer) =>
      officer.id === 'mai' ? { ...officer, absentUntil: '2026-11-20' } : officer,
    )
    await digests.tellMorning(instant('20/11/2026 07:20'), never)
    expect(await linesOf('ba')).toEqual(['Phản ánh giao cho Ông/Bà đến hạn trong ngày làm việc tới: 1'])
    expect(await linesOf('mai')).toEqual([])
  })

  it('counts no case that is about the officer (feature 44)', async () => {
    await store('ba', '20/11/2026 17:00', { concerns: { officers: ['ba'], units: [] } })
    await digests.tellMorning(clock.now(), never)
    expect(await linesOf('ba')).toEqual([])
  })
})

describe('the weekly digest', () => {
  it('gives leaders the index with its interval, reports and results of thirty days, on the first working day', async () => {
    given.forms = Array.from({ length: 40 }, (_, n) => ({
      asked: [{ item: '23', chance: { part: 2, whole: 19 }, answer: n < 36 ? 5 : 2 }],
    }))
    await store('ba', '20/11/2026 17:00', { receivedAt: instant('10/11/2026 09:00') })
    await store('ba', '28/11/2026 17:00', { receivedAt: instant('20/11/2026 09:00') })
    await store('mai', '05/10/2026 17:00', {
      receivedAt: instant('01/10/2026 09:00'),
      state: 'closed',
      closedAt: instant('05/11/2026 09:00'),
      closedBecause: 'silence',
    })
    await digests.tellWeek(clock.now(), never)
    await digests.tellWeek(clock.now(), never)
    const [period, index, counted, onTime, ...more] = await linesOf('dao')
    expect(more).toEqual([])
    expect(period).toBe('Từ 24/10/2026 đến hết 22/11/2026')
    expect(index).toMatch(/: 90,00 % \(\d\d,\d\d–\d\d,\d\d %; 40 người, 40 câu trả lời\)$/)
    expect(counted).toBe('Phản ánh: nhận 2, đóng 1, đang quá hạn 1')
    expect(onTime).toBe('Hồ sơ có kết quả: 66,67 % đúng hoặc trước hạn (2/3), trễ 1')
    expect(await linesOf('lan')).toEqual([])
    expect(await linesOf('ba')).toEqual([])
  })

  it('says so when too few have answered, and comes on no other day', async () => {
    await digests.tellWeek(instant('25/11/2026 07:25'), never)
    expect(await linesOf('dao')).toEqual([])
    await digests.tellWeek(clock.now(), never)
    expect((await linesOf('dao'))[1]).toContain('chưa có câu trả lời hợp lệ')
  })
})

it('runs by its jobs each morning', () => {
  expect(tellDigests(digests).map(({ name, cron }) => [name, cron])).toEqual([
    ['tell-morning-digests', '20 7 * * *'],
    ['tell-weekly-digests', '25 7 * * *'],
  ])
})
