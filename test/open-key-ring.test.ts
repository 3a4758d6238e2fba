import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeKeyFile, readKeyFile } from '../src/key-file.ts'
import { encryptionKeysSchema, makeEncryptionKey } from '../src/lib/key-ring.ts'
import { createLog } from '../src/lib/log.ts'
import { KeyRefused, type KeyWitness, openKeyRing } from '../src/open-key-ring.ts'

let dataDir: string
let file: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'motcua-key-'))
  file = join(dataDir, 'encryption.key')
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

/** What the database keeps of it, in memory. */
function witness(): KeyWitness & { kept: Map<string, Buffer> } {
  const kept = new Map<string, Buffer>()
  return {
    kept,
    find: async (name) => kept.get(name),
    async getOrMake(name, make) {
      const known = kept.get(name) ?? make()
      kept.set(name, known)
      return known
    },
  }
}

const logged: string[] = []
const log = createLog({ level: 'info', destination: { write: (line) => void logged.push(line) } })

const open = (
  database: KeyWitness,
  {
    setting,
    mongodbUri,
    isOnlyLooking,
  }: { setting?: string; mongodbUri?: string; isOnlyLooking?: boolean } = {},
) => {
  const encryptionKeys = setting === undefined ? undefined : encryptionKeysSchema.parse(setting)
  const config = { security: { encryptionKeys }, storage: { dataDir, mongodbUri } }
  return openKeyRing(config, database, { log, isOnlyLooking })
}
const refusalOf = async (opening: Promise<unknown>) => {
  const error = await opening.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error instanceof KeyRefused ? error.refusal : error
}

describe('a first start on the embedded database', () => {
  it('makes a key file for the service’s user only, tells of it once and goes on with it', async () => {
    const database = witness()
    const first = await open(database)
    expect(first.madeKeyFile).toBe(file)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(logged.filter((line) => line.includes('keep a copy'))).toHaveLength(1)
    const key = (await readFile(file, 'utf8')).trim()
    expect(key).toMatch(/^k1:/)
    expect(logged.join('')).not.toContain(key.slice(3))
    const sealed = first.keyRing!.seal(Buffer.from('x'), 'c')

    const second = await open(database)
    expect(second.madeKeyFile).toBeUndefined()
    expect(second.keyRing!.open(sealed, 'c').kind).toBe('opened')
    expect(logged.filter((line) => line.includes('keep a copy'))).toHaveLength(1)
    expect(await readdir(dataDir)).toEqual(['encryption.key'])
  })

  it('of ten processes at once ends in one key for all', async () => {
    const database = witness()
    const rings = await Promise.all(Array.from({ length: 10 }, () => open(database)))
    const sealed = rings[0]!.keyRing!.seal(Buffer.from('x'), 'c')
    for (const { keyRing } of rings) expect(keyRing!.open(sealed, 'c').kind).toBe('opened')
    expect(await readdir(dataDir)).toEqual(['encryption.key'])
  })

  it('never replaces a file that is there', async () => {
    await writeFile(file, 'kept')
    await makeKeyFile(file)
    expect(await readFile(file, 'utf8')).toBe('kept')
  })

  it('of a command that only looks makes nothing', async () => {
    const database = witness()
    expect(await open(database, { isOnlyLooking: true })).toEqual({})
    await open(database, { setting: makeEncryptionKey('k2'), isOnlyLooking: true })
    expect(await readdir(dataDir)).toEqual([])
    expect(database.kept.size).toBe(0)
  })
})

describe('with MONGODB_URI', () => {
  const mongodbUri = 'mongodb://localhost/x'

  it('and no key nothing is made and nothing is sealed', async () => {
    expect(await open(witness(), { mongodbUri })).toEqual({})
    expect(await readdir(dataDir)).toEqual([])
  })

  it('a file from the time of the embedded database still counts', async () => {
    const database = witness()
    await open(database)
    expect((await open(database, { mongodbUri })).keyRing).toBeDefined()
  })
})

describe('a setting beside the file', () => {
  it('seals, and the file’s key still opens what it sealed', async () => {
    const database = witness()
    const old = (await open(database)).keyRing!.seal(Buffer.from('old'), 'c')
    const setting = makeEncryptionKey('k2')
    const { keyRing } = await open(database, { setting })
    expect(keyRing!.open(old, 'c').kind).toBe('opened')
    expect(keyRing!.needsRotation(old)).toBe(true)
    expect(keyRing!.needsRotation(keyRing!.seal(Buffer.from('new'), 'c'))).toBe(false)
  })

  it('may hold the same key', async () => {
    const database = witness()
    await open(database)
    const setting = (await readFile(file, 'utf8')).trim()
    expect((await open(database, { setting })).keyRing).toBeDefined()
  })

  it('is refused when it gives another key the same id: what the other sealed would not open', async () => {
    const database = witness()
    await open(database)
    expect(await refusalOf(open(database, { setting: makeEncryptionKey('k1') }))).toBe('same-id')
  })
})

describe('is refused:', () => {
  it('a file that is cut, holds two keys, or something else', async () => {
    const key = makeEncryptionKey('k1')
    for (const content of ['', 'hello', key.slice(0, -8), `${key},${makeEncryptionKey('k2')}`]) {
      await writeFile(file, content)
      expect((await readKeyFile(file)).kind).toBe('garbled')
      expect(await refusalOf(open(witness()))).toBe('file-garbled')
      expect(await readFile(file, 'utf8')).toBe(content)
    }
  })

  it('a file that cannot be read', async () => {
    await makeKeyFile(file)
    await chmod(file, 0o000)
    // The superuser reads everything; a folder in its place is unreadable for everybody.
    if (process.getuid?.() === 0) {
      await rm(file)
      await mkdir(file)
    }
    expect(await refusalOf(open(witness()))).toBe('file-unreadable')
  })

  it('another key than the one that sealed the database, and no key for a sealed database', async () => {
    const database = witness()
    const setting = makeEncryptionKey('k1')
    await open(database, { setting })
    expect(await refusalOf(open(database, { setting: makeEncryptionKey('k1') }))).toBe('differs')
    expect(await refusalOf(open(database, { setting: makeEncryptionKey('k9') }))).toBe('differs')
    expect(await refusalOf(open(database))).toBe('missing')
    expect(await readdir(dataDir)).toEqual([])
    expect((await open(database, { setting: `${makeEncryptionKey('k2')},${setting}` })).keyRing).toBeDefined()
  })
})
