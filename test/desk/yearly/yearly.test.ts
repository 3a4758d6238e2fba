import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quantifierOf } from '../../../src/desk/yearly/quantifier.ts'
import { yearlyDocx } from '../../../src/desk/yearly/yearly-docx.ts'
import { gatherYearly } from '../../../src/desk/yearly/yearly-facts.ts'
import {
  type Block,
  countBlocks,
  makeYearlyReport,
  type YearlyReport,
} from '../../../src/desk/yearly/yearly-report.ts'
import { parseYearlySettings, type YearlySettings } from '../../../src/desk/yearly/yearly-settings.ts'
import type { Report } from '../../../src/reports/report.ts'
import { fraction } from '../../../src/surveys/index/fraction.ts'
import { instant } from '../../reports/read-clocks.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { madeReport } from '../../support/made-report.ts'
import { unzip } from '../../support/unzip.ts'
import { checkTexts, source } from '../../surveys/read-surveys.ts'
import { openDesk, type TestDesk, Visitor } from '../open-desk.ts'
import {
  noRecords,
  type Records,
  shippedYearly,
  surveyDeskWords,
  yearlySources,
  yearlyWords,
} from '../survey-parts.ts'
import { town } from '../surveys/town.ts'

const now = instant('26/11/2026 09:00')
const period = { from: '2025-12-15', to: '2026-11-25' }

function draft(
  records: Records,
  reports: readonly Report[] = [],
  settings: YearlySettings = shippedYearly(),
) {
  const store = {
    async *receivedBetween(_: unknown, from: Date, to: Date) {
      for (const report of reports) if (report.receivedAt >= from && report.receivedAt < to) yield report
    },
  }
  const sources = yearlySources(records, store)
  return gatherYearly(sources, { period, method: 'share45_pooled', now }).then((facts) => ({
    facts,
    report: makeYearlyReport(facts, yearlyWords(settings)),
  }))
}

const wordsOf = (blocks: readonly Block[]) =>
  blocks.map((block) => (block.kind === 'staff' ? `[${block.prompt}]` : block.text)).join('\n')
const section = (report: YearlyReport, number: number) => wordsOf(report.sections[number - 1]!.blocks)
const everything = (report: YearlyReport) => [
  ...report.opening,
  ...report.sections.flatMap(({ blocks }) => blocks),
]
const payment = (outcome?: Report['outcome']) =>
  madeReport({
    kind: 'informal-payment',
    queue: 'restricted',
    receivedAt: instant('03/11/2026 09:00'),
    ...(outcome ? { outcome, state: 'answered' as const, answeredAt: instant('05/11/2026 09:00') } : {}),
  })
const asked = (answers: Record<string, number>) => ({
  day: '2026-06-01',
  questionnaire: { id: 'sipas-19', version: 1 },
  question: 'cau-5',
  answers,
  asked: 40,
})

