import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guardFormula, reportsCsv } from '../../../src/desk/figures/reports-csv.ts'
import type { Report } from '../../../src/reports/report.ts'
import { instant } from '../../reports/read-clocks.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { calendar, madeReport } from '../../support/made-report.ts'
import { figuresWords } from '../notice-parts.ts'
import { openDesk, type TestDesk, Visitor } from '../open-desk.ts'

let database: TestDatabase
let desk: TestDesk
const visitors = new Map<string, Visitor>()
const ids = new Map<string, string>()

beforeAll(async () => {
  database = await openTestDatabase()
  desk = await openDesk(database)
  for (const [name, roles, more] of [
    ['tat.ca', ['intake'], { mayOpenRestricted: true }],
    ['lanh.dao', ['leader'], {}],
    ['quan.tri', ['admin'], {}],
    ['lien.quan', ['intake'], { mayOpenRestricted: true }],
  ] as const) {
    const { id, secret } = await desk.add(name, [...roles], more)
    const visitor = new Visitor(desk)
    await visitor.signIn(name, secret)
    visitors.set(name, visitor)
    ids.set(name, id)
  }
  for (const report of manyReports()) expect(await desk.reports.store.insert(report)).toBe('stored')
}, 60_000)
afterAll(async () => {
  await desk?.close()
  await database?.close()
})

/** Of every kind and fate, in whole seconds as a CSV shows them; two lie outside of the period. */
function manyReports(): Report[] {
  const at = (day: string, time = '09:00') => instant(`${day}/2026 ${time}`)
  const answer = (day: string, time?: string): Partial<Report> => ({
    state: 'answered',
    answeredAt: at(day, time),
    outcome: 'unsubstantiated',
  })
  const about = { concerns: { officers: [ids.get('lien.quan')!], units: [] } }
  return [
    madeReport({ receivedAt: at('02/11'), ...answer('16/11', '17:00:00') }),
    madeReport({
      receivedAt: at('02/11'),
      ...answer('16/11', '17:00:01'),
      kind: 'delay',
      identityMode: 'named',
    }),
    madeReport({ receivedAt: at('03/11'), ...answer('05/11'), kind: 'delay', ...about }),
    madeReport({ receivedAt: at('03/11') }),
    madeReport({ receivedAt: at('20/11'), kind: 'informal-payment', queue: 'restricted' }),
    madeReport({ receivedAt: at('04/11'), state: 'forwarded', forwardedAt: at('06/11') }),
    madeReport({
      receivedAt: at('02/11'),
      kind: 'informal-payment',
      queue: 'outside',
      identityMode: 'confidential',
      ...answer('23/11', '08:30:00'),
      state: 'closed',
      closedAt: at('23/11', '08:45:00'),
      closedBecause: 'silence',
      cycle: 2,
      reopenedAt: at('10/11'),
      deadlines: madeReport({ receivedAt: at('10/11') }).deadlines,
      firstAnswer: { answeredAt: at('06/11'), dueAt: at('16/11', '17:00') },
    }),
    madeReport({ receivedAt: at('01/11', '00:00'), deadlines: { missingYear: 2026 } }),
    madeReport({ receivedAt: at('31/10', '23:59:59') }),
    madeReport({ receivedAt: at('24/11', '00:00') }),
  ]
}

const period = 'from=2026-11-01&to=2026-11-23'
const rowsOf = (csv: string): Record<string, string>[] =>
  parse(csv, { bom: true, delimiter: ';', columns: true })

/** What the page shows: each row of each table as its cells. */
function shownOn(html: string): Map<string, string[]> {
  const rows = [...html.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row]) =>
    [...row!.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell]) =>
      cell!.replace(/<[^>]+>/g, '').trim(),
    ),
  )
  return new Map(rows.map(([heading, ...cells]) => [heading!, cells]))
}

