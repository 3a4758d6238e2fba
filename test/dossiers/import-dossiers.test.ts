import fc from 'fast-check'
import { beforeEach, describe, expect, it, test } from 'vitest'
import { type ImportDossiersOptions, importDossiers } from '../../src/dossiers/import-dossiers.ts'
import { sayOutcome } from '../../src/dossiers/say-summary.ts'
import { type MadeCell, type WorkbookOptions, workbook } from './formats/made-workbook.ts'
import { numbered } from './made-dossier.ts'
import { memoryDossierStore } from './memory-dossier-store.ts'
import { hasher, shippedContent, texts } from './read-dossier-content.ts'

const content = shippedContent()
const now = new Date('2026-11-23T03:00:00Z')
let memory: ReturnType<typeof memoryDossierStore>
beforeEach(() => {
  memory = memoryDossierStore()
})

function take(bytes: Uint8Array | string, options: Partial<ImportDossiersOptions> = {}, name = 'ho-so.csv') {
  const file = { name, bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes }
  return importDossiers(file, { store: memory.store, ...content, texts, hasher }, { now, ...options })
}

const header =
  'Mã hồ sơ,Mã TTHC,Tên thủ tục,Đơn vị,Họ tên người nộp,Số điện thoại,Ngày tiếp nhận,Ngày hẹn trả,Ngày trả kết quả,Trạng thái'
/** One row with what matters to a test; the rest is in order. */
function row(
  parts: Partial<Record<'code' | 'procedure' | 'received' | 'due' | 'returned' | 'status', string>> = {},
): string {
  const {
    code = numbered(1),
    procedure = '1.014199',
    received = '02/11/2026',
    due = '12/11/2026',
    returned = '',
    status = 'Đang xử lý',
  } = parts
  return `${code},${procedure},Cấp giấy phép lao động,Phòng Việc làm,Nguyễn Văn A,0905 123 456,${received},${due},${returned},${status}`
}
const csv = (...rows: readonly string[]) => [header, ...rows, ''].join('\r\n')

async function problemsOf(bytes: Uint8Array | string, name?: string): Promise<string[]> {
  const outcome = await take(bytes, {}, name)
  if (outcome.kind !== 'problems') throw new Error(`taken: ${JSON.stringify(outcome)}`)
  expect(outcome.count).toBe(outcome.problems.length)
  expect(memory.begun()).toBe(0)
  return outcome.problems.map(({ line, message }) => (line === undefined ? message : `${line}: ${message}`))
}

