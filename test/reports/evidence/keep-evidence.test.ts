import { createHash, createSecretKey, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createKeyRing, type SealedBytes } from '../../../src/lib/key-ring.ts'
import type { EvidenceStore, PreparedEvidence } from '../../../src/reports/evidence/evidence.ts'
import { keepEvidence, readEvidence } from '../../../src/reports/evidence/keep-evidence.ts'

function room() {
  const files = new Map<string, Buffer>()
  const store: EvidenceStore = {
    async put(sealed: SealedBytes) {
      const name = `f${files.size}`
      files.set(name, sealed)
      return name
    },
    get: async (name) => files.get(name),
    remove: async (name) => void files.delete(name),
  }
  return { files, store, keyRing: createKeyRing([{ id: 'k1', key: createSecretKey(randomBytes(32)) }]) }
}

function evidence(text: string): PreparedEvidence {
  const bytes = Buffer.from(text)
  return { type: 'png', bytes, sha256: createHash('sha256').update(bytes).digest('hex'), metadata: 'removed' }
}

describe('kept evidence', () => {
  test('is read again by its report', async () => {
    const own = room()
    const kept = await keepEvidence('r1', evidence('ảnh một'), own)
    expect(kept).toEqual({
      type: 'png',
      metadata: 'removed',
      name: 'f0',
      sizeBytes: 11,
      sha256: evidence('ảnh một').sha256,
    })
    expect(await readEvidence('r1', kept, own)).toEqual({ kind: 'read', bytes: Buffer.from('ảnh một') })
    expect(own.files.get('f0')!.includes('một')).toBe(false)
  })

  test("opens for no other report and in no other file's place", async () => {
    const own = room()
    const one = await keepEvidence('r1', evidence('ảnh một'), own)
    const two = await keepEvidence('r1', evidence('ảnh hai'), own)
    expect(await readEvidence('r2', one, own)).toEqual({ kind: 'refused', reason: 'altered' })
    own.files.set(one.name, own.files.get(two.name)!)
    expect(await readEvidence('r1', one, own)).toEqual({ kind: 'refused', reason: 'altered' })
  })

  test('that is damaged, lost or under a key that is gone is said to be', async () => {
    const own = room()
    const kept = await keepEvidence('r1', evidence('ảnh một'), own)
    const elsewhere = {
      ...own,
      keyRing: createKeyRing([{ id: 'k2', key: createSecretKey(randomBytes(32)) }]),
    }
    expect(await readEvidence('r1', kept, elsewhere)).toEqual({ kind: 'refused', reason: 'unknown-key' })
    own.files.get('f0')![100]! ^= 1
    expect(await readEvidence('r1', kept, own)).toEqual({ kind: 'refused', reason: 'altered' })
    await own.store.remove('f0')
    expect(await readEvidence('r1', kept, own)).toEqual({ kind: 'missing' })
  })
})
