import { createHmac } from 'node:crypto'
import type { DossierCode } from './dossier-code.ts'

/** What `keyRing.deriveKey` is asked for. */
export const slipKeyPurpose = 'dossier slips'

const tokenBytes = 16
const tokenForm = /^[A-Za-z0-9_-]{22}$/

/**
 * What the code on a printed slip holds: made of the dossier and a secret, so that it leads back to nothing by itself
 * and no other can be made from it.
 *
 * @param secret 32 bytes: `keyRing.deriveKey(slipKeyPurpose)`
 */
export function slipToken(secret: Uint8Array, code: DossierCode): string {
  if (secret.length < 32) throw new RangeError('the secret of slips has at least 32 bytes')
  return createHmac('sha256', secret)
    .update(`slip\n${code}`)
    .digest()
    .subarray(0, tokenBytes)
    .toString('base64url')
}

/** The token in what a deep link sends: "/start d_<token>". */
export function readSlipStart(text: string): string | undefined {
  const token = /^\/start(?:@\w+)? +d_(\S+)\s*$/.exec(text)?.[1]
  return token !== undefined && tokenForm.test(token) ? token : undefined
}

/** Of a start parameter of Telegram: letters, digits, "_" and "-", 64 at most. */
export const slipStartPayload = (token: string): string => `d_${token}`