describe('the yearly draft (feature 84)', () => {
  it('follows the usual structure and marks what staff write', async () => {
    const { report } = await draft(town(600))
    expect(report.sections.map(({ title }) => title)).toEqual([
      '1. Về tiếp cận dịch vụ',
      '2. Về điều kiện phục vụ tiếp đón',
      '3. Về thủ tục hành chính',
      '4. Về sự phục vụ của cán bộ, công chức',
      '5. Về kết quả, tiến độ giải quyết công việc',
      '6. Về tiếp cận, xử lý thông tin phản hồi',
      '7. Đánh giá chung',
    ])
    expect(report.sections.every(({ blocks }) => blocks.some(({ kind }) => kind === 'staff'))).toBe(true)
    expect(report.closing.endsWith('./.')).toBe(true)
    for (const block of everything(report)) {
      if (block.kind !== 'computed') continue
      expect(block.source.text.length).toBeGreaterThan(10)
      expect(block.source.path).toMatch(/^\/desk\/(index|figures)/)
    }
    expect(wordsOf(report.opening)).toContain(
      'từ ngày 15/12/2025 đến hết ngày 25/11/2026, không trùng với năm dương lịch',
    )
  })

  it('says nothing of nothing: an empty installation has no share and no praise', async () => {
    const { report } = await draft(noRecords())
    const words = everything(report)
      .flatMap((block) => (block.kind === 'computed' ? [block.text] : []))
      .join('\n')
    expect(words).not.toMatch(/100(,00)? %|Tất cả|Hầu hết|tuyệt đối/i)
    expect(words).toContain('Không có phiếu khảo sát nào')
    expect(words).toContain('không có câu trả lời hợp lệ trong kỳ nên không có chỉ số')
    expect(words).toContain('nên không có tỷ lệ đúng hạn')
    expect(words).toContain('Không có phản ánh nào nhận trong kỳ')
    expect(words).toContain('không kết luận được từ khảo sát')
    expect(JSON.stringify(report.annex)).not.toMatch(/100,00/)
    expect(everything(report).some((block) => block.kind === 'computed' && block.contradictsPraise)).toBe(
      false,
    )
  })

  it('says plainly how many told of payments, by outcome, and what the survey says', async () => {
    const records = town(600)
    records.outside.push(asked({ 1: 30, 2: 3, 3: 0 }))
    const { report } = await draft(records, [payment('substantiated'), payment(), payment('unsubstantiated')])
    const words = section(report, 4)
    expect(words).toContain(
      'Có 3 phản ánh về khoản tiền ngoài quy định: 1 phản ánh đúng; 1 phản ánh không đúng; 1 chưa có kết luận.',
    )
    expect(words).toContain(
      'Có 3 trong 33 người trả lời khảo sát chọn «Một số người dân phải đưa tiền ngoài quy định',
    )
    expect(words).not.toContain('Không có phản ánh nào về khoản tiền')
  })

  it.each([
    [
      'nobody told, somebody was asked',
      {},
      { 1: 30 },
      [],
      'trong 30 người trả lời câu hỏi khảo sát về việc này không ai cho biết có',
    ],
    ['nobody was asked', {}, {}, [], 'không kết luận được từ khảo sát'],
    ['a report in spite of a clean survey', {}, { 1: 30 }, [payment()], 'Có 1 phản ánh về khoản tiền'],
  ])('%s', async (_, __, answers, reports, expected) => {
    const records = town(100)
    records.outside.push(asked(answers))
    expect(section((await draft(records, reports)).report, 4)).toContain(expected)
  })

  it('row 62: says how often a report was offered after a bad answer, and how often one was begun', async () => {
    const records = { ...town(60), lowScores: { low: 12, offered: 11, begun: 3 } }
    const { report } = await draft(records)
    expect(wordsOf(everything(report))).toContain(
      'mời gửi phản ánh 11 lần; bấm nút viết phản ánh ít hơn 5 lần.',
    )
    const silent = await draft(town(60))
    expect(wordsOf(everything(silent.report))).not.toContain('mời gửi phản ánh')
  })

  it('does not take what it cannot read for nothing', async () => {
    const { reports: _, ...sources } = yearlySources(town(100), { async *receivedBetween() {} })
    const facts = await gatherYearly(sources, { period, method: 'share45_pooled', now })
    const report = makeYearlyReport(facts, yearlyWords())
    expect(section(report, 5)).toContain('Chưa có số về thời gian giải quyết theo người dân kể')
    expect(section(report, 4)).toContain('Hệ thống chưa nhận phản ánh')
    expect(section(report, 6)).not.toContain('Không có phản ánh nào')
  })

  it('names late dossiers, and says "all" only when none is late or overdue', async () => {
    const records = town(600)
    const late = records.dossiers.filter(({ doneDay, dueDay }) => doneDay! > dueDay!).length
    const words = section((await draft(records)).report, 5)
    expect(words).toContain(`Có ${late} hồ sơ trả kết quả trễ hạn và 0 hồ sơ quá hạn`)
    expect(words).not.toContain('Tất cả 600')
    records.dossiers = records.dossiers.filter(({ doneDay, dueDay }) => doneDay! <= dueDay!)
    const good = section((await draft(records)).report, 5)
    expect(good).toContain(
      `Tất cả ${records.dossiers.length} hồ sơ có kết quả trong kỳ được giải quyết sớm hoặc đúng hạn`,
    )
    const [first] = records.dossiers
    records.dossiers.push({
      ...first!,
      status: 'processing',
      doneDay: undefined,
      returnedDay: undefined,
    } as never)
    expect(section((await draft(records)).report, 5)).toContain('1 hồ sơ quá hạn chưa có kết quả')
  })

  it('gives the index with interval and silence; the year before from records, else as published', async () => {
    const records = town(600)
    const { report, facts } = await draft(records)
    const words = section(report, 7)
    const value = (facts.index.result.whole.value! / 100).toFixed(2).replace('.', ',')
    expect(words).toContain(`Chỉ số hài lòng (SIPS) của kỳ là ${value} %`)
    expect(words).toContain('câu không được trả lời')
    expect(words).toContain('Không có số liệu cùng kỳ năm trước')
    records.forms.push(...records.forms.map(({ day, form }) => ({ day: day.replace('2026', '2025'), form })))
    expect(section((await draft(records)).report, 7)).toContain(
      'Chênh 0,00 điểm phần trăm, chưa thể coi là thay đổi',
    )
  })

  it('says which days between two reports are lost or counted twice', async () => {
    const opening = async (previousPeriod: { from: string; to: string }) =>
      wordsOf((await draft(noRecords(), [], { ...shippedYearly(), previousPeriod })).report.opening)
    expect(await opening({ from: '2024-12-15', to: '2025-11-25' })).toContain(
      'có 19 ngày không thuộc báo cáo nào (từ 26/11/2025 đến 14/12/2025)',
    )
    expect(await opening({ from: '2024-12-15', to: '2025-12-20' })).toContain(
      'Có 6 ngày được tính ở cả báo cáo trước và báo cáo này',
    )
    expect(await opening({ from: '2024-12-15', to: '2025-12-14' })).not.toMatch(/báo cáo trước/)
  })
})

