import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Report } from '../../../src/reports/report.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { madeReport, withEvent } from '../../support/made-report.ts'
import { openDesk, type TestDesk, Visitor } from '../open-desk.ts'

let database: TestDatabase
let desk: TestDesk
const visitors = new Map<string, Visitor>()
const ids = new Map<string, string>()
let reports: Report[]

beforeAll(async () => {
  database = await openTestDatabase()
  desk = await openDesk(database)
  for (const name of ['lan', 'ha']) {
    const { id, secret } = await desk.add(name, ['intake'])
    const visitor = new Visitor(desk)
    await visitor.signIn(name, secret)
    visitors.set(name, visitor)
    ids.set(name, id)
  }
  reports = [madeReport({ receivedAt: desk.clock.now() }), madeReport({ receivedAt: desk.clock.now() })]
  for (const report of reports) {
    await desk.reports.store.insert(report)
    await desk.notices.notices.reportChanged(report, report.events[0]!)
  }
}, 60_000)
afterAll(async () => {
  await desk?.close()
  await database?.close()
})

const page = async (name: string) => (await visitors.get(name)!.get('/desk/notices')).body

it('lists what an officer was told, with the report, the time left and what became of the sending', async () => {
  const body = await page('lan')
  expect(body).toContain('Có 2 thông báo chưa đọc.')
  expect(body).toContain(`<a href="/desk/reports/${reports[0]!.caseNumber}">`)
  expect(body).toContain('còn 2 ngày làm việc')
  expect(body).toContain('không gửi')
  expect(body).not.toContain(reports[0]!.content.story)
  expect(body).not.toContain(reports[0]!.ref)
})

it('says on the first page how many are unread', async () => {
  expect((await visitors.get('lan')!.get('/desk')).body).toContain('Có 2 thông báo chưa đọc.')
})

it('marks one, then all, of the officer who asks and of nobody else', async () => {
  const lan = visitors.get('lan')!
  const body = await page('lan')
  const [, id] = /name="id" value="([^"]+)"/.exec(body)!
  expect((await lan.post('/desk/notices/read', { id: id! })).headers.location).toBe('/desk/notices')
  expect(await page('lan')).toContain('Có 1 thông báo chưa đọc.')
  // What is no form of ours marks nothing.
  await lan.post('/desk/notices/read', { id: 'x'.repeat(300) })
  expect(await page('lan')).toContain('Có 1 thông báo chưa đọc.')
  await lan.post('/desk/notices/read')
  expect(await page('lan')).toContain('Không có thông báo chưa đọc.')
  expect((await lan.get('/desk')).body).not.toContain('thông báo chưa đọc')
  expect(await page('ha')).toContain('Có 2 thông báo chưa đọc.')
})

it('forgets what turns out to be about the officer: list, count and first page (feature 44)', async () => {
  const concerns = { officers: [ids.get('ha')!], units: [] }
  const marked = withEvent(reports[0]!, { kind: 'concern-marked', ...concerns, reason: 'x' }, { concerns })
  // Without the listener: the page asks for itself.
  await desk.reports.store.update(marked)
  const body = await page('ha')
  expect(body).toContain('Có 1 thông báo chưa đọc.')
  expect(body).not.toContain(reports[0]!.caseNumber)
  expect((await visitors.get('ha')!.get('/desk')).body).toContain('Có 1 thông báo chưa đọc.')
})
