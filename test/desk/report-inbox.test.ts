import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setReportDeadlines } from '../../src/reports/case/report-deadlines.ts'
import { deadlineLeft } from '../../src/reports/deadline.ts'
import type { Report } from '../../src/reports/report.ts'
import { clockTexts, instant } from '../reports/read-clocks.ts'
import { itWithTimes, openTestDatabase, type TestDatabase } from '../support/database.ts'
import { calendar, clocks, madeReport, usualClocks, withEvent } from '../support/made-report.ts'
import { openDesk, type TestDesk, Visitor } from './open-desk.ts'

let database: TestDatabase
let desk: TestDesk
let intake: Visitor
let handler: Visitor
let handlerId: string

beforeAll(async () => {
  database = await openTestDatabase()
  desk = await openDesk(database)
  const first = await desk.add('tiep.nhan', ['intake'], { name: 'Trần Thu Hà' })
  const second = await desk.add('xu.ly', ['handler'], { name: 'Nguyễn Văn Bình', unit: 'Phòng  Việc làm ' })
  handlerId = second.id
  intake = new Visitor(desk)
  handler = new Visitor(desk)
  await intake.signIn('tiep.nhan', first.secret)
  await handler.signIn('xu.ly', second.secret)
}, 60_000)
afterAll(async () => {
  await desk?.close()
  await database?.close()
})

