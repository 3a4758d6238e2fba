import { AppError } from '../lib/errors.ts'
import type { KeyRing } from '../lib/key-ring.ts'

/** A secret as it is stored: sealed (`v1.…`), or as it is (`v0.…`) in an installation without ENCRYPTION_KEY. */
export type Sealed = string & { readonly sealed: unique symbol }

/** Seals short secrets for one purpose. */
export interface SecretBox {
  seal(secret: string): Sealed
  /** @throws {AppError} when the secret was sealed under another key or for another purpose, or was touched */
  open(sealed: Sealed): string
}

/** Under the installation's key ring; without one, secrets are kept as they are. */
export function createSecretBox(keyRing: KeyRing | undefined, purpose: string): SecretBox {
  return {
    seal: (secret) => (keyRing ? `v1.${keyRing.sealText(secret, purpose)}` : `v0.${secret}`) as Sealed,
    open(sealed) {
      if (sealed.startsWith('v0.')) return sealed.slice(3)
      const opened = keyRing?.openText(sealed.slice(3), purpose)
      if (opened?.kind === 'opened') return opened.plaintext
      throw new AppError('CONFIG_INVALID', 'a stored secret cannot be read with this ENCRYPTION_KEY')
    },
  }
}