describe('the page of figures (feature 72)', () => {
  it('shows what a reader counts again from the CSV', async () => {
    const visitor = visitors.get('tat.ca')!
    const page = await visitor.get(`/desk/figures?${period}`)
    const csv = await visitor.get(`/desk/figures/reports.csv?${period}`)
    const rows = rowsOf(csv.body)
    expect(rows).toHaveLength(8)
    const shown = shownOn(page.body)

    const count = (matches: (row: Record<string, string>) => boolean) => rows.filter(matches).length
    const word = (part: number, whole: number) =>
      whole === 0 ? 'Không có' : `${((part / whole) * 100).toFixed(2).replace('.', ',')} %`
    const expectRow = (label: string, part: number, whole: number) =>
      expect(shown.get(label), label).toEqual([String(part), String(whole), word(part, whole)])

    expect(page.body).toContain(`n = ${rows.length}`)
    for (const kind of ['Góp ý', 'Chậm trễ, phiền hà', 'Đòi tiền ngoài quy định']) {
      expectRow(
        kind,
        count((row) => row.Loại === kind),
        rows.length,
      )
    }
    for (const mode of ['Có tên', 'Giữ bí mật', 'Ẩn danh']) {
      expectRow(
        mode,
        count((row) => row['Cách ghi tên'] === mode),
        rows.length,
      )
    }

    // From the dates alone, one term a row and a second one when it was reopened.
    const now = '2026-11-23 09:02:00'
    const terms = rows.flatMap((row) => {
      const first = { due: row['Hạn trả lời (+07:00)']!, at: row['Trả lời lúc (+07:00)']! }
      const second = { due: row['Hạn lần hai (+07:00)']!, at: row['Trả lời lần hai lúc (+07:00)']! }
      const forwarded = row['Chuyển cơ quan khác lúc (+07:00)'] !== ''
      return [
        { ...first, forwarded },
        ...(row['Mở lại lúc (+07:00)'] ? [{ ...second, forwarded: false }] : []),
      ]
    })
    const inTime = terms.filter(({ due, at }) => at !== '' && due !== '' && at <= due).length
    const late = terms.filter(({ due, at }) => at !== '' && due !== '' && at > due).length
    const waiting = terms.filter(({ at, forwarded }) => at === '' && !forwarded)
    const openLate = waiting.filter(({ due }) => due !== '' && due < now).length
    expectRow('Đã trả lời trong hạn', inTime, terms.length)
    expectRow('Đã trả lời quá hạn', late, terms.length)
    expectRow(
      'Đã chuyển cơ quan khác',
      terms.filter(({ at, forwarded }) => at === '' && forwarded).length,
      terms.length,
    )
    expectRow('Chưa trả lời, quá hạn', openLate, terms.length)
    expectRow('Chưa trả lời, còn hạn', waiting.filter(({ due }) => due >= now).length, terms.length)
    expectRow('Chưa trả lời, chưa đặt được hạn', waiting.filter(({ due }) => due === '').length, terms.length)
    expectRow('Trả lời trong hạn', inTime, inTime + late + openLate)
    expect([inTime, late, openLate]).toEqual([4, 1, 1])

    const answered = count((row) => row['Trả lời lúc (+07:00)'] !== '')
    expectRow(
      'Mở lại vì chưa thoả đáng',
      count((row) => row['Mở lại lúc (+07:00)'] !== ''),
      answered,
    )
    const closed = count((row) => row['Đóng lúc (+07:00)'] !== '')
    expectRow(
      'Đóng vì không có hồi âm',
      count((row) => row['Đóng vì'] === 'không có hồi âm'),
      closed,
    )
    const outcomes = rows.map((row) => row['Kết quả']!).filter((outcome) => outcome !== '')
    for (const outcome of ['Phản ánh đúng', 'Phản ánh không đúng', 'Bịa đặt', 'Chưa xác định được']) {
      expectRow(outcome, outcomes.filter((one) => one === outcome).length, outcomes.length)
    }
    const days = rows
      .flatMap((row) => [row['Số ngày làm việc']!, row['Số ngày làm việc lần hai']!])
      .filter((cell) => cell !== '')
      .map(Number)
      .sort((a, b) => a - b)
    expect(shown.get('Trung vị')).toEqual([`${days[Math.floor(days.length / 2)]} ngày`, String(days.length)])
    expect(days.length % 2).toBe(1)
  })

  it('says the period and when, and every table how it is counted', async () => {
    const { body } = await visitors.get('quan.tri')!.get(`/desk/figures?${period}`)
    expect(body).toContain('Phản ánh nhận từ 01/11/2026 đến hết 23/11/2026')
    expect(body.match(/Cách tính: /g)).toHaveLength(7)
    for (const { caseNumber } of manyReports()) expect(body).not.toContain(caseNumber)
  })

  it('of a period without reports shows no share at all', async () => {
    const { body } = await visitors.get('quan.tri')!.get('/desk/figures?from=2025-01-01&to=2025-01-31')
    expect([...shownOn(body).values()].flat().join()).not.toContain('%')
    expect(shownOn(body).get('Trả lời trong hạn')).toEqual(['0', '0', 'Không có'])
    expect(shownOn(body).get('Trung vị')).toEqual(['Không có', '0'])
  })

  it('takes the year until today for what is no period', async () => {
    const visitor = visitors.get('quan.tri')!
    const wrong = await visitor.get('/desk/figures?from=2026-12-01&to=2026-11-01')
    expect(wrong.body).toContain('từ 01/01/2026 đến hết 23/11/2026')
    expect(wrong.body).toContain('Ngày bắt đầu phải trước')
    const nonsense = await visitor.get('/desk/figures?from=x&to=2026-02-31')
    expect(nonsense.body).toContain('từ 01/01/2026 đến hết 23/11/2026')
    expect(nonsense.statusCode).toBe(200)
  })
})

