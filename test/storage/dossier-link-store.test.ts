import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DossierLink, LinkedConversation, LinkStore } from '../../src/dossiers/dossier-links.ts'
import type { DossierReview, ReviewStore } from '../../src/dossiers/dossier-reviews.ts'
import type { ShadowStore } from '../../src/dossiers/shadow-store.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createDossierLinkStore } from '../../src/storage/dossier-link-store.ts'
import { createReviewStore } from '../../src/storage/dossier-review-store.ts'
import { createShadowStore } from '../../src/storage/shadow-store.ts'
import { numbered } from '../dossiers/made-dossier.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { keyRingNamed } from '../support/key-ring.ts'

let database: TestDatabase
let links: LinkStore
let reviews: ReviewStore
let shadow: ShadowStore
const at = new Date('2026-11-23T02:00:00Z')
const endsAt = new Date('2028-11-23T02:00:00Z')

beforeAll(async () => {
  database = await openTestDatabase()
  links = createDossierLinkStore(database.connection, keyRingNamed('links'))
  reviews = createReviewStore(database.connection, { keepDays: 730 })
  shadow = createShadowStore(database.connection, keyRingNamed('links'), { keepDays: 730 })
  await ensureIndexes(database.connection)
})
afterAll(() => database?.close())
beforeEach(async () => {
  for (const name of ['dossier_links', 'dossier_reviews', 'dossier_self_reports']) {
    await database.connection.collection(name).deleteMany({})
  }
})

const chat = (conversationId: string): LinkedConversation => ({ channel: 'telegram', conversationId })
const link = (conversationId: string): Omit<DossierLink, 'id'> => ({
  code: numbered(1),
  conversation: chat(conversationId),
  consent: { notice: 'abc', at },
})

describe('links', () => {
  it('are one for each conversation and dossier, also when asked for fifty times at once', async () => {
    const put = await Promise.all(Array.from({ length: 50 }, () => links.put(link('a'), endsAt)))
    expect(new Set(put.map((one) => JSON.stringify(one))).size).toBe(1)
    expect(await links.ofDossier(numbered(1))).toEqual([
      { ...link('a'), id: expect.stringMatching(/^[0-9a-f]{24}$/) },
    ])
    expect(await links.ofDossier(numbered(2))).toEqual([])
    expect(await links.has(numbered(1), chat('a'))).toBe(true)
    expect(await links.has(numbered(1), { channel: 'web', conversationId: 'a' })).toBe(false)
  })

  it('end at twenty for one dossier, and who is among them stays', async () => {
    for (let n = 0; n < 20; n++) expect((await links.put(link(`p${n}`), endsAt)).kind).toBe('linked')
    expect(await links.put(link('one-more'), endsAt)).toEqual({ kind: 'full' })
    expect((await links.put(link('p3'), endsAt)).kind).toBe('linked')
    expect(await links.ofDossier(numbered(1))).toHaveLength(20)
  })

  it('are removed by their own conversation only, wholly', async () => {
    const put = await links.put(link('a'), endsAt)
    if (put.kind !== 'linked') throw new Error('full')
    expect(await links.remove(put.id, chat('b'))).toBe(false)
    expect(await links.remove(put.id, chat('a'))).toBe(true)
    expect(await links.remove(put.id, chat('a'))).toBe(false)
    const [stored] = await database.connection.collection('dossier_links').find({}).toArray()
    expect(stored).toBeUndefined()
  })
})

describe('reviews', () => {
  const review = (n: number): DossierReview => ({
    kind: 'backward',
    id: `backward:${n}`,
    code: numbered(n),
    madeAt: new Date(at.getTime() + Math.floor(n / 3)),
    from: 'ready',
    to: 'processing',
  })

  it('are listed page by page, oldest first, and never come again once settled', async () => {
    const all = Array.from({ length: 10 }, (_, n) => review(n))
    await reviews.put(all)
    await reviews.put(all)
    const first = await reviews.open(4)
    const rest = await reviews.open(10, first.at(-1))
    expect([...first, ...rest]).toEqual(all)
    const settled = { by: 'officer', at, as: 'dismissed' as const }
    const twice = await Promise.all([
      reviews.settle('backward:0', settled),
      reviews.settle('backward:0', settled),
    ])
    expect(twice.toSorted()).toEqual([false, true])
    await reviews.put([review(0)])
    expect((await reviews.open(20)).map(({ id }) => id)).not.toContain('backward:0')
  })
})

describe('self-reports', () => {
  const report = {
    procedureCode: '1.014199',
    procedureName: 'Cấp giấy phép lao động',
    filedDay: '2026-11-03',
    dueDay: '2026-11-17',
    askDay: '2026-11-18',
    conversation: chat('a'),
    agreedAt: at,
  }

  it('are asked from their day on until they were asked or answered, the last answer counting', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => shadow.put(report)))
    expect(new Set(ids).size).toBe(1)
    const id = ids[0]!
    expect(await shadow.toAsk('2026-11-17', 10)).toEqual([])
    expect(await shadow.toAsk('2026-11-18', 10)).toEqual([{ ...report, id }])
    await Promise.all([
      shadow.markAsked(id, at),
      shadow.answer(id, chat('a'), { kind: 'not-yet', toldOn: '2026-11-20' }),
    ])
    expect(await shadow.toAsk('2026-12-31', 10)).toEqual([])
    expect(await shadow.get(id, chat('a'))).toMatchObject({ askedAt: at, answer: { kind: 'not-yet' } })
    await shadow.answer(id, chat('a'), { kind: 'came', day: '2026-11-17' })
    expect(await shadow.answer(id, chat('b'), { kind: 'withdrawn' })).toBeUndefined()
    const [told] = await shadow.all()
    expect(told).toMatchObject({ answer: { kind: 'came', day: '2026-11-17' } })
    expect(told).not.toHaveProperty('conversation')
  })
})
