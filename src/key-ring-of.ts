import type { Config } from './config.ts'
import { createKeyRing, type KeyRing } from './lib/key-ring.ts'

/** The installation's key ring; undefined when ENCRYPTION_KEY is not set. */
export function keyRingOf({ security }: Pick<Config, 'security'>): KeyRing | undefined {
  return security.encryptionKeys && createKeyRing(security.encryptionKeys)
}
