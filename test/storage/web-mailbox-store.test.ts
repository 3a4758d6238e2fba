import { serialize } from 'bson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FakeClock } from '../../src/lib/clock.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'
import { createWebMailboxStore, type WebMailboxStore } from '../../src/storage/web-mailbox-store.ts'
import { mailboxContract } from '../contracts/web-mailbox.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { keyRingNamed } from '../support/key-ring.ts'

const retentionHours = 48

const installations = [
  { kind: 'without a key', records: createRecordCodec(undefined) },
  { kind: 'with a key', records: createRecordCodec(keyRingNamed('office')) },
]

for (const { kind, records } of installations) {
  mailboxContract(`web_messages ${kind}`, async () => {
    const database = await openTestDatabase()
    // The database forgets by its own clock, so this one must not stand in the past.
    const clock = new FakeClock(new Date(performance.timeOrigin + performance.now()))
    const mailbox = createWebMailboxStore(database.connection, clock, retentionHours, records)
    await ensureIndexes(database.connection)
    return { mailbox, other: mailbox, now: () => clock.now(), close: () => database.close() }
  })
}

describe('web_messages', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openTestDatabase()
  })
  afterAll(async () => {
    await database.close()
  })

  it('goes on above the numbers that a page remembers after all lines were forgotten', async () => {
    const clock = new FakeClock(new Date(performance.timeOrigin + performance.now()))
    const mailbox = createWebMailboxStore(database.connection, clock, retentionHours)
    await ensureIndexes(database.connection)
    for (const id of ['1', '2', '3']) {
      await mailbox.append('x', { from: 'bot', message: { id, text: 'cũ' } })
    }
    const remembered = (await mailbox.after('x', undefined, 1))[0]!.sequence
    await database.connection.collection('web_messages').deleteMany({})
    clock.advanceMs(retentionHours * 3_600_000)
    await mailbox.append('x', { from: 'bot', message: { id: '4', text: 'mới' } })
    expect((await mailbox.after('x', remembered, 10)).map((line) => line.message.id)).toEqual(['4'])
  })

  it('says when each line may be forgotten, and lets the database do it', async () => {
    const clock = new FakeClock(new Date(performance.timeOrigin + performance.now()))
    const mailbox = createWebMailboxStore(database.connection, clock, retentionHours)
    await mailbox.append('y', { from: 'person', message: { id: 'y:1', text: 'Xin chào' } })
    const lines = database.connection.collection('web_messages')
    const stored = await lines.findOne({ conversationId: 'y' })
    expect(stored?.expiresAt).toEqual(new Date(clock.now().getTime() + retentionHours * 3_600_000))
    const indexes = await lines.indexes()
    expect(indexes).toContainEqual(expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }))
  })

  const opened = async (records = createRecordCodec(undefined)) => {
    const clock = new FakeClock(new Date(performance.timeOrigin + performance.now()))
    const mailbox = createWebMailboxStore(database.connection, clock, retentionHours, records)
    await ensureIndexes(database.connection)
    return { clock, mailbox, lines: database.connection.collection('web_messages') }
  }
  const bot = (id: string, text = id) => ({ from: 'bot' as const, message: { id, text } })
  const idsIn = async (mailbox: WebMailboxStore, conversation: string, after?: number) =>
    (await mailbox.after(conversation, after, 100)).map(({ message }) => message.id)

  it('keeps words and buttons sealed when there is a key', async () => {
    const { mailbox, lines } = await opened(createRecordCodec(keyRingNamed('office')))
    const message = { id: 's:1', text: 'Kanarien', buttons: [{ label: 'Kanarien', choice: 'kanarien' }] }
    await mailbox.append('s', { from: 'bot', message })
    await mailbox.append('s', { from: 'person', message: { id: 's:2', choice: 'kanarien' } })
    const stored = await lines.find({ conversationId: 's' }).toArray()
    expect(Buffer.from(serialize({ stored })).toString().toLowerCase()).not.toContain('kanarien')
    expect((await mailbox.after('s', undefined, 9))[0]!.message).toEqual(message)
  })

  it('still reads lines of an earlier version and of the time before the key', async () => {
    const old = { from: 'person', expiresAt: new Date(performance.timeOrigin + performance.now() + 60_000) }
    const { mailbox, lines } = await opened()
    await lines.insertOne({ ...old, _id: 'o:1' as never, conversationId: 'o', sequence: 1, text: 'cũ' })
    await mailbox.append('o', bot('o:2', 'chưa có khóa'))
    const { mailbox: sealing } = await opened(createRecordCodec(keyRingNamed('office')))
    await sealing.append('o', bot('o:3', 'có khóa'))
    expect((await sealing.after('o', undefined, 9)).map(({ message }) => message)).toEqual([
      { id: 'o:1', text: 'cũ' },
      { id: 'o:2', text: 'chưa có khóa' },
      { id: 'o:3', text: 'có khóa' },
    ])
  })

  it('forgets while others append: nobody passes over a line said afterwards, nothing from before stays', async () => {
    const { mailbox, lines } = await opened()
    for (let n = 0; n < 5; n++) await mailbox.append('f', bot(`f:before${n}`))
    const last = (await mailbox.after('f', undefined, 1))[0]!.sequence
    await Promise.all([
      mailbox.forget('f'),
      ...Array.from({ length: 10 }, (_, n) => mailbox.append('f', bot(`f:during${n}`))),
    ])
    await mailbox.append('f', bot('f:after'))
    const ids = await idsIn(mailbox, 'f', last)
    expect(ids).toContain('f:after')
    expect(ids.filter((id) => id.startsWith('f:before'))).toEqual([])
    const numbers = (await lines.find({ conversationId: 'f' }).toArray()).map(({ sequence }) => sequence)
    expect(Math.min(...numbers)).toBeGreaterThan(last)
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  it('leaves nothing of what was forgotten but a number, and that for a minute', async () => {
    const { clock, mailbox, lines } = await opened()
    await mailbox.append('n', bot('n:1', 'bí mật'))
    await mailbox.forget('n')
    expect(await idsIn(mailbox, 'n')).toEqual([])
    const left = await lines.find({ conversationId: 'n' }).toArray()
    expect(left).toHaveLength(1)
    expect(left[0]).toMatchObject({ from: 'nobody', expiresAt: new Date(clock.now().getTime() + 60_000) })
    expect(left[0]).not.toHaveProperty('content')
    await mailbox.forget('never-said-anything')
    expect(await lines.countDocuments({ conversationId: 'never-said-anything' })).toBe(0)
  })

  it('tells other instances of a line that lives a few minutes only', async () => {
    const { clock, mailbox } = await opened()
    const since = clock.now()
    await mailbox.append('m', bot('m:1'), { expiresAt: new Date(since.getTime() + 600_000) })
    expect((await mailbox.changedSince(since)).map(({ conversationId }) => conversationId)).toContain('m')
    clock.advanceMs(600_000)
    expect(await idsIn(mailbox, 'm')).toEqual([])
    expect(await idsIn(mailbox, 'm', 1)).toEqual([])
  })
})
