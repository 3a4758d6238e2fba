import type { DossierCode } from './dossier-code.ts'
import type { SlipStore } from './dossier-links.ts'
import { slipToken } from './slip-token.ts'

/** What stands in the codes of one printed slip. */
export interface Slip {
  code: DossierCode
  token: string
}

const dayMs = 86_400_000

/**
 * Slips that work from now on; the same dossier has the same one each time. A dossier that has not come in yet may have
 * one: it is printed at the counter before the next file is taken in.
 *
 * @param secret `keyRing.deriveKey(slipKeyPurpose)`
 */
export async function makeSlips(
  codes: readonly DossierCode[],
  { store, secret, keepDays, now }: { store: SlipStore; secret: Uint8Array; keepDays: number; now: Date },
): Promise<Slip[]> {
  const slips = codes.map((code) => ({ code, token: slipToken(secret, code) }))
  await store.put(slips, new Date(now.getTime() + keepDays * dayMs))
  return slips
}
