import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { makeEncryptionKey } from '../../src/lib/key-ring.ts'
import { createLog } from '../../src/lib/log.ts'
import { openKeyRing } from '../../src/open-key-ring.ts'
import { openReportStores } from '../../src/report-parts.ts'
import type { Report } from '../../src/reports/report.ts'
import { createAuditStore } from '../../src/storage/audit-store.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createInstallationSecretStore } from '../../src/storage/installation-secret-store.ts'
import { openDatabase } from '../../src/storage/open-database.ts'
import { madeReport } from '../support/made-report.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const encryptionKey = makeEncryptionKey('k1')
const log = createLog({ level: 'silent' })
let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'motcua-retention-'))
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

async function command(...args: string[]) {
  const env = { ...process.env, MONGODB_URI: '', DATA_DIR: dataDir, ENCRYPTION_KEY: encryptionKey }
  try {
    const tsx = join(root, 'node_modules/.bin/tsx')
    const { stdout } = await run(tsx, ['scripts/retention.ts', ...args], { cwd: root, env })
    return { code: 0, stdout, stderr: '' }
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string }
  }
}

async function withStores<T>(
  work: (parts: Awaited<ReturnType<typeof openStores>>) => Promise<T>,
): Promise<T> {
  const parts = await openStores()
  try {
    return await work(parts)
  } finally {
    await parts.database.close()
  }
}

async function openStores() {
  const parsed = parseConfig({ DATA_DIR: dataDir, ENCRYPTION_KEY: encryptionKey })
  if (parsed.kind === 'faults') throw new Error(JSON.stringify(parsed.faults))
  const { config } = parsed
  const database = await openDatabase({ dataDir }, log)
  const secrets = createInstallationSecretStore(database.connection)
  const { keyRing } = await openKeyRing(config, secrets, { log })
  const stores = openReportStores(database.connection, keyRing!, { dataDir, clock: systemClock })
  const audit = createAuditStore(database.connection, { clock: systemClock, log })
  await ensureIndexes(database.connection)
  return { database, stores, audit }
}

test('what is over is shown, then erased; one report is erased when somebody asks for it', async () => {
  const nowMs = systemClock.now().getTime()
  const closed = (days: number): Partial<Report> => ({
    state: 'closed',
    closedAt: new Date(nowMs - days * 86_400_000),
    closedBecause: 'silence',
  })
  const [old, young, open] = [madeReport(closed(2000)), madeReport(closed(30)), madeReport()]
  await withStores(async ({ stores }) => {
    for (const report of [old, young, open]) await stores.store.insert(report)
  })

  const shown = await command('--dry-run', '--json')
  expect(JSON.parse(shown.stdout)).toMatchObject({ isDryRun: true, due: [old.caseNumber] })
  const words = await command('--dry-run')
  expect(words.stdout).toContain('Phản ánh đã đóng: giữ 1825 ngày (mức cơ quan tự đặt')
  expect(words.stdout).toContain('đến hạn xóa: 1')
  expect(words.stdout).toContain('chưa xóa gì')

  expect(JSON.parse((await command('--json')).stdout)).toMatchObject({ isDryRun: false, erased: 1 })

  expect((await command('--report', young.caseNumber, '--reason', 'retention')).code).toBe(2)
  expect((await command('--report', 'PA-1', '--reason', 'request')).code).toBe(2)
  const refused = await command('--report', open.caseNumber, '--reason', 'request')
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('chưa đóng nên không xóa')])
  const done = await command('--report', young.caseNumber, '--reason', 'request')
  expect([done.code, done.stdout]).toEqual([
    0,
    expect.stringContaining(`Đã xóa nội dung phản ánh ${young.caseNumber}`),
  ])

  await withStores(async ({ stores, audit }) => {
    expect((await stores.store.findByRef(old.ref))?.content.story).toBe('')
    expect((await stores.store.findByRef(young.ref))?.content.story).toBe('')
    expect((await stores.store.findByRef(open.ref))?.content).toEqual(open.content)
    const rows = await audit.log.list({ actions: ['data-erased'] }, { limit: 10 })
    expect(rows.map(({ subject, detail }) => [subject, detail.reason])).toEqual([
      [`report:${young.caseNumber}`, 'request'],
      [`report:${old.caseNumber}`, 'retention'],
    ])
  })
}, 120_000)
