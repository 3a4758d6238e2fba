import { afterAll, beforeAll, expect, it } from 'vitest'
import { createZaloAlarm } from '../../../src/desk/notices/zalo-alarm.ts'
import { FakeClock } from '../../../src/lib/clock.ts'
import { ensureIndexes } from '../../../src/storage/connect.ts'
import { instant } from '../../reports/read-clocks.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { madeOfficer } from '../../support/made-officer.ts'
import { noticeWords, openTestNotices } from '../notice-parts.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

it('row 15 (Zalo): administrators are told of a lost consent, on their page and by mail, once a day and nobody else', async () => {
  const clock = new FakeClock(instant('23/11/2026 09:00'))
  const mails: { to: string; text: string }[] = []
  const contact = { kind: 'email', address: 'quan-tri@example.gov.vn' } as const
  const office = [
    madeOfficer('admin', ['admin'], { contact }),
    madeOfficer('second', ['handler', 'admin']),
    madeOfficer('left', ['admin'], { disabledAt: clock.now() }),
    madeOfficer('handler', ['handler', 'leader', 'intake']),
  ]
  const officers = { list: async () => office }
  const { notices } = openTestNotices(database.connection, {
    officers,
    reports: { findByRef: async () => undefined },
    clock,
    sendMail: async (to, message) => {
      mails.push({ to, text: message.text })
      return { kind: 'sent' }
    },
  })
  await ensureIndexes(database.connection)
  const raise = createZaloAlarm({ notices, officers, texts: noticeWords, clock })

  for (let hour = 0; hour < 6; hour++) {
    await raise({ kind: 'lost', code: -14014 })
    await notices.sendDue(new AbortController().signal)
    clock.advanceMs(3_600_000)
  }
  const counts = await Promise.all(office.map(async (officer) => (await notices.listOf(officer, 10)).length))
  expect(counts).toEqual([1, 1, 0, 0])
  expect(mails).toHaveLength(1)
  expect(mails[0]).toMatchObject({ to: 'quan-tri@example.gov.vn' })
  expect(mails[0]!.text).toContain('-14014')
  expect(mails[0]!.text).toContain('npm run zalo:authorize')

  clock.advanceMs(24 * 3_600_000)
  await raise({ kind: 'ending', consentUntil: instant('02/12/2026 09:00') })
  const [shown] = await notices.listOf(office[0]!, 10)
  expect(shown!.notice.kind === 'digest' && shown!.notice.digest.lines[0]).toContain('02/12/2026')
})
