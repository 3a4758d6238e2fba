import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeEncryptionKey } from '../../src/lib/key-ring.ts'
import { createLog } from '../../src/lib/log.ts'
import { openDatabase } from '../../src/storage/open-database.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'motcua-desk-'))
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

const encryptionKey = makeEncryptionKey('k1')

async function command(name: string, args: string[], environment: Record<string, string> = {}) {
  const tsx = join(root, 'node_modules/.bin/tsx')
  const env = {
    ...process.env,
    MONGODB_URI: '',
    DATA_DIR: dataDir,
    ENCRYPTION_KEY: encryptionKey,
    ...environment,
  }
  try {
    const { stdout, stderr } = await run(tsx, [`scripts/${name}.ts`, ...args], { cwd: root, env })
    return { code: 0, stdout, stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, stdout, stderr }
  }
}

test('officers are added once, and the audit of it can be verified until somebody touches it', async () => {
  const lan = [
    '--username',
    'lan.anh',
    '--name',
    'Nguyễn Thị Lan Anh',
    '--role',
    'handler',
    '--role',
    'intake',
  ]
  const added = await command('officers-add', lan)
  expect(added.code).toBe(0)
  expect(added.stdout).toMatch(/Đã thêm lan\.anh\.\nMật khẩu dùng một lần: (?:[a-z0-9]{4}-){3}[a-z0-9]{4}\n/)
  expect((await command('officers-add', lan)).code).toBe(1)
  const json = await command('officers-add', [
    '--username',
    'minh',
    '--name',
    'Minh',
    '--role',
    'admin',
    '--json',
  ])
  expect(JSON.parse(json.stdout)).toMatchObject({ username: 'minh' })

  const whole = await command('audit-verify', ['--json'])
  expect(whole.code).toBe(0)
  const report = JSON.parse(whole.stdout) as { headHash: string }
  expect(report).toMatchObject({ isWhole: true, rows: 2, isSigned: true, rowsAfterHead: 0 })
  expect((await command('audit-verify', ['--expect', `2:${report.headHash}`])).code).toBe(0)
  const moved = await command('audit-verify', ['--expect', `3:${report.headHash}`])
  expect([moved.code, moved.stdout]).toEqual([1, expect.stringContaining('Dòng 3 đến 3: bị cắt ở cuối.')])
  const otherKey = await command('audit-verify', [], { ENCRYPTION_KEY: makeEncryptionKey('k1') })
  expect([otherKey.code, otherKey.stderr]).toEqual([2, expect.stringContaining('khác với khóa đã dùng')])

  const database = await openDatabase({ dataDir }, createLog({ level: 'silent' }))
  const rows = database.connection.collection<{ _id: number }>('audit')
  await rows.updateOne({ _id: 1 }, { $set: { officer: 'ai-khac' } })
  await database.close()
  const touched = await command('audit-verify', [])
  expect([touched.code, touched.stdout]).toEqual([1, expect.stringContaining('Dòng 1: nội dung bị sửa.')])
}, 60_000)

test('what is missing or wrong is said in words, and nothing is written', async () => {
  const wrong = await command('officers-add', ['--username', 'Có Dấu', '--name', '', '--role', 'vua'])
  expect(wrong.code).toBe(2)
  for (const words of ['Tên đăng nhập không đúng dạng', 'Nhập họ và tên', 'Chọn ít nhất một vai trò']) {
    expect(wrong.stderr).toContain(words)
  }
  expect((await command('officers-add', ['--help'])).stdout).toContain('npm run officers:add')
  expect((await command('audit-verify', ['--help'])).stdout).toContain('--expect')
  expect((await command('audit-verify', ['--expect', 'x'])).code).toBe(2)
}, 60_000)
