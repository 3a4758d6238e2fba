import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { hasReference, referenceFolder, skipReason } from '../catalogue/read-content.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'motcua-commands-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Ran {
  code: number
  stdout: string
}

/** Runs a command as an officer would, with its own data folder and no settings of this machine. */
function run(script: string, ...args: string[]): Promise<Ran> {
  const environment = { PATH: process.env.PATH, DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'error' }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', `scripts/${script}.ts`, ...args],
      { env: environment, timeout: 60_000 },
      (error, stdout) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout }),
    )
  })
}

const imported = z.object({ ok: z.boolean(), kind: z.string(), total: z.number() })
const versions = z.object({
  current: z.number().optional(),
  versions: z.array(z.object({ number: z.number() })),
})

const row = (code: string, name: string) => `${code},${name},Bộ Nội vụ,,Việc làm,https://dichvucong.gov.vn/a,`
const list = (...rows: string[]) =>
  ['code,name,issuer,executing_agency,field,url,source', ...rows, ''].join('\n')

test('the shipped catalogue and agency file have no problem', async () => {
  const { code, stdout } = await run('catalogue-check')
  expect(stdout).toMatch(/^Không có lỗi: \d+ tệp, \d+ thủ tục\.\n$/)
  expect(code).toBe(0)
}, 60_000)

test('problems are printed as file:line: message and end with exit code 1', async () => {
  const file = join(folder, 'sai-2026-07.csv')
  await writeFile(file, list(row('1.1', 'A')))
  const { code, stdout } = await run('catalogue-check', file)
  expect(code).toBe(1)
  expect(stdout).toContain(`${file}:2: Mục «code» phải là mã quốc gia`)
  const json = await run('catalogue-check', file, '--json')
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, problems: [{ file, line: 2 }] })
}, 60_000)

test('an import is dry, then real, then nothing, and can be taken back; a wrong file changes nothing', async () => {
  const first = join(folder, 'danh-sach-2026-07.csv')
  const second = join(folder, 'danh-sach-2026-08.csv')
  const wrong = join(folder, 'sai-2026-09.csv')
  await writeFile(first, list(row('1.000001', 'A'), row('1.000002', 'B')))
  await writeFile(second, list(row('1.000002', 'B mới'), row('1.000003', 'C')))
  await writeFile(wrong, list(row('1.000004', 'D'), row('1.000005', '')))
  const importJson = async (...args: string[]) =>
    imported.parse(JSON.parse((await run('catalogue-import', ...args, '--json')).stdout))

  expect(await importJson(first, '--dry-run')).toMatchObject({ kind: 'dry-run', total: 2 })
  expect(await importJson(first)).toMatchObject({ kind: 'imported', total: 2 })
  expect(await importJson(first)).toMatchObject({ kind: 'unchanged' })
  const { stdout } = await run('catalogue-import', second)
  expect(stdout).toContain(
    `- 1.000001 A (không còn trong danh mục từ 08/2026; giữ lại và ghi rõ khi trả lời)
~ 1.000002 B mới
    Tên: B → B mới
    Dữ liệu của: 07/2026 → 08/2026
+ 1.000003 C
`,
  )
  expect(stdout).toContain('phiên bản 2: thêm 1, đổi 1, không còn trong danh mục 1; tổng cộng 3 thủ tục.')

  expect((await run('catalogue-import', wrong)).code).toBe(1)
  const current = async () => {
    return versions.parse(JSON.parse((await run('catalogue-import', '--versions', '--json')).stdout)).current
  }
  expect(await current()).toBe(2)
  expect((await run('catalogue-import', '--rollback', '1')).code).toBe(0)
  expect(await current()).toBe(1)
  expect((await run('catalogue-import', '--back', '9')).code).toBe(1)
}, 120_000)

test('local facts and replaced codes come on top, stay with the next list, and an unknown code takes nothing', async () => {
  const before = versions.parse(JSON.parse((await run('catalogue-import', '--versions', '--json')).stdout))
  const national = join(folder, 'toan-quoc-2026-10.csv')
  const local = join(folder, 'dia-phuong.yaml')
  const table = join(folder, 'thay-the.json')
  await writeFile(national, list(row('1.000001', 'A'), row('1.000002', 'B mới')))
  const decision = "{ number: '12/QĐ-UBND', date: '2026-02-03', by: 'UBND tỉnh' }"
  const fact = (code: string) =>
    `about: x\nlocal:\n  - { code: '${code}', decision: ${decision}, time: 7 ngày }\n`
  const replaced = [{ code: '2.000205', by: '1.000001', confirmed: true, source: 's' }]
  await writeFile(table, JSON.stringify({ about: 'x', replaced }))

  await writeFile(local, fact('9.999999'))
  const refused = await run('catalogue-import', local, table)
  expect(refused.code).toBe(1)
  expect(refused.stdout).toContain(`${local}:3: Danh mục không có thủ tục 9.999999.`)
  await writeFile(local, fact('1.000002'))
  expect((await run('catalogue-check', local)).code).toBe(0)

  const { stdout } = await run('catalogue-import', national, local, table)
  expect(stdout).toContain(
    'Quy định riêng của địa phương: (không ghi) → 7 ngày, 12/QĐ-UBND, 03/02/2026, UBND tỉnh',
  )
  expect(stdout).toContain('Thay cho thủ tục cũ: (không ghi) → 2.000205')
  const next = versions.parse(JSON.parse((await run('catalogue-import', '--versions', '--json')).stdout))
  expect(next.versions.length).toBe(before.versions.length + 1)
  // The list alone leaves them where they are.
  const same = imported.parse(JSON.parse((await run('catalogue-import', national, '--json')).stdout))
  expect(same.kind).toBe('unchanged')
}, 120_000)

test.skipIf(!hasReference)(
  `the portal's own exports: dry run, import, again without effect ${hasReference ? '' : skipReason}`,
  async () => {
    const exports = ['BoCongAn', 'BoTuPhap', 'ToaAnNhanDan'].map((name) => {
      return `${referenceFolder}/samples/danh-sach-tthc-${name}.xlsx`
    })
    const dry = await run('catalogue-import', ...exports, '--dry-run')
    expect(dry.stdout).toMatch(/Xem thử, chưa ghi: thêm 613, đổi 0, không còn trong danh mục 0;/)
    expect((await run('catalogue-import', ...exports)).code).toBe(0)
    expect((await run('catalogue-import', ...exports)).stdout).toMatch(/không có gì thay đổi/)
  },
  120_000,
)

test('two files are compared', async () => {
  const before = join(folder, 'truoc-2026-07.csv')
  const after = join(folder, 'sau-2026-07.csv')
  await writeFile(before, list(row('1.000001', 'A')))
  await writeFile(after, list(row('1.000002', 'B')))
  const { stdout } = await run('catalogue-diff', before, after)
  expect(stdout).toBe('- 1.000001 A\n+ 1.000002 B\nThêm 1, đổi 0, bỏ 1; bản sau có 1 thủ tục.\n')
}, 60_000)

test.each(['catalogue-check', 'catalogue-import', 'catalogue-diff'])(
  '%s --help',
  async (script) => {
    const { code, stdout } = await run(script, '--help')
    expect(code).toBe(0)
    expect(stdout).toContain('npm run catalogue:')
  },
  60_000,
)
