import type { Clock } from '../lib/clock.ts'
import { vietnamDay } from '../lib/vietnam-time.ts'
import { type DigitsHasher, isSameDigitsHash } from './digits-hash.ts'
import type { Dossier } from './dossier.ts'
import { type DossierCode, parseDossierCode } from './dossier-code.ts'

/** Where a try comes from. An address is counted as the channel gives it (a whole /64 of IPv6). */
export interface LookupSource {
  kind: 'conversation' | 'address'
  id: string
}

/** Counts wrong tries; exact over all processes. */
export interface LookupCounter {
  count(key: string, windowMs: number, now: Date): Promise<{ count: number; endsAt: Date }>
  takeBack(key: string, now: Date): Promise<void>
}

export interface LookupLimits {
  /** Of one conversation. */
  wrongPerHour: number
  /** Of one address: a whole office or village may stand behind it. */
  wrongPerHourAndAddress: number
  /** Of one code, from wherever; whether there is such a dossier or not. */
  wrongPerDayAndCode: number
}

export interface DossierLookupParts {
  hasher: DigitsHasher
  counter: LookupCounter
  limits: LookupLimits
  find(code: DossierCode): Promise<Dossier | undefined>
  clock: Clock
}

export type DossierLookup =
  | { kind: 'found'; dossier: Dossier }
  /** No such dossier, other digits, or one without a telephone: which of them is never told. */
  | { kind: 'no-match' }
  | { kind: 'too-many-tries'; retryAfterSeconds: number }
  /** The code cannot be one, which everybody can see. `suggestion`: with zeros for letters O. */
  | { kind: 'not-a-code'; suggestion?: DossierCode }
  | { kind: 'not-four-digits' }

const hourMs = 3_600_000

/**
 * Codes count up daily, so a code alone opens nothing, and ten thousand digits are soon tried through: wrong tries are
 * counted for the one who tries and for the code that is tried. A place is taken before looking, so that tries side by
 * side cannot all slip through, and given back when the digits were right.
 */
export async function lookUpDossier(
  typed: { code: string; lastFour: string },
  sources: readonly LookupSource[],
  { hasher, counter, limits, find, clock }: DossierLookupParts,
): Promise<DossierLookup> {
  const now = clock.now()
  const parsed = parseDossierCode(typed.code, vietnamDay(now))
  if (parsed.kind !== 'code') {
    return parsed.kind === 'not-a-code' ? parsed : { kind: 'not-a-code' }
  }
  const lastFour = typed.lastFour.normalize('NFKC').replace(/[\s.]/g, '')
  if (!/^\d{4}$/.test(lastFour)) return { kind: 'not-four-digits' }

  const places = placesOf(parsed.code, sources, limits)
  const taken = await Promise.all(places.map(({ key, windowMs }) => counter.count(key, windowMs, now)))
  const giveBack = () => Promise.all(places.map(({ key }) => counter.takeBack(key, now)))
  const full = taken.filter(({ count }, index) => count > places[index]!.limit)
  if (full.length > 0) {
    // A refused try is no wrong one; counting it would keep the door shut for as long as somebody knocks.
    await giveBack()
    const endsAt = Math.max(...full.map((place) => place.endsAt.getTime()))
    return {
      kind: 'too-many-tries',
      retryAfterSeconds: Math.max(1, Math.ceil((endsAt - now.getTime()) / 1000)),
    }
  }
  let dossier: Dossier | undefined
  try {
    dossier = await find(parsed.code)
  } catch (error) {
    await giveBack()
    throw error
  }
  // Worked out and compared as often whether there is a dossier or not.
  const hash = hasher.hash(parsed.code, lastFour)
  const kept = dossier?.digitsHashes ?? []
  const compared = kept.length > 0 ? kept : [hasher.hash(parsed.code, otherDigits(lastFour))]
  const isRight = compared.map((one) => isSameDigitsHash(one, hash)).includes(true)
  if (!dossier || !isRight) return { kind: 'no-match' }
  await giveBack()
  return { kind: 'found', dossier }
}

function placesOf(code: DossierCode, sources: readonly LookupSource[], limits: LookupLimits) {
  const ofSources = sources.map(({ kind, id }) => ({
    key: `dossier:${kind}:${id}`,
    windowMs: hourMs,
    limit: kind === 'conversation' ? limits.wrongPerHour : limits.wrongPerHourAndAddress,
  }))
  const ofCode = { key: `dossier:code:${code}`, windowMs: 24 * hourMs, limit: limits.wrongPerDayAndCode }
  return [...ofSources, ofCode]
}

function otherDigits(lastFour: string): string {
  return lastFour === '0000' ? '0001' : '0000'
}
