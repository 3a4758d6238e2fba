import { createHash, createSecretKey } from 'node:crypto'
import { createKeyRing, type KeyRing } from '../../src/lib/key-ring.ts'

/** A ring of one key, the same for the same name in every run. */
export function keyRingNamed(name: string): KeyRing {
  const key = createSecretKey(createHash('sha256').update(name).digest())
  return createKeyRing([{ id: 'test', key }])
}
