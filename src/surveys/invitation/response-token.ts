import { createHmac } from 'node:crypto'

/** Of the key that `responseToken` takes, for `KeyRing.deriveKey`. */
export const responseKeyPurpose = 'survey responses'

/**
 * The name of a response: the same for the same dossier, so that the database holds one response a dossier, and without the
 * secret it leads back to no dossier and no person. Whoever has the secret can find the response of a dossier they
 * know; keep it out of the database and out of exports.
 *
 * @param secret 32 bytes, used for nothing else
 * @returns 22 characters, base64url of 128 bits
 */
export function responseToken(secret: Uint8Array, dossier: string): string {
  if (secret.byteLength < 32) throw new RangeError('the secret of response tokens is too short')
  return createHmac('sha256', secret)
    .update(`survey-response|${dossier}`)
    .digest()
    .subarray(0, 16)
    .toString('base64url')
}