describe('the table of quantifiers', () => {
  const { bands } = shippedYearly().quantifiers
  it.each([
    [100, 100, 'Tất cả'],
    [99_996, 100_000, 'Hầu hết'],
    [90, 100, 'Hầu hết'],
    [8_999, 10_000, 'Phần lớn'],
    [70, 100, 'Phần lớn'],
    [50, 100, 'Đa số'],
    [49, 100, undefined],
    [0, 100, undefined],
  ])('%i of %i is %s', (part, whole, word) => {
    expect(quantifierOf(fraction(part * 100, whole), bands)).toBe(word)
  })

  it('says "all" of all only', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (part, more) => {
        expect(quantifierOf(fraction(part * 100, part + more), bands)).not.toBe('Tất cả')
      }),
    )
  })

  it('is refused out of order, with its line', () => {
    const { name, text } = source('data/yearly-report.yaml')
    const wrong = text.replace("atLeast: '70,00'", "atLeast: '95,00'")
    const parsed = parseYearlySettings({ name, text: wrong }, checkTexts, surveyDeskWords)
    const line = text.split('\n').findIndex((one) => one.includes("'70,00'")) + 1
    expect(parsed).toMatchObject({ kind: 'problems', problems: [{ file: name, line }] })
  })
})

describe('the file', () => {
  it('is a Word document with a footnote a figure, the same bytes for the same records and time', async () => {
    const { report } = await draft(town(600), [payment()])
    const file = await yearlyDocx(report, surveyDeskWords, now)
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    expect((await yearlyDocx(report, surveyDeskWords, now)).equals(file)).toBe(true)
    const files = unzip(file)
    const document = files.get('word/document.xml')!
    const { computed, staff } = countBlocks(report)
    expect(document.match(/<w:footnoteReference /g)).toHaveLength(computed)
    expect(document.match(/\[Cán bộ viết: /g)).toHaveLength(staff)
    expect(files.get('word/footnotes.xml')!.match(/Nguồn: /g)).toHaveLength(computed)
    const plain = document
      .replace(/<[^>]+>/g, '')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&')
    for (const block of everything(report)) if (block.kind === 'computed') expect(plain).toContain(block.text)
    for (const { rows } of report.annex.tables) for (const cell of rows.flat()) expect(plain).toContain(cell)
    expect(files.get('docProps/core.xml')).toContain('2026-11-26T02:00:00Z')
    expect(document).not.toMatch(/undefined|NaN/)
  })
})

describe('at the desk', () => {
  let database: TestDatabase
  let desk: TestDesk
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'motcua-yearly-'))
    database = await openTestDatabase()
    desk = await openDesk(database, { surveyRecords: town(200) })
  }, 60_000)
  afterAll(async () => {
    await desk?.close()
    await database?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('reads as the file does, and the download is written down', async () => {
    const { id, secret } = await desk.add('lanh.dao', ['leader'])
    const visitor = new Visitor(desk)
    await visitor.signIn('lanh.dao', secret)
    const page = await visitor.get('/desk/yearly?from=2026-01-01&to=2026-11-23')
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('7. Đánh giá chung')
    expect(page.body).not.toMatch(/ style=|NaN|undefined/)
    const docx = await visitor.get('/desk/yearly/report.docx?from=2026-01-01&to=2026-11-23')
    expect(docx.headers['content-disposition']).toBe(
      'attachment; filename="bao-cao-nam_2026-01-01_2026-11-23.docx"',
    )
    await writeFile(join(folder, 'a.docx'), docx.rawPayload)
    const plain = unzip(docx.rawPayload)
      .get('word/document.xml')!
      .replace(/<[^>]+>/g, '')
    const shown = page.body.replace(/<[^>]+>/g, ' ')
    for (const [sentence] of plain.matchAll(/Trong \d+ hồ sơ có kết quả trong kỳ: [^.]*\./g)) {
      expect(shown).toContain(sentence)
    }
    const [row] = await desk.audit.log.list({ actions: ['data-exported'] }, { limit: 1 })
    expect(row).toMatchObject({
      officer: id,
      subject: 'yearly:docx',
      detail: { from: '2026-01-01', to: '2026-11-23' },
    })
  })
})
