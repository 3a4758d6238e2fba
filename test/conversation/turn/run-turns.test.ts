import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InboundMessage } from '../../../src/conversation/message.ts'
import type { ConversationState } from '../../../src/conversation/turn/conversation.ts'
import { createInbox, type Inbox, type InboxStore } from '../../../src/conversation/turn/inbox.ts'
import { createTurnRunner, type Respond, type TurnRunner } from '../../../src/conversation/turn/run-turns.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { createLog } from '../../../src/lib/log.ts'
import { ensureIndexes } from '../../../src/storage/connect.ts'
import { createConversationStore } from '../../../src/storage/conversation-store.ts'
import { createInboxStore } from '../../../src/storage/inbox-store.ts'
import { createRecordCodec } from '../../../src/storage/record-codec.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { inbound } from '../../support/inbound.ts'
import { keyRingNamed } from '../../support/key-ring.ts'
import { waitUntil } from '../../support/wait-until.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
  stores()
  await ensureIndexes(database.connection)
})
afterAll(() => database?.close())

const stores = () => ({
  inbox: createInboxStore(database.connection, () => systemClock.now()),
  conversations: createConversationStore(database.connection),
})

interface Instance {
  inbox: Inbox
  runner: TurnRunner
}

/** One process: its own runner on the shared database. */
function instance(owner: string, respond: Respond): Instance {
  const { inbox, conversations } = stores()
  const runner = createTurnRunner({
    inbox,
    conversations,
    respond,
    apologise: (reference) => ({ text: `sorry ${reference}` }),
    limits: () => ({ maxTextChars: 200, maxButtons: 5 }),
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    owner,
    onQueued: () => {},
  })
  return { inbox: createInbox(inbox, systemClock, (key) => runner.notify(key)), runner }
}

async function outboxOf(key: string): Promise<string[]> {
  const document = await database.connection
    .collection<{ _id: string; outbox: { content: { text: string } }[] }>('conversations')
    .findOne({ _id: key })
  return document?.outbox.map(({ content }) => content.text) ?? []
}

async function stateOf(key: string): Promise<ConversationState | undefined> {
  const document = await database.connection
    .collection<{ _id: string; state: ConversationState }>('conversations')
    .findOne({ _id: key })
  return document?.state
}

const echo: Respond = async ({ inbound: message, state }) => ({
  replies: [{ text: `re: ${message.text}` }],
  state,
})

const say = (conversationId: string, text: string, more: Partial<InboundMessage> = {}) =>
  inbound({ conversationId, text, ...more })

describe('one message', () => {
  it('is answered once, however often it is delivered (feature 5)', async () => {
    let turns = 0
    const counted: Respond = (turn) => {
      turns += 1
      return echo(turn)
    }
    const a = instance('a', counted)
    const b = instance('b', counted)
    const message = say('copies', 'xin chào')
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? a : b).inbox.accept({ ...message })),
    )
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1)
    await waitUntil('the answer', async () => (await outboxOf('web:copies')).length > 0)
    a.runner.start()
    b.runner.start()
    await a.runner.stop(5_000)
    await b.runner.stop(5_000)
    expect(await outboxOf('web:copies')).toEqual(['re: xin chào'])
    expect(turns).toBe(1)
  })

  it('that another process left behind is found and answered', async () => {
    const { inbox } = stores()
    const message = say('left', 'còn lệ phí?')
    await inbox.insert({ id: 'web:left-1', conversation: 'web:left', arrival: 1, message })
    const { runner } = instance('c', echo)
    runner.start()
    await waitUntil('the answer', async () => (await outboxOf('web:left')).length > 0)
    await runner.stop(5_000)
    expect(await outboxOf('web:left')).toEqual(['re: còn lệ phí?'])
  })

  it('that fails for good gets an apology with the reference of the log, and the next one is answered', async () => {
    const failing: Respond = async (turn) => {
      if (turn.inbound.text === 'bad') throw new Error('bug')
      return echo(turn)
    }
    const { inbox, runner } = instance('d', failing)
    runner.start()
    await inbox.accept(say('poison', 'bad'))
    await inbox.accept(say('poison', 'good'))
    await waitUntil('both answers', async () => (await outboxOf('web:poison')).length === 2, 15_000)
    await runner.stop(5_000)
    const [apology, answer] = await outboxOf('web:poison')
    expect(apology).toMatch(/^sorry [0-9A-Z]{6}$/)
    expect(answer).toBe('re: good')
  })
})

describe('order', () => {
  it('of a hundred messages of one chat holds over two processes, and other chats are not held up (feature 9)', async () => {
    const slow: Respond = async (turn) => {
      if (turn.inbound.conversationId === 'slow') await systemClock.sleep(15)
      return echo(turn)
    }
    const processes = [instance('e', slow), instance('f', slow)]
    for (const { runner } of processes) runner.start()
    const expected: string[] = []
    for (let n = 0; n < 100; n++) {
      expected.push(`re: ${n}`)
      await processes[n % 2]!.inbox.accept(say('slow', String(n)))
    }
    await processes[0]!.inbox.accept(say('other', 'hello'))
    await waitUntil('the other chat', async () => (await outboxOf('web:other')).length === 1)
    const slowSoFar = (await outboxOf('web:slow')).length
    await waitUntil('all of the slow chat', async () => (await outboxOf('web:slow')).length === 100, 20_000)
    for (const { runner } of processes) await runner.stop(5_000)
    expect(await outboxOf('web:slow')).toEqual(expected)
    expect(slowSoFar).toBeLessThan(100)
  })
})

