import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { workbook } from '../dossiers/formats/made-workbook.ts'
import { numbered } from '../dossiers/made-dossier.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'motcua-dossiers-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Ran {
  code: number
  stdout: string
  stderr: string
}

/** Runs the command as an officer would, with its own data folder and no settings of this machine. */
function run(...args: string[]): Promise<Ran> {
  const environment = { PATH: process.env.PATH, DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'error' }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'scripts/dossiers-import.ts', ...args],
      { env: environment, timeout: 60_000 },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    )
  })
}

const titles = [
  'Mã hồ sơ',
  'Ngày tiếp nhận',
  'Ngày hẹn trả',
  'Ngày trả',
  'Trạng thái',
  'Họ tên',
  'Điện thoại',
  'Cột lạ',
]
const row = (index: number, returned = '', status = 'Đang xử lý') => [
  numbered(index, '251103'),
  '03/11/2025',
  '12/11/2025',
  returned,
  status,
  'Nguyễn Văn A',
  '0905123456',
  'x',
]

const csv = (...rows: string[][]) => [titles, ...rows].map((cells) => cells.join(';')).join('\r\n')

test('an import is dry, then real, then nothing; a later file tells its status changes; a wrong one changes nothing', async () => {
  const first = join(folder, 'thang-10.csv')
  const later = join(folder, 'thang-11.xlsx')
  const wrong = join(folder, 'sai.csv')
  await writeFile(first, Buffer.from(`\ufeff${csv(row(1), row(2), row(3))}`, 'utf16le'))
  await writeFile(later, workbook([titles, row(1), row(2, '11/11/2025', 'Đã trả kết quả'), row(4)]))
  await writeFile(wrong, csv(row(5), row(1, '01/11/2025', 'Đã trả kết quả')))

  const dry = await run(first, '--dry-run', '--json')
  const summary = {
    rows: 3,
    new: 3,
    changed: 0,
    unchanged: 0,
    withoutTelephone: 0,
    unknownColumns: ['Cột lạ'],
  }
  expect(JSON.parse(dry.stdout)).toMatchObject({ ok: true, kind: 'dry-run', ...summary })
  expect(JSON.parse((await run(first, '--json')).stdout)).toMatchObject({
    ok: true,
    kind: 'imported',
    ...summary,
  })
  expect(JSON.parse((await run(first, '--json')).stdout)).toMatchObject({
    ok: true,
    kind: 'unchanged',
    unchanged: 3,
  })

  const { code, stdout, stderr } = await run(later)
  expect(stdout).toMatch(
    /^Đã nhận 3 dòng, lần nhận số \d+\.\nMới 1, đổi 1, như cũ 1, cũ hơn bản đang giữ 0\.\n {2}Đang xử lý → Đã trả kết quả: 1\n/,
  )
  expect(stdout).toContain('không đọc: Cột lạ')
  expect(stdout).not.toContain('Nguyễn')
  expect(stderr).toBe('')
  expect(code).toBe(0)

  const refused = await run(wrong)
  expect(refused.code).toBe(1)
  expect(refused.stdout).toContain('sai.csv:3: Cột «Ngày trả kết quả»: ngày 01/11/2025 trước ngày tiếp nhận')
  expect(refused.stdout).toContain('Có 1 lỗi. Chưa nhận gì từ tệp này.')
  const json = await run(wrong, '--json')
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, problems: [{ file: 'sai.csv', line: 3 }] })
  expect(JSON.parse((await run(first, '--as-of', '2025-11-04', '--json')).stdout)).toMatchObject({
    older: 1,
    unchanged: 2,
  })
}, 180_000)

test('it tells how it is used, and what it was not given', async () => {
  const help = await run('--help')
  expect(help.code).toBe(0)
  expect(help.stdout).toContain('npm run dossiers:import')
  expect((await run()).code).toBe(1)
  expect((await run(join(folder, 'không-có.csv'))).stdout).toContain('Không tìm thấy tệp')
  expect((await run('x.csv', '--as-of', '2099-01-01')).stdout).toContain('Ngày xuất tệp')
}, 120_000)
