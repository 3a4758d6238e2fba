import type { KeyRing } from '../../lib/key-ring.ts'

/** Signs the anchors of the audit chain; undefined in an installation without ENCRYPTION_KEY. */
export function auditKey(keyRing: KeyRing | undefined): Buffer | undefined {
  return keyRing?.deriveKey('audit anchors')
}