describe('the export', () => {
  it('holds only what the officer may see, and is written down', async () => {
    const caseNumbers = async (name: string) => {
      const { body } = await visitors.get(name)!.get(`/desk/figures/reports.csv?${period}`)
      return rowsOf(body).length
    }
    // Leaders see neither the restricted queue nor what is about leaders; nobody sees what is about them.
    expect(await caseNumbers('lanh.dao')).toBe(6)
    expect(await caseNumbers('lien.quan')).toBe(7)
    const [row] = await desk.audit.log.list({ actions: ['data-exported'] }, { limit: 1 })
    expect(row).toMatchObject({
      officer: ids.get('lien.quan'),
      subject: 'reports:csv',
      detail: { from: '2026-11-01', to: '2026-11-23', count: 7 },
    })
    const { body } = await visitors.get('lanh.dao')!.get(`/desk/figures?${period}`)
    expect(body).toContain('chỉ gồm phản ánh Ông/Bà được xem')
    expect((await visitors.get('quan.tri')!.get(`/desk/figures?${period}`)).body).not.toContain('reports.csv')
    expect((await visitors.get('quan.tri')!.get('/desk/figures/reports.csv')).statusCode).toBe(403)
  })

  it('is a file that Excel opens: the mark of UTF-8, semicolons, times in Viet Nam', async () => {
    const csv = await visitors.get('tat.ca')!.get(`/desk/figures/reports.csv?${period}`)
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(csv.headers['content-disposition']).toBe(
      'attachment; filename="phan-anh-duoc-xem_2026-11-01_2026-11-23.csv"',
    )
    expect([...csv.rawPayload.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const [head, first] = csv.body.slice(1).split('\r\n')
    expect(head).toContain('"Mã phản ánh";"Loại";"Cách ghi tên";"Nhận lúc (+07:00)";"Hạn trả lời (+07:00)"')
    expect(first).toContain('"2026-11-01 00:00:00"')
    const row = rowsOf(csv.body).find((one) => one['Đóng vì'] !== '')
    expect(row).toMatchObject({
      'Hạn trả lời (+07:00)': '2026-11-16 17:00:00',
      'Trả lời lần hai lúc (+07:00)': '2026-11-23 08:30:00',
      'Quy định': 'office.answer.default',
      'Điều luật': 'mức do cơ quan đặt',
    })
  })

  it('guards every cell that a spreadsheet would take for a formula, whatever stands in it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('=', '+', '-', '@', '\t', '\r', '＝'),
        (rest, sign) => {
          const article = `${sign}${rest}`
          const report = madeReport()
          const answer = { ...report.deadlines.answer!, article, ruleId: `${sign}cmd|' /C calc'!A0` }
          const csv = reportsCsv([{ ...report, deadlines: { answer } }], {
            texts: figuresWords,
            calendar,
            now: instant('23/11/2026 09:00'),
          })
          const [row] = rowsOf(csv)
          expect(row!['Điều luật']).toBe(`'${article}`)
          expect(row!['Quy định']!.startsWith("'")).toBe(true)
        },
      ),
      { numRuns: 100 },
    )
  })

  it.each([
    ['=1+1', "'=1+1"],
    [' =1+1', "' =1+1"],
    ['-5', "'-5"],
    ['PA-261123-2345-6', 'PA-261123-2345-6'],
    ['Nghị định 20/2008/NĐ-CP', 'Nghị định 20/2008/NĐ-CP'],
    ['', ''],
  ])('%j becomes %j', (cell, expected) => {
    expect(guardFormula(cell)).toBe(expected)
  })
})