describe('a double click with two ids (feature 6)', () => {
  it('collapses within three seconds', async () => {
    const { inbox, runner } = instance('g', echo)
    runner.start()
    await inbox.accept(say('double', 'Gửi'))
    await inbox.accept(say('double', 'Gửi'))
    await inbox.accept(say('double', 'khác'))
    await waitUntil('the answers', async () => (await outboxOf('web:double')).includes('re: khác'))
    await runner.stop(5_000)
    expect(await outboxOf('web:double')).toEqual(['re: Gửi', 're: khác'])
  })
})

describe('a turn that forgets all', () => {
  const greetedAt = new Date('2026-11-23T01:00:00Z')
  /** As the dialog engine does it when a step asks for it. */
  const filing: Respond = async (turn) =>
    turn.inbound.text === 'Gửi'
      ? {
          replies: [{ text: 'Mã tra cứu: 1234', isSecret: true }],
          state: { version: 1, greetedAt },
          forgetAll: true,
        }
      : echo({ ...turn, state: { ...turn.state, greetedAt, topic: { code: '1.014199', at: greetedAt } } })

  it('leaves nothing in the state but the greeting, and its double click says nothing more', async () => {
    const { inbox, runner } = instance('h', filing)
    runner.start()
    await inbox.accept(say('forget', 'chuyện của tôi'))
    await waitUntil('the first answer', async () => (await outboxOf('web:forget')).length === 1)
    expect(await stateOf('web:forget')).toMatchObject({ topic: { code: '1.014199' }, lastInbound: {} })
    await inbox.accept(say('forget', 'Gửi'))
    await waitUntil('the receipt', async () => (await outboxOf('web:forget')).length === 2)
    expect(await stateOf('web:forget')).toEqual({ version: 1, greetedAt })
    await inbox.accept(say('forget', 'Gửi'))
    await waitUntil('the double click', async () => (await stateOf('web:forget'))?.lastInbound === undefined)
    await inbox.accept(say('forget', 'chào'))
    await waitUntil('the last answer', async () => (await outboxOf('web:forget')).includes('re: chào'))
    await runner.stop(5_000)
    expect(await outboxOf('web:forget')).toEqual(['re: chuyện của tôi', 'Mã tra cứu: 1234', 're: chào'])
  })

  it('is run again when its commit is lost, and not taken for its own double click', async () => {
    let lost = 0
    const { inbox: inboxStore, conversations } = stores()
    const runner = createTurnRunner({
      inbox: inboxStore,
      conversations: {
        ...conversations,
        commitTurn: async (...args) => (lost++ === 0 ? 'lost' : conversations.commitTurn(...args)),
      },
      respond: filing,
      apologise: (reference) => ({ text: `sorry ${reference}` }),
      limits: () => ({ maxTextChars: 200, maxButtons: 5 }),
      clock: systemClock,
      log: createLog({ level: 'silent' }),
      owner: 'i',
      onQueued: () => {},
    })
    runner.start()
    await createInbox(inboxStore, systemClock, (key) => runner.notify(key)).accept(say('again', 'Gửi'))
    await waitUntil('the receipt', async () => (await outboxOf('web:again')).length === 1)
    await runner.stop(5_000)
    expect(await outboxOf('web:again')).toEqual(['Mã tra cứu: 1234'])
  })

  it('is answered with an apology when its secret does not fit into one message', async () => {
    const tooLong: Respond = async ({ state }) => ({
      replies: [{ text: 'x'.repeat(201), isSecret: true }],
      state,
      forgetAll: true,
    })
    const { inbox, runner } = instance('j', tooLong)
    runner.start()
    await inbox.accept(say('too-long', 'Gửi'))
    await waitUntil('the apology', async () => (await outboxOf('web:too-long')).length === 1)
    await runner.stop(5_000)
    expect((await outboxOf('web:too-long'))[0]).toMatch(/^sorry /)
  })
})

describe('a record that does not open', () => {
  it('holds up its own conversation only, stays, and is worked in once its key is back', async () => {
    const sealing = (name: string) =>
      createInboxStore(database.connection, () => systemClock.now(), createRecordCodec(keyRingNamed(name)))
    const message = say('sealed', 'còn đây')
    await sealing('lost').insert({ id: 'web:sealed-1', conversation: 'web:sealed', arrival: 1, message })
    const withInbox = (owner: string, inbox: InboxStore) => {
      const runner = createTurnRunner({
        inbox,
        conversations: stores().conversations,
        respond: echo,
        apologise: (reference) => ({ text: `sorry ${reference}` }),
        limits: () => ({ maxTextChars: 200, maxButtons: 5 }),
        clock: systemClock,
        log: createLog({ level: 'silent' }),
        owner,
        onQueued: () => {},
      })
      runner.start()
      return { runner, inbox: createInbox(inbox, systemClock, (key) => runner.notify(key)) }
    }
    const wrong = withInbox('k', sealing('other'))
    await wrong.inbox.accept(say('readable', 'xin chào'))
    await waitUntil('the readable one', async () => (await outboxOf('web:readable')).length === 1)
    await wrong.runner.stop(5_000)
    expect(await outboxOf('web:sealed')).toEqual([])

    const right = withInbox('l', sealing('lost'))
    await waitUntil('the sealed one', async () => (await outboxOf('web:sealed')).length === 1)
    await right.runner.stop(5_000)
    expect(await outboxOf('web:sealed')).toEqual(['re: còn đây'])
  })
})
