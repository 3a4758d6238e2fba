import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeEncryptionKey } from '../../src/lib/key-ring.ts'
import { runProgram, type ServiceProcess, startServiceProcess } from '../support/service-process.ts'

/** What the people who run the service meet of its key. The embedded database is used whatever `MONGODB_TEST_URI` says. */
const cleanups: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function start(settings: Record<string, string>): Promise<ServiceProcess> {
  const service = await startServiceProcess(settings)
  cleanups.push(() => service.kill())
  return service
}

const refusal = async (settings: Record<string, string>): Promise<string> => {
  const { code, stderr } = await runProgram('src/main.ts', [], { ...settings, PORT: '0' })
  expect(code).toBe(1)
  expect(stderr).toContain('Không khởi động được')
  return stderr
}

describe('the encryption key', { timeout: 120_000 }, () => {
  it('is made at the first start, told once, and another or none is refused from then on (row 76)', async () => {
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'motcua-key-'))
    cleanups.push(() => rm(DATA_DIR, { recursive: true, force: true }))
    const file = join(DATA_DIR, 'encryption.key')
    const first = await start({ DATA_DIR })
    expect(first.output()).toContain(`vừa tạo trong tệp ${file}`)
    const key = (await readFile(file, 'utf8')).trim()
    expect(first.output()).not.toContain(key.slice(3))
    expect(await first.stop()).toBe(0)

    const second = await start({ DATA_DIR })
    expect(second.output()).not.toContain('vừa tạo')
    expect(await second.stop()).toBe(0)

    await rename(file, `${file}.away`)
    expect(await refusal({ DATA_DIR })).toContain('• ENCRYPTION_KEY: không có khóa')
    const other = makeEncryptionKey('k1')
    const differs = await refusal({ DATA_DIR, ENCRYPTION_KEY: other })
    expect(differs).toContain('• ENCRYPTION_KEY: khác với khóa đã dùng')
    expect(differs).not.toContain(other.slice(3))
    expect(existsSync(file)).toBe(false)

    await writeFile(file, key.slice(0, 20))
    expect(await refusal({ DATA_DIR })).toContain(`tệp khóa ${file} không chứa đúng một khóa`)
    const { stdout } = await runProgram('scripts/doctor.ts', ['--json'], { DATA_DIR })
    expect(JSON.parse(stdout).findings).toContainEqual(
      expect.objectContaining({
        part: 'key',
        state: 'wrong',
        message: expect.stringContaining('ENCRYPTION_KEY'),
      }),
    )

    await rm(file)
    const again = await start({ DATA_DIR, ENCRYPTION_KEY: `${makeEncryptionKey('k2')},${key}` })
    expect(await again.stop()).toBe(0)
  })
})
