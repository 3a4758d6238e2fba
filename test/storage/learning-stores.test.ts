import { afterAll, beforeAll, expect, it } from 'vitest'
import type { NewWords } from '../../src/catalogue/learning/search-alias.ts'
import type { MaskedText } from '../../src/catalogue/masking.ts'
import { procedureSchema } from '../../src/catalogue/procedure.ts'
import { createLog } from '../../src/lib/log.ts'
import { openLiveCatalogue } from '../../src/live-catalogue.ts'
import { createAliasStore } from '../../src/storage/alias-store.ts'
import { createCatalogueStore } from '../../src/storage/catalogue-store.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'
import { createWaitingStore } from '../../src/storage/waiting-store.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { FastClock } from '../support/fast-clock.ts'
import { keyRingNamed } from '../support/key-ring.ts'
import { waitUntil } from '../support/wait-until.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.close())

const now = new Date('2026-11-23T02:00:00Z')

it('row 29: who waits is sealed with the question, once each, and gone when told or after 30 days', async () => {
  const { connection } = database
  const waiting = createWaitingStore(connection, { records: createRecordCodec(keyRingNamed('waiting')) })
  await ensureIndexes(connection)
  const person = {
    questionKey: 'thue nha xa hoi',
    question: 'thuê nhà xã hội' as MaskedText,
    conversation: { channel: 'zalo' as const, conversationId: '4318000000000007921' },
  }
  expect(await waiting.add(person, now)).toBe('added')
  expect(await waiting.add(person, now)).toBe('known')
  const stored = await connection.collection('question_waiters').find({}).toArray()
  const dump = JSON.stringify(stored) + stored.map((one) => String(one.person?.buffer)).join('')
  for (const told of ['4318000000000007921', 'zalo', 'thue', 'thuê']) expect(dump).not.toContain(told)
  expect(stored[0]!.expiresAt).toEqual(new Date('2026-12-23T02:00:00Z'))
  const [found] = await waiting.of(['thue nha xa hoi'])
  expect(found).toMatchObject(person)
  expect(await waiting.count(['thue nha xa hoi', 'khác'])).toBe(1)
  await waiting.remove(found!.id)
  expect(await waiting.of(['thue nha xa hoi'])).toEqual([])
})

it('row 21: what one process keeps or takes back, another takes up without a restart', async () => {
  const { connection } = database
  const aliases = createAliasStore(connection)
  const store = createCatalogueStore(connection)
  await ensureIndexes(connection)
  const shipped = [
    procedureSchema.parse({ code: '1.000001', name: 'Cấp thẻ', field: 'Việc làm', sourceDate: '2026-07' }),
  ]
  let built: readonly NewWords[] = []
  const live = await openLiveCatalogue({
    store,
    shipped,
    aliases,
    build(_procedures, taught) {
      built = taught
      return { search: () => ({ kind: 'not-found' }), byCode: () => undefined, sectionsAsked: () => [] }
    },
    clock: FastClock.startingNow('2026-11-23T02:00:00Z', 1_000),
    log: createLog({ level: 'silent' }),
  })
  const taught: NewWords = { kind: 'alias', words: 'thẻ đi làm', code: '1.000001' }
  const effect = { before: 90, after: 91, lines: 10 }
  const elsewhere = createAliasStore(connection)
  const kept = await elsewhere.add({ taught, by: 'o1', at: now, reason: 'r', questionKeys: [], effect })
  await waitUntil('it is taken up', () => built.length === 1)
  expect(built).toEqual([taught])
  const back = { by: 'o2', at: now, reason: 'nhầm' }
  expect(await elsewhere.takeBack(kept.id, back)).toMatchObject({ takenBack: back })
  expect(await elsewhere.takeBack(kept.id, back)).toBeUndefined()
  await waitUntil('it is dropped', () => built.length === 0)
  expect(await aliases.list()).toHaveLength(1)
  live.stop()
})
