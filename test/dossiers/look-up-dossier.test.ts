import { beforeEach, describe, expect, it } from 'vitest'
import {
  type DossierLookupParts,
  type LookupCounter,
  type LookupSource,
  lookUpDossier,
} from '../../src/dossiers/look-up-dossier.ts'
import { FakeClock } from '../../src/lib/clock.ts'
import { dossier, numbered } from './made-dossier.ts'
import { hasher } from './read-dossier-content.ts'

const limits = { wrongPerHour: 3, wrongPerHourAndAddress: 6, wrongPerDayAndCode: 5 }
const known = dossier({ digitsHashes: [hasher.hash(numbered(1), '3456'), hasher.hash(numbered(1), '2222')] })
const silent = dossier({ code: numbered(2) })

let clock: FakeClock
let counts: Map<string, { count: number; endsAt: Date }>
let parts: DossierLookupParts

/** As the stored one counts, without a database. */
const counter: LookupCounter = {
  async count(key, windowMs, now) {
    const there = counts.get(key)
    const entry =
      there && there.endsAt > now ? there : { count: 0, endsAt: new Date(now.getTime() + windowMs) }
    entry.count++
    counts.set(key, entry)
    return { ...entry }
  },
  async takeBack(key) {
    const entry = counts.get(key)
    if (entry) entry.count--
  },
}

beforeEach(() => {
  clock = new FakeClock('2026-11-23T03:00:00Z')
  counts = new Map()
  const find: DossierLookupParts['find'] = async (code) => [known, silent].find((one) => one.code === code)
  parts = { hasher, counter, limits, find, clock }
})

const chat = (id = 'a') => [{ kind: 'conversation', id } as const]
const look = (code: string, lastFour: string, sources: readonly LookupSource[] = chat()) =>
  lookUpDossier({ code, lastFour }, sources, parts)

describe('a lookup', () => {
  it('opens with the code and the digits of any telephone', async () => {
    expect(await look(' 000.00.06.h32 – 261102 – 0001', '3456')).toEqual({ kind: 'found', dossier: known })
    expect(await look(known.code, ' 22 22 ')).toEqual({ kind: 'found', dossier: known })
    expect([...counts.values()].every(({ count }) => count === 0)).toBe(true)
  })

  it('answers the same to wrong digits, to a dossier without telephone and to a code that nobody has', async () => {
    const answers = [
      await look(known.code, '9999', chat('a')),
      await look(known.code, '0000', chat('b')),
      await look(silent.code, '3456', chat('c')),
      await look(silent.code, '0000', chat('d')),
      await look(numbered(999), '3456', chat('e')),
      await look(numbered(999), '0000', chat('f')),
    ]
    for (const answer of answers) expect(answer).toEqual({ kind: 'no-match' })
  })

  it('costs nothing when everybody can see that it is none', async () => {
    expect(await look('hồ sơ của tôi', '3456')).toEqual({ kind: 'not-a-code' })
    expect(await look('000.00.06.H32-261302-0001', '3456')).toEqual({ kind: 'not-a-code' })
    expect(await look('000.00.06.H32-2611O2-0001', '3456')).toEqual({
      kind: 'not-a-code',
      suggestion: numbered(1),
    })
    expect(await look(known.code, '345')).toEqual({ kind: 'not-four-digits' })
    expect(await look(known.code, '34567')).toEqual({ kind: 'not-four-digits' })
    expect(counts.size).toBe(0)
  })

  it('stops one who keeps trying, the same for codes that exist and codes that do not', async () => {
    for (const code of [known.code, numbered(999)]) {
      counts.clear()
      for (let tries = 0; tries < 3; tries++) expect(await look(code, '9999')).toEqual({ kind: 'no-match' })
      const stopped = { kind: 'too-many-tries', retryAfterSeconds: 3_600 }
      expect(await look(code, '9999')).toEqual(stopped)
      // The right digits do not help any more, or guessing would.
      expect(await look(code, '3456')).toEqual(stopped)
    }
    clock.advanceMs(3_600_000)
    expect((await look(known.code, '3456')).kind).toBe('found')
  })

  it('stops many who try one code, whether there is such a dossier or not', async () => {
    for (const code of [known.code, numbered(999)]) {
      for (let tries = 0; tries < 5; tries++) await look(code, '9999', chat(`${code}${tries}`))
      expect(await look(code, '9999', chat('fresh'))).toEqual({
        kind: 'too-many-tries',
        retryAfterSeconds: 86_400,
      })
    }
    expect((await look(silent.code, '0000', chat('other'))).kind).toBe('no-match')
  })

  it('lets no more through when all try at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => look(numbered(999), '0001')))
    expect(answers.filter(({ kind }) => kind === 'no-match').length).toBeLessThanOrEqual(3)
  })

  it('counts an address apart from a conversation', async () => {
    const sources = (id: string) => [...chat(id), { kind: 'address', id: '203.0.113.7' } as const]
    for (let tries = 0; tries < 6; tries++) await look(numbered(500 + tries), '9999', sources(String(tries)))
    expect((await look(known.code, '3456', sources('new'))).kind).toBe('too-many-tries')
  })

  it('that could not be made counts for nothing', async () => {
    parts = { ...parts, find: () => Promise.reject(new Error('no database')) }
    await expect(look(known.code, '3456')).rejects.toThrow('no database')
    expect([...counts.values()].every(({ count }) => count === 0)).toBe(true)
  })
})