describe('a file', () => {
  it('is taken over, without anything of a person', async () => {
    const outcome = await take(
      csv(row(), row({ code: numbered(2), returned: '10/11/2026', status: 'Đã trả kết quả' })),
    )
    expect(outcome).toMatchObject({
      kind: 'imported',
      import: { source: 'ho-so.csv', summary: { rows: 2, new: 2, newDone: 1 } },
    })
    const kept = JSON.stringify([...memory.kept.values()])
    for (const personal of ['Nguyễn', '0905', '3456', '123456']) expect(kept).not.toContain(personal)
    expect(memory.kept.get(numbered(2))).toMatchObject({
      status: 'returned',
      doneDay: '2026-11-10',
      returnedDay: '2026-11-10',
      digitsHashes: [hasher.hash(numbered(2), '3456')],
    })
  })

  it('taken twice changes nothing', async () => {
    const file = csv(row(), row({ code: numbered(2) }))
    await take(file)
    const before = [...memory.kept.values()]
    expect(await take(file)).toMatchObject({
      kind: 'unchanged',
      summary: { new: 0, changed: 0, unchanged: 2, older: 0 },
    })
    expect([...memory.kept.values()]).toEqual(before)
    expect(memory.events).toEqual([])
  })

  it('of a later day replaces, with an event for each change; one of an earlier day does not', async () => {
    await take(csv(row(), row({ code: numbered(2) })), { asOf: new Date('2026-11-05T00:00:00Z') })
    const later = csv(
      row({ returned: '10/11/2026', status: 'Đã trả kết quả' }),
      row({ code: numbered(2), due: '20/11/2026' }),
    )
    const asOf = new Date('2026-11-11T00:00:00Z')
    const dry = await take(later, { asOf, isDryRun: true })
    const summary = {
      rows: 2,
      new: 0,
      changed: 2,
      unchanged: 0,
      older: 0,
      statusChanges: [{ from: 'processing', to: 'returned', count: 1 }],
      backward: 0,
      dueMoved: 1,
      withoutTelephone: 0,
      newDone: 0,
      unknownColumns: [],
    }
    expect(dry).toEqual({ kind: 'dry-run', summary })
    expect(memory.kept.get(numbered(1))?.status).toBe('processing')

    expect(await take(later, { asOf })).toMatchObject({ kind: 'imported', import: { summary } })
    expect(memory.events.map(({ id }) => id)).toEqual([`${numbered(1)}@2`, `${numbered(2)}@2`])
    const earlier = await take(csv(row()), { asOf: new Date('2026-11-06T00:00:00Z') })
    expect(earlier).toMatchObject({ kind: 'unchanged', summary: { older: 1 } })
    expect(sayOutcome(dry, content.mapping, texts)).toEqual([
      'Xem thử 2 dòng, chưa ghi.',
      'Mới 0, đổi 2, như cũ 0, cũ hơn bản đang giữ 0.',
      '  Đang xử lý → Đã trả kết quả: 1',
      'Đổi ngày hẹn: 1 hồ sơ. Đúng hạn vẫn tính theo ngày hẹn đầu.',
    ])
  })

  it('with one wrong row among many is not taken at all', async () => {
    const rows = Array.from({ length: 1_500 }, (_, index) => row({ code: numbered(index + 1) }))
    rows[1_234] = row({ code: numbered(1_235), due: '31/02/2026' })
    expect(await problemsOf(csv(...rows))).toEqual([
      '1236: Cột «Ngày hẹn trả»: «31/02/2026» không có trong lịch. Sửa lại ngày, dạng 23/11/2026.',
    ])
    expect(memory.kept.size).toBe(0)
  })

  it('may have a title above, columns in any order, columns nobody knows and an empty line between', async () => {
    const file = `DANH SÁCH HỒ SƠ,,,,\n,,,,\nTRANG THAI,ghi chú,NgayHenTra,Ngày nhận,Mã số hồ sơ,Cột lạ\nđang xử lý,mật,12/11/2026,02/11/2026,${numbered(1)},x\n\nĐANG XỬ LÝ,,12/11/2026,02/11/2026,${numbered(2)},y\n`
    expect(await take(file)).toMatchObject({
      kind: 'imported',
      import: { summary: { new: 2, withoutTelephone: 2, unknownColumns: ['Cột lạ'] } },
    })
    expect(JSON.stringify([...memory.kept.values()])).not.toContain('mật')
  })

  test.each([
    ['semicolon', (text: string) => text.replaceAll(',', ';')],
    ['tab', (text: string) => text.replaceAll(',', '\t')],
    ['sep=', (text: string) => `sep=;\r\n${text.replaceAll(',', ';')}`],
  ])('is separated by %s', async (_, separated) => {
    expect(await take(separated(csv(row())))).toMatchObject({
      kind: 'imported',
      import: { summary: { new: 1 } },
    })
  })

  it('keeps its separators inside quotes apart, lines too', async () => {
    const quoted = row().replace('Cấp giấy phép lao động', '"Cấp, gia hạn\n""giấy phép"""')
    const file = `${csv(quoted)}${row({ code: 'sai' })}\r\n`
    expect(await problemsOf(file)).toEqual([
      expect.stringMatching(/^4: Cột «Mã hồ sơ»: «sai» không phải mã hồ sơ/),
    ])
    expect(await take(csv(quoted))).toMatchObject({ kind: 'imported' })
    expect(memory.kept.get(numbered(1))?.procedureName).toBe('Cấp, gia hạn "giấy phép"')
  })

  test.each([
    ['UTF-16', Buffer.from(`\ufeff${csv(row())}`, 'utf16le')],
    ['UTF-16 big-endian', Buffer.from(`\ufeff${csv(row())}`, 'utf16le').swap16()],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${csv(row())}`)],
  ])('may be %s', async (_, bytes) => {
    expect(await take(bytes)).toMatchObject({
      kind: 'imported',
      import: { summary: { new: 1, unknownColumns: [] } },
    })
    expect(memory.kept.get(numbered(1))?.procedureName).toBe('Cấp giấy phép lao động')
  })

  it('tells how far it is', async () => {
    const seen: string[] = []
    const rows = Array.from({ length: 2_600 }, (_, index) => row({ code: numbered(index + 1) }))
    let last = 0
    await take(csv(...rows), {
      onProgress({ phase, rows, share }) {
        seen.push(phase)
        expect(rows).toBeLessThanOrEqual(2_600)
        expect(share).toBeGreaterThanOrEqual(phase === 'checking' || seen.at(-2) === phase ? last : 0)
        last = share
      },
    })
    expect(new Set(seen)).toEqual(new Set(['checking', 'storing']))
    expect(last).toBe(1)
  })
})

describe('a row is refused', () => {
  const day = (column: string, words: string) => `2: Cột «${column}»: ${words}`
  test.each([
    [row({ code: '' }), day('Mã hồ sơ', 'thiếu mã hồ sơ')],
    [row({ code: 'Tổng cộng' }), day('Mã hồ sơ', '«Tổng cộng» không phải mã hồ sơ')],
    [
      row({ code: 'OOO.00.06.H32-261102-0001' }),
      day('Mã hồ sơ', `«OOO.00.06.H32-261102-0001» có chữ O thay cho số 0. Có phải là ${numbered(1)}?`),
    ],
    [
      row({ code: '000.00.06.H32-261402-0001' }),
      day('Mã hồ sơ', '«000.00.06.H32-261402-0001» có ngày không có trong lịch'),
    ],
    [
      row({ code: '000.00.06.H32-261124-0001' }),
      day('Mã hồ sơ', '«000.00.06.H32-261124-0001» mang ngày chưa tới'),
    ],
    [row({ status: '' }), day('Trạng thái', 'thiếu trạng thái')],
    [
      row({ status: 'Đang bay' }),
      day('Trạng thái', 'không có trạng thái «Đang bay». Dùng một trong: Mới đăng ký, Được tiếp nhận'),
    ],
    [row({ received: '' }), day('Ngày tiếp nhận', 'thiếu ngày tiếp nhận')],
    [row({ received: '24/11/2026', due: '' }), day('Ngày tiếp nhận', 'ngày 24/11/2026 chưa tới')],
    [row({ received: '02/11/1926', due: '' }), day('Ngày tiếp nhận', 'ngày 02/11/1926 quá xa')],
    [row({ received: '2/11/26' }), day('Ngày tiếp nhận', '«2/11/26» chỉ ghi hai số của năm')],
    [row({ received: '11/22/2026' }), day('Ngày tiếp nhận', '«11/22/2026» ghi tháng trước ngày')],
    [row({ due: 'sớm' }), day('Ngày hẹn trả', '«sớm» không phải ngày')],
    [row({ due: '01/11/2026' }), day('Ngày hẹn trả', 'ngày hẹn 01/11/2026 trước ngày tiếp nhận 02/11/2026')],
    [
      row({ due: '12/11/2062' }),
      day('Ngày hẹn trả', 'ngày hẹn 12/11/2062 cách ngày tiếp nhận 02/11/2026 hơn mười năm'),
    ],
    [
      row({ returned: '24/11/2026', status: 'Đã trả kết quả' }),
      day('Ngày trả kết quả', 'ngày 24/11/2026 chưa tới'),
    ],
    [
      row({ returned: '01/11/2026', status: 'Đã trả kết quả' }),
      day('Ngày trả kết quả', 'ngày 01/11/2026 trước ngày tiếp nhận 02/11/2026'),
    ],
    [row({ status: 'Đã trả kết quả' }), day('Trạng thái', 'hồ sơ «Đã trả kết quả» mà không có ngày')],
    [row({ returned: '10/11/2026' }), day('Ngày trả kết quả', 'hồ sơ «Đang xử lý» mà đã có ngày kết quả')],
    [row({ procedure: '1.0141' }), day('Mã thủ tục', '«1.0141» không phải mã thủ tục')],
    [`${row()},thừa`, '2: Dòng này có nhiều hơn 10 ô'],
    [`${row()}\r\n${row()}`, `3: Mã ${numbered(1)} đã có ở dòng 2`],
    [`${row()}\r\n${row({ code: '000.00.06.h32–261102–0001' })}`, `3: Mã ${numbered(1)} đã có ở dòng 2`],
  ])('%s', async (text, problem) => {
    const problems = await problemsOf(csv(text))
    expect(problems).toEqual([expect.stringContaining(problem)])
    // What is wrong, then how to mend it.
    expect(
      problems[0]!.split('. ').length + problems[0]!.split('? ').length + problems[0]!.split(': ').length,
    ).toBeGreaterThan(3)
    expect(problems[0]).not.toContain('0905')
  })

  it('with all its faults at once', async () => {
    expect(await problemsOf(csv(row({ code: 'x', received: '31/02/2026', status: '?' })))).toHaveLength(3)
  })

  it('and when there are very many, they are counted', async () => {
    const outcome = await take(csv(...Array.from({ length: 900 }, () => row({ code: 'x' }))))
    expect(outcome).toMatchObject({ kind: 'problems', count: 900 })
    expect(outcome.kind === 'problems' && outcome.problems.length).toBe(200)
    expect(sayOutcome(outcome, content.mapping, texts)).toEqual([
      '… và 700 lỗi khác',
      'Có 900 lỗi. Chưa nhận gì từ tệp này.',
    ])
  })

  const wide = (columns: string, cells: string) =>
    `Mã hồ sơ,Ngày tiếp nhận,Ngày hẹn trả,Trạng thái,${columns}\n${numbered(1)},02/11/2026,12/11/2026,Đang xử lý,${cells}\n`
  test.each([
    ['Ngày có kết quả', '10/11/2026', 'hồ sơ «Đang xử lý» mà đã có ngày kết quả'],
    ['Ngày cập nhật', '24/11/2026', 'ngày 24/11/2026 chưa tới'],
    ['Ngày hẹn trả lại', '01/11/2026', 'trước ngày tiếp nhận'],
    ['Ngày tạm dừng', '01/11/2026', 'tạm dừng ngày 01/11/2026, trước ngày tiếp nhận'],
    ['Ngày tiếp tục', '10/11/2026', 'mà không có ngày tạm dừng trước đó'],
    ['Số văn bản tạm dừng', 'thiếu giấy', 'đây không phải số văn bản'],
  ])('for its %s', async (column, cell, problem) => {
    expect(await problemsOf(wide(column, cell))).toEqual([expect.stringContaining(problem)])
  })

  it('when it was handed over before there was a result', async () => {
    const file = `Mã hồ sơ,Ngày tiếp nhận,Ngày hẹn trả,Trạng thái,Ngày có kết quả,Ngày trả\n${numbered(1)},02/11/2026,12/11/2026,Đã trả kết quả,12/11/2026,11/11/2026\n`
    expect(await problemsOf(file)).toEqual([
      expect.stringContaining('trả kết quả ngày 11/11/2026, trước ngày có kết quả 12/11/2026'),
    ])
  })
})

describe('a whole file is refused', () => {
  test.each([
    ['', 'Tệp trống'],
    ['\n\n', 'Không thấy dòng tên cột'],
    ['xin chào\n', 'Không thấy dòng tên cột'],
    [`${header}\n`, 'không có hồ sơ nào'],
    ['Mã hồ sơ,Ngày tiếp nhận,Ngày hẹn trả\nx,y,z\n', 'Thiếu cột «Trạng thái». Thêm cột'],
    ['Mã hồ sơ,Số hồ sơ,Ngày tiếp nhận,Ngày hẹn trả,Trạng thái\n', 'cột «Số hồ sơ» là cột thứ hai'],
    [`${csv(row())}"mở ngoặc không đóng,${'x,'.repeat(20_000)}\n`, 'dấu nháy kép mở mà không đóng'],
    ['<html><body><table><tr><td>Mã hồ sơ</td></tr></table></body></html>', 'trang web mang tên .xls'],
    ['%PDF-1.7\n', 'không phải bảng'],
  ])('%j', async (text, problem) => {
    expect(await problemsOf(text)).toEqual([expect.stringContaining(problem)])
  })

  it('when it is an old or locked workbook, broken, or no text', async () => {
    expect(await problemsOf(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).toEqual([
      expect.stringContaining('đời cũ (.xls) hoặc có mật khẩu'),
    ])
    expect(await problemsOf(Buffer.from('PK\x03\x04 nửa chừng', 'latin1'))).toEqual([
      expect.stringContaining('bị hỏng'),
    ])
    expect(await problemsOf(Buffer.concat([Buffer.from('\ufeffMã,'), Buffer.from([0xc3, 0x28])]))).toEqual([
      expect.stringContaining('Không đọc được chữ'),
    ])
  })

  it('when it has more rows than the settings allow', async () => {
    const settings = { ...content.settings, import: { maxFileMegabytes: 1, maxRows: 2 } }
    const parts = { store: memory.store, ...content, settings, texts }
    const rows = [1, 2, 3].map((index) => row({ code: numbered(index) }))
    const file = (text: string) => ({ name: 'a.csv', bytes: Buffer.from(text) })
    expect(await importDossiers(file(csv(...rows)), parts, { now })).toMatchObject({
      kind: 'problems',
      problems: [{ message: expect.stringContaining('hơn 2 dòng') }],
    })
    expect(await importDossiers(file('x'.repeat(1_000_001)), parts, { now })).toMatchObject({
      kind: 'problems',
      problems: [{ message: expect.stringContaining('quá lớn') }],
    })
  })
})

describe('a workbook', () => {
  const titles = header.split(',')
  const cells = (parts: Record<number, MadeCell> = {}): MadeCell[] => {
    const usual: MadeCell[] = [
      numbered(1),
      '1.014199',
      'Cấp giấy phép lao động',
      'Phòng Việc làm',
      'Nguyễn Văn A',
      905_123_456,
      46_328,
      46_338,
      undefined,
      'Đang xử lý',
    ]
    return usual.map((cell, index) => (index in parts ? parts[index] : cell))
  }
  const takeBook = (rows: readonly (readonly MadeCell[])[], options?: WorkbookOptions) =>
    take(workbook([titles, ...rows], options), {}, 'ho-so.xlsx')

  test.each<[string, WorkbookOptions, number]>([
    ['as Excel writes it', {}, 0],
    ['of an old Mac, counted from 1904', { date1904: true }, -1_462],
    ['with a hidden sheet in front', { sheetBefore: 'hidden' }, 0],
    ['with a very hidden sheet in front', { sheetBefore: 'veryHidden' }, 0],
    ['with prefixed tags', { prefix: 'x:' }, 0],
    ['without places of rows and cells', { isBare: true }, 0],
    ['with empty lines above', { firstLine: 7 }, 0],
  ])('%s', async (_, options, shift) => {
    const row = options.isBare ? cells({ 8: '', 4: 'A' }) : cells()
    row[6] = 46_328 + shift
    row[7] = 46_338.99 + shift
    expect(await takeBook([row], options)).toMatchObject({
      kind: 'imported',
      import: { summary: { new: 1, withoutTelephone: 0 } },
    })
    expect(memory.kept.get(numbered(1))).toMatchObject({
      receivedDay: '2026-11-02',
      dueDay: '2026-11-12',
      digitsHashes: [hasher.hash(numbered(1), '3456')],
    })
  })

  it('mends a procedure code that became a number, and reads formulas, inline and rich texts', async () => {
    await takeBook([
      cells({ 1: 1.0142, 3: { inline: 'Phòng <Việc làm> & An toàn' }, 9: { formula: 'Đang xử lý' } }),
    ])
    expect(memory.kept.get(numbered(1))).toMatchObject({
      procedureCode: '1.014200',
      unit: 'Phòng <Việc làm> & An toàn',
    })
  })

  it('names the cell of a fault', async () => {
    const wrong = workbook([titles, cells(), cells({ 0: numbered(2), 7: 60, 6: { error: '#REF!' } })], {
      firstLine: 4,
    })
    expect(await problemsOf(wrong, 'ho-so.xlsx')).toEqual([
      '6: Ô G6, cột «Ngày tiếp nhận»: «#REF!» không phải ngày. Ghi ngày dạng 23/11/2026, hoặc để trống.',
      '6: Ô H6, cột «Ngày hẹn trả»: «60» không có trong lịch. Sửa lại ngày, dạng 23/11/2026.',
    ])
    const short = workbook([titles, cells({ 6: '2/11/26' })])
    expect(await problemsOf(short, 'ho-so.xlsx')).toEqual([
      expect.stringContaining('Ô G2, cột «Ngày tiếp nhận»: «2/11/26» chỉ ghi hai số'),
    ])
  })

  it('that breaks off is refused whole', async () => {
    const rows = Array.from({ length: 3_000 }, (_, index) => cells({ 0: numbered(index + 1) }))
    const whole = workbook([titles, ...rows])
    for (const share of [0.2, 0.5, 0.9]) {
      const cut = Buffer.concat([
        whole.subarray(0, Math.floor(whole.length * share)),
        whole.subarray(Math.floor(whole.length * share) + 100),
      ])
      expect((await take(cut, {}, 'ho-so.xlsx')).kind).toBe('problems')
    }
    expect(memory.kept.size).toBe(0)
    expect((await take(whole, {}, 'ho-so.xlsx')).kind).toBe('imported')
  })

  it('gives the same dossiers as the csv of the same rows', async () => {
    await takeBook([cells({ 5: '0905 123 456' })])
    const fromBook = [...memory.kept.values()]
    memory = memoryDossierStore()
    await take(csv(row()))
    expect([...memory.kept.values()]).toEqual(fromBook)
  })
})

describe('an interface', () => {
  const record = {
    'Mã hồ sơ': numbered(1),
    'Ngày tiếp nhận': '2026-11-02T01:00:00Z',
    'Ngày hẹn trả': '12/11/2026',
    'Trạng thái': 'Đang xử lý',
    'Số điện thoại': '0905123456',
    'Họ tên': 'Nguyễn Văn A',
    'Ngày trả': null,
  }

  it('hands over records under the names of columns', async () => {
    const later = { ...record, 'Mã hồ sơ': numbered(2), MaTTHC: '1.014199' }
    expect(await take(JSON.stringify([record, later]), {}, 'API')).toMatchObject({
      kind: 'imported',
      import: { summary: { new: 2, unknownColumns: [] } },
    })
    expect(memory.kept.get(numbered(2))).toMatchObject({
      procedureCode: '1.014199',
      receivedDay: '2026-11-02',
    })
    expect(JSON.stringify([...memory.kept.values()])).not.toContain('Nguyễn')
  })

  it('is told which record is wrong, and nothing of it is taken', async () => {
    const wrong = { ...record, 'Mã hồ sơ': numbered(2), 'Ngày hẹn trả': '31/02/2026' }
    expect(await problemsOf(JSON.stringify([record, wrong]), 'API')).toEqual([
      expect.stringContaining('2: Cột «Ngày hẹn trả»: «31/02/2026»'),
    ])
    for (const text of ['[{"a": [1]}]', '[1]', '[{"a":', '[]'])
      expect(await problemsOf(text, 'API')).toHaveLength(1)
  })
})

describe('whatever comes', () => {
  const bytesChanged = (whole: Buffer) =>
    fc
      .array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 8,
      })
      .map((changes) => {
        const changed = Buffer.from(whole)
        for (const [place, byte] of changes) changed[place] = byte
        return changed
      })
  const rows = [1, 2, 3].map((index) => [numbered(index), '02/11/2026', 46_338, 'Đang xử lý'])
  const book = workbook([['Mã hồ sơ', 'Ngày tiếp nhận', 'Ngày hẹn trả', 'Trạng thái'], ...rows])

  it('a workbook that is taken says what the whole one says', async () => {
    await take(book)
    const whole = [...memory.kept.values()]
    let taken = 0
    await fc.assert(
      fc.asyncProperty(bytesChanged(book), async (bytes) => {
        memory = memoryDossierStore()
        if ((await take(bytes)).kind !== 'imported') return
        taken++
        expect([...memory.kept.values()]).toEqual(whole)
      }),
      { numRuns: 600 },
    )
    expect(taken).toBeGreaterThan(0)
  })

  it.each([
    ['a workbook with wrong bytes', bytesChanged(book)],
    ['a csv with wrong bytes', bytesChanged(Buffer.from(csv(row(), row({ code: numbered(2) }))))],
    ['any bytes', fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes))],
    ['any text', fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text))],
    ['any json', fc.json().map((text) => Buffer.from(`[${text}]`))],
  ])('%s is taken whole or refused, and never fails', async (_, files) => {
    await fc.assert(
      fc.asyncProperty(files, async (bytes) => {
        memory = memoryDossierStore()
        const outcome = await take(bytes)
        if (outcome.kind === 'problems') {
          expect(outcome.count).toBeGreaterThan(0)
          expect(memory.kept.size).toBe(0)
        } else if (outcome.kind === 'imported') expect(memory.kept.size).toBe(outcome.import.summary.rows)
        else throw new Error(outcome.kind)
      }),
      { numRuns: 150 },
    )
  })
})