const numbersOn = (page: string) =>
  [...page.matchAll(/class="case-link[^"]*" href="\/desk\/reports\/(PA-[^"]+)"/g)].map(([, number]) => number)

async function filed(given: Partial<Report> = {}): Promise<Report> {
  const report = madeReport({ receivedAt: desk.clock.now(), ...given })
  await desk.reports.store.insert(report)
  return report
}

it('says in plain words that nothing is there', async () => {
  expect((await intake.get('/desk/reports')).body).toContain('Không có phản ánh nào đang mở.')
  expect((await intake.get('/desk/reports?tab=mine')).body).toContain(
    'Không có phản ánh nào được giao cho tôi.',
  )
  expect((await intake.get('/desk/reports?tab=unit')).body).toContain('Tài khoản chưa ghi đơn vị')
  expect((await handler.get('/desk/reports?tab=unit')).body).toContain(
    'Đơn vị không có phản ánh nào đang mở.',
  )
  expect((await intake.get('/desk/reports?kind=delay')).body).toContain('Không có phản ánh nào khớp.')
})

describe('the list', () => {
  const made: Record<string, Report> = {}

  beforeAll(async () => {
    const at = (words: string) => {
      const receivedAt = instant(words)
      return { receivedAt, deadlines: setReportDeadlines(clocks.rules, calendar, receivedAt, usualClocks) }
    }
    made.late = await filed({ ...at('16/11/2026 09:00'), kind: 'delay' })
    made.soon = await filed({ ...at('20/11/2026 09:00'), hasUnread: false, identityMode: 'named' })
    made.fresh = await filed({ ...at('23/11/2026 09:00'), identityMode: 'confidential' })
    made.slow = await filed({ ...at('16/11/2026 09:00'), isSlowLane: true })
    made.lost = await filed({ deadlines: { missingYear: 2031 } })
    made.handled = withEvent(
      madeReport(at('19/11/2026 09:00')),
      { kind: 'started' },
      {
        state: 'in-progress',
        assignee: handlerId,
        unit: 'phòng việc làm',
        hasUnread: false,
      },
    )
    await desk.reports.store.insert(made.handled)
    made.units = await filed({
      ...at('18/11/2026 09:00'),
      unit: 'phòng việc làm',
      state: 'assigned',
      assignee: 'x',
    })
    made.closed = await filed({ ...at('02/11/2026 09:00'), state: 'closed', hasUnread: false })
  })
  const number = (...names: string[]) => names.map((name) => made[name]!.caseNumber)

  it('is sorted by time left, said in the same words as everywhere, red when over (features 64, 66)', async () => {
    const { body } = await intake.get('/desk/reports')
    expect(numbersOn(body)).toEqual(number('lost', 'late', 'soon', 'fresh', 'units', 'handled', 'slow'))
    expect(body).toContain('7 phản ánh')
    const words = deadlineLeft(clockTexts, calendar, made.late!.deadlines.classify!, desk.clock.now())
    expect(words).toBe('quá hạn 3 ngày làm việc')
    expect(body).toContain(`<span class="left bad">${words}</span>`)
    expect(body).toContain('<span class="left bad">Chưa đặt được hạn: thiếu lịch nghỉ năm 2031</span>')
    expect(body).not.toContain(made.late!.content.story)
    for (const mark of [
      'Ẩn danh',
      'Giữ bí mật',
      'Có tên',
      'Gửi dồn dập',
      'Có tin mới',
      'Nguyễn Văn Bình',
      'Chưa giao',
    ])
      expect(body).toContain(mark)
  })

  it('has tabs for one’s own, the unit’s and all', async () => {
    expect(numbersOn((await handler.get('/desk/reports')).body)).toEqual(number('handled'))
    expect(numbersOn((await handler.get('/desk/reports?tab=unit')).body)).toEqual(number('units', 'handled'))
    expect(numbersOn((await handler.get('/desk/reports?tab=all')).body)).toEqual(number('units', 'handled'))
    expect(numbersOn((await intake.get('/desk/reports?tab=mine')).body)).toEqual([])
  })

  it('narrows by kind, state, mark and number', async () => {
    const cases: [string, string[]][] = [
      ['kind=delay', ['late']],
      ['state=in-progress', ['handled']],
      ['state=closed', ['closed']],
      ['only=late', ['late', 'slow']],
      ['only=unread&kind=feedback', ['lost', 'fresh', 'units', 'slow']],
      ['only=unassigned&kind=delay', ['late']],
      [`number=${made.closed!.caseNumber.toLowerCase().replaceAll('-', ' ')}`, ['closed']],
      [`number=${made.handled!.caseNumber.slice(0, 12)}`, ['handled']],
      [`number=${made.handled!.caseNumber.slice(3, 13).replace('-', '')}`, ['handled']],
      [
        'kind=nonsense&state=nonsense&only=x&page=-4&tab=zzz',
        ['lost', 'late', 'soon', 'fresh', 'units', 'handled', 'slow'],
      ],
    ]
    for (const [query, names] of cases) {
      expect(numbersOn((await intake.get(`/desk/reports?${query}`)).body), query).toEqual(number(...names))
    }
    const { caseNumber } = made.fresh!
    const wrong = `${caseNumber.slice(0, -1)}${caseNumber.endsWith('A') ? 'B' : 'A'}`
    expect((await intake.get(`/desk/reports?number=${wrong}`)).body).toContain('có ký tự sai')
  })
})

describe('10,000 open reports', () => {
  itWithTimes(
    'give a page within 300 ms at the 95th percentile (feature 64)',
    async () => {
      const kinds = ['feedback', 'delay'] as const
      for (let n = 0; n < 10_000; n += 200) {
        const some = Array.from({ length: 200 }, (_, i) => {
          const receivedAt = new Date(desk.clock.now().getTime() - ((n + i) % 400) * 3_600_000)
          const [officer, unit] = [(n + i) % 60, (n + i) % 12]
          return madeReport({
            receivedAt,
            kind: kinds[(n + i) % 2]!,
            untold: [],
            // 60 handlers in 12 units have four reports of five; the officer who looks is one of them.
            ...((n + i) % 5 === 0
              ? {}
              : {
                  state: 'in-progress' as const,
                  assignee: officer === 1 ? handlerId : `officer-${officer}`,
                  unit: unit === 1 ? 'phòng việc làm' : `phòng ${unit}`,
                }),
          })
        })
        await Promise.all(some.map((report) => desk.reports.store.insert(report)))
      }
      const pages = [
        [intake, '/desk/reports'],
        [intake, '/desk/reports?page=100'],
        [intake, '/desk/reports?kind=delay&only=late'],
        [intake, '/desk/reports?only=unassigned'],
        [handler, '/desk/reports'],
        [handler, '/desk/reports?tab=all'],
      ] as const
      for (const [visitor, path] of pages) {
        const timesMs: number[] = []
        for (let round = 0; round < 20; round++) {
          const start = performance.now()
          const page = await visitor.get(path)
          timesMs.push(performance.now() - start)
          expect(numbersOn(page.body)).toHaveLength(50)
        }
        timesMs.sort((a, b) => a - b)
        const [p50, p95] = [timesMs[9]!, timesMs[18]!]
        console.log(`${path}: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`)
        expect(p95, path).toBeLessThan(300)
      }
      const start = performance.now()
      const unread = />([\d.]+)<\/span><span>Có tin mới</.exec((await intake.get('/desk')).body)![1]!
      console.log(`/desk: ${(performance.now() - start).toFixed(0)} ms`)
      expect(Number(unread.replaceAll('.', ''))).toBeGreaterThan(9_900)
    },
    180_000,
  )
})
