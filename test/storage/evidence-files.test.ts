import { createSecretKey, randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeClock } from '../../src/lib/clock.ts'
import { createKeyRing, type SealedBytes } from '../../src/lib/key-ring.ts'
import { createEvidenceFiles, type EvidenceFiles } from '../../src/storage/evidence-files.ts'

const keyRing = createKeyRing([{ id: 'k1', key: createSecretKey(randomBytes(32)) }])
const seal = (text: string) => keyRing.seal(Buffer.from(text), 'report:r1:evidence:x')

let root: string
let directory: string
let files: EvidenceFiles
const clock = new FakeClock('2026-11-23T03:00:00Z')

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'evidence-'))
  directory = join(root, 'data', 'evidence')
  files = createEvidenceFiles({ directory, clock })
})
afterEach(() => rm(root, { recursive: true, force: true }))

describe('evidence files', () => {
  test('are read as they were put, under random names', async () => {
    const sealed = seal('ảnh')
    const names = await Promise.all(Array.from({ length: 20 }, () => files.put(sealed)))
    expect(new Set(names).size).toBe(20)
    for (const name of names) {
      expect(name).toMatch(/^[0-9a-f]{32}\.sealed$/)
      expect((await files.get(name))!.equals(sealed)).toBe(true)
    }
    expect((await readdir(directory)).sort()).toEqual([...names].sort())
  })

  test('are for the service alone', async () => {
    const name = await files.put(seal('ảnh'))
    expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600)
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
  })

  test('hold sealed bytes only', async () => {
    for (const plain of ['%PDF-1.7', '\xff\xd8\xff', '']) {
      await expect(files.put(Buffer.from(plain, 'latin1') as SealedBytes)).rejects.toThrow(TypeError)
    }
    await expect(readdir(directory)).rejects.toThrow()
  })

  test('can be removed, twice too', async () => {
    const name = await files.put(seal('ảnh'))
    await files.remove(name)
    await files.remove(name)
    expect(await files.get(name)).toBeUndefined()
    expect(await readdir(directory)).toEqual([])
  })

  test('a name leads nowhere else', async () => {
    await files.put(seal('ảnh'))
    await writeFile(join(root, 'data', 'secret'), 'bí mật')
    await writeFile(join(directory, 'other'), 'bí mật')
    for (const name of [
      '../secret',
      'other',
      '..',
      '',
      '/etc/passwd',
      `${'a'.repeat(32)}.sealed/../other`,
      `../evidence/${'a'.repeat(32)}.sealed`,
    ]) {
      expect(await files.get(name)).toBeUndefined()
      await files.remove(name)
    }
    expect(await readFile(join(root, 'data', 'secret'), 'utf8')).toBe('bí mật')
    expect(await readFile(join(directory, 'other'), 'utf8')).toBe('bí mật')
  })

  test('nothing is there before anything was put', async () => {
    expect(await files.get(`${'0'.repeat(32)}.sealed`)).toBeUndefined()
    await files.remove(`${'0'.repeat(32)}.sealed`)
    expect(await files.removeUnfinished()).toBe(0)
  })

  test('a disk that fails is a broken promise and leaves nothing behind', async () => {
    await mkdir(join(root, 'data'))
    await writeFile(directory, 'a file where the folder should be')
    await expect(files.put(seal('ảnh'))).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      retryable: true,
    })
    await expect(files.get(`${'0'.repeat(32)}.sealed`)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    await chmod(directory, 0o600)
    expect(await readdir(join(root, 'data'))).toEqual(['evidence'])
  })

  test('what a crash left half written goes after an hour and is never read', async () => {
    const kept = await files.put(seal('ảnh'))
    const part = (letter: string) => join(directory, `${letter.repeat(32)}.part`)
    await writeFile(part('a'), 'half')
    await writeFile(part('b'), 'half')
    const now = clock.now().getTime()
    await utimes(part('a'), new Date(now - 3_700_000), new Date(now - 3_700_000))
    await utimes(part('b'), new Date(now - 3_000_000), new Date(now - 3_000_000))
    await utimes(join(directory, kept), new Date(0), new Date(0))
    expect(await files.get(`${'a'.repeat(32)}.part`)).toBeUndefined()
    expect(await files.removeUnfinished()).toBe(1)
    expect((await readdir(directory)).sort()).toEqual([`${'b'.repeat(32)}.part`, kept].sort())
  })
})
