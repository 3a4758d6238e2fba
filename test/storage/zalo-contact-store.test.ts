import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ZaloContactStore } from '../../src/channels/zalo/contact.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createRecordCodec, plainRecords } from '../../src/storage/record-codec.ts'
import { createZaloContactStore } from '../../src/storage/zalo-contact-store.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { keyRingNamed } from '../support/key-ring.ts'

let sealedDatabase: TestDatabase
let plainDatabase: TestDatabase
const now = () => new Date('2026-11-23T02:00:00Z')
const sealedRecords = createRecordCodec(keyRingNamed('zalo'))

beforeAll(async () => {
  sealedDatabase = await openTestDatabase()
  plainDatabase = await openTestDatabase()
})
afterAll(async () => {
  await sealedDatabase?.close()
  await plainDatabase?.close()
})

async function open(kind: 'sealed' | 'plain'): Promise<{ store: ZaloContactStore; again: ZaloContactStore }> {
  const { connection } = kind === 'sealed' ? sealedDatabase : plainDatabase
  const records = kind === 'sealed' ? sealedRecords : plainRecords
  connection.deleteModel(/ZaloContact/)
  const store: ZaloContactStore = createZaloContactStore(connection, { records, now, keepDays: 365 })
  await ensureIndexes(connection)
  connection.deleteModel(/ZaloContact/)
  return { store, again: createZaloContactStore(connection, { records, now, keepDays: 365 }) }
}

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 2, minute))
/** Beyond what a number can hold. */
const huge = '9223372036854775807'

describe.each(['sealed', 'plain'] as const)('contacts on Zalo, %s', (kind) => {
  it('are kept as changed; what is not named stays, null removes', async () => {
    const { store, again } = await open(kind)
    expect(await store.find(huge)).toBeUndefined()
    await store.change(huge, { lastInteractionAt: at(1), follows: true, phone: '+84912345678' })
    await again.change(huge, { numberedChoices: ['m:menu', 'm:help'], pausedUntil: at(9) })
    await store.change(huge, { phone: null, pausedUntil: null, anonymous: null })
    expect(await again.find(huge)).toEqual({
      userId: huge,
      lastInteractionAt: at(1),
      follows: true,
      numberedChoices: ['m:menu', 'm:help'],
    })
  })

  it('keep the later interaction, in whichever order it is told', async () => {
    const { store } = await open(kind)
    for (const minute of [3, 7, 5]) await store.change('later', { lastInteractionAt: at(minute) })
    expect((await store.find('later'))?.lastInteractionAt).toEqual(at(7))
    await store.change('later', { lastInteractionAt: null })
    expect(await store.find('later')).toEqual({ userId: 'later' })
  })

  it('are changed by what is there, which is given back', async () => {
    const { store, again } = await open(kind)
    expect(await store.meet('met', (known) => ({ follows: known === undefined }))).toBeUndefined()
    const before = await again.meet('met', (known) => ({ follows: !known!.follows }))
    expect([before?.follows, (await store.find('met'))?.follows]).toEqual([true, false])
  })

  it('lose nothing of forty changes at once by two processes', async () => {
    const { store, again } = await open(kind)
    const fields = ['lastInteractionAt', 'pausedUntil', 'unreachableSince', 'windowClosedAt'] as const
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        (n % 2 ? store : again).change('crowd', { [fields[n % 4]!]: at(n) }),
      ),
    )
    const contact = await store.find('crowd')
    expect(contact?.lastInteractionAt).toEqual(at(36))
    expect(Object.keys(contact!).sort()).toEqual(['userId', ...fields].sort())
  })

  it('leave nothing behind when erased', async () => {
    const { store } = await open(kind)
    await store.change('gone', { follows: true })
    await store.change('stays', { follows: true })
    await store.erase('gone')
    expect(await store.find('gone')).toBeUndefined()
    expect((await store.find('stays'))?.follows).toBe(true)
  })
})

it('with a key ring neither id, number nor time of a person can be read in the database', async () => {
  const { store } = await open('sealed')
  await store.change(huge, { phone: '+84912345678', lastInteractionAt: at(1) })
  const documents = await sealedDatabase.connection.collection('zalo_contacts').find({}).toArray()
  const stored = JSON.stringify(documents)
  expect(documents.length).toBeGreaterThan(0)
  for (const secret of [huge, '912345678', '2026-11-23']) expect(stored).not.toContain(secret)
  for (const { _id } of documents) expect(String(_id)).toMatch(/^[\w-]{43}$/)
})
