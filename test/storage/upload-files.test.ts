import { createSecretKey, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeClock } from '../../src/lib/clock.ts'
import { createKeyRing } from '../../src/lib/key-ring.ts'
import { createUploadFiles, type UploadFiles } from '../../src/storage/upload-files.ts'

const key = (id: string) => ({ id, key: createSecretKey(randomBytes(32)) })
const [oldKey, newKey] = [key('k1'), key('k2')]
const photo = Buffer.from('CANARY ảnh chụp có tọa độ')

let directory: string
let files: UploadFiles
const clock = new FakeClock('2026-11-23T03:00:00Z')

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'uploads-')), 'data', 'uploads')
  files = createUploadFiles({ directory, keyRing: createKeyRing([oldKey]), clock })
})
afterEach(() => rm(join(directory, '../..'), { recursive: true, force: true }))

describe('uploads', () => {
  test('are read as they were put, as often as wanted, up to ten megabytes and down to nothing', async () => {
    for (const bytes of [photo, Buffer.alloc(0), randomBytes(10 * 1024 * 1024)]) {
      const id = await files.put('conversation', bytes)
      expect(id).toMatch(/^[0-9a-f]{32}$/)
      for (let n = 0; n < 2; n++) expect((await files.get('conversation', id))!.equals(bytes)).toBe(true)
    }
  })

  test('many at once get an id each', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => files.put('conversation', photo)))
    expect(new Set(ids).size).toBe(12)
    const found = await Promise.all(ids.map((id) => files.get('conversation', id)))
    expect(found.every((bytes) => bytes?.equals(photo))).toBe(true)
  })

  test('open for nobody but their owner', async () => {
    const id = await files.put('conversation-a', photo)
    expect(await files.get('conversation-b', id)).toBeUndefined()
    expect(await files.get('', id)).toBeUndefined()
    expect((await files.get('conversation-a', id))!.equals(photo)).toBe(true)
  })

  test('lie sealed, for the service alone, under names that tell nothing', async () => {
    const owner = 'CANARY-conversation'
    const id = await files.put(owner, photo)
    expect(await readdir(directory)).toEqual([`${id}.sealed`])
    const path = join(directory, `${id}.sealed`)
    const content = (await readFile(path)).toString('latin1')
    expect(content.startsWith('MCS1')).toBe(true)
    expect(content).not.toContain('CANARY')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
  })

  test('one that was changed or put in the place of another does not open', async () => {
    const [one, other] = [await files.put('a', photo), await files.put('a', Buffer.from('khác'))]
    const path = (id: string) => join(directory, `${id}.sealed`)
    await writeFile(path(other), await readFile(path(one)))
    expect(await files.get('a', other)).toBeUndefined()
    const bytes = await readFile(path(one))
    bytes[bytes.length - 40]! ^= 1
    await writeFile(path(one), bytes)
    expect(await files.get('a', one)).toBeUndefined()
  })

  test('outlast a change of keys while the old one is in the ring; without it they are unavailable', async () => {
    const id = await files.put('a', photo)
    const ring = (...keys: (typeof oldKey)[]) =>
      createUploadFiles({ directory, keyRing: createKeyRing(keys), clock })
    expect((await ring(newKey, oldKey).get('a', id))!.equals(photo)).toBe(true)
    await expect(ring(newKey).get('a', id)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  })

  test('an id leads nowhere else', async () => {
    await files.put('a', photo)
    await writeFile(join(directory, 'other.sealed'), 'bí mật')
    for (const id of ['other', '../uploads/other', '..', '', 'A'.repeat(32), '/etc/passwd']) {
      expect(await files.get('a', id)).toBeUndefined()
      await files.remove(id)
    }
    expect(await readFile(join(directory, 'other.sealed'), 'utf8')).toBe('bí mật')
  })

  test('can be removed, twice too, and before anything was put', async () => {
    await files.remove('0'.repeat(32))
    expect(await files.removeExpired()).toBe(0)
    const id = await files.put('a', photo)
    await files.remove(id)
    await files.remove(id)
    expect(await files.get('a', id)).toBeUndefined()
  })

  test('go when they are a day old, and halves after an hour; nothing else in the folder goes', async () => {
    const [old, young] = [await files.put('a', photo), await files.put('a', photo)]
    const nowMs = clock.now().getTime()
    const age = (name: string, ms: number) =>
      utimes(join(directory, name), new Date(nowMs - ms), new Date(nowMs - ms))
    const half = (letter: string) => `${letter.repeat(32)}.part`
    for (const name of [half('a'), half('b'), 'note.txt']) await writeFile(join(directory, name), 'x')
    await age(`${old}.sealed`, 24 * 3_600_000)
    await age(`${young}.sealed`, 24 * 3_600_000 - 60_000)
    await age(half('a'), 3_600_000)
    await age(half('b'), 3_500_000)
    await age('note.txt', 1e11)
    expect(await files.removeExpired()).toBe(2)
    expect((await readdir(directory)).sort()).toEqual([`${young}.sealed`, half('b'), 'note.txt'].sort())
  })

  test('take no more room than they may, and have room again when some are gone', async () => {
    const kilobyte = 1024
    // Each of these is sealed in the smallest class, with less than a hundred bytes around it.
    const small = createUploadFiles({
      directory,
      keyRing: createKeyRing([oldKey]),
      clock,
      maxTotalBytes: 4 * kilobyte,
    })
    const ids = []
    for (let n = 0; n < 3; n++) ids.push(await small.put('a', photo))
    await expect(small.put('a', photo)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      retryable: true,
    })
    await small.remove(ids[0]!)
    ids.push(await small.put('a', photo))
    await expect(small.put('a', photo)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    const old = new Date(clock.now().getTime() - 25 * 3_600_000)
    for (const name of await readdir(directory)) await utimes(join(directory, name), old, old)
    expect(await small.removeExpired()).toBe(3)
    expect(await small.get('a', await small.put('a', photo))).toBeDefined()
  })

  test('a disk that fails is a broken promise', async () => {
    await writeFile(join(directory, '../..', 'data'), 'a file where the folder should be')
    await expect(files.put('a', photo)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      retryable: true,
    })
    await expect(files.get('a', '0'.repeat(32))).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  })
})
