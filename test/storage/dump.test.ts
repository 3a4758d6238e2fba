import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serialize } from 'bson'
import type mongoose from 'mongoose'
import { afterEach, describe, expect, it } from 'vitest'
import { registerDialogs } from '../../src/conversation/dialogs/register-dialogs.ts'
import type { InboundMessage } from '../../src/conversation/message.ts'
import { createBotkitResponder } from '../../src/conversation/turn/botkit-turn.ts'
import { forgottenState } from '../../src/conversation/turn/conversation.ts'
import { createDeliverer, type SendOutcome } from '../../src/conversation/turn/deliver.ts'
import { createInbox } from '../../src/conversation/turn/inbox.ts'
import { createConversationNames, createMessageNames } from '../../src/conversation/turn/names.ts'
import { createTurnRunner, type Respond } from '../../src/conversation/turn/run-turns.ts'
import { systemClock } from '../../src/lib/clock.ts'
import type { KeyRing } from '../../src/lib/key-ring.ts'
import { createLog } from '../../src/lib/log.ts'
import { connectDatabase, ensureIndexes } from '../../src/storage/connect.ts'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
import { startEmbeddedServer } from '../../src/storage/embedded/start-embedded-server.ts'
import { createInboxStore } from '../../src/storage/inbox-store.ts'
import { createQuestionStore } from '../../src/storage/question-store.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'
import { createWebMailboxStore } from '../../src/storage/web-mailbox-store.ts'
import { keyRingNamed } from '../support/key-ring.ts'
import { shipped } from '../support/talk.ts'
import { waitUntil } from '../support/wait-until.ts'

/**
 * What somebody finds who gets hold of the database, its files and the log, but not of the key. Letters and digits only, so that
 * a canary is still one after folding, and told apart from each other to name what leaked.
 */
const canaries = {
  chat: '7700112233445',
  blockedChat: '7700998877665',
  messageId: 'uKANARIENmessage',
  question: 'kanarienquestion',
  unknownWord: 'kanarienunbekannt',
  failing: 'kanarienfailing',
  waiting: 'kanarienwaiting',
  notice: 'kanariennotice',
  receipt: 'kanarienreceipt',
  mailbox: 'kanarienmailbox',
  tap: 'kanarientap',
  button: 'kanarienbutton',
  file: 'kanarienfile',
  phone: '0905424242',
}

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Talks through the real inbox, turn loop and delivery; some of it is answered, some fails, some still waits. */
async function talk(keyRing: KeyRing | undefined) {
  const dataDir = await mkdtemp(join(tmpdir(), 'motcua-dump-'))
  cleanups.push(() => rm(dataDir, { recursive: true, force: true }))
  const lines: string[] = []
  const log = createLog({ level: 'trace', destination: { write: (line) => void lines.push(line) } })
  const server = await startEmbeddedServer({ dataDir, log })
  cleanups.push(() => server.stop())
  const connection = await connectDatabase(server.uri, { name: 'dump' })
  cleanups.push(() => connection.close())
  const records = createRecordCodec(keyRing)
  const secret = keyRing?.deriveKey('conversation names')
  const names = { conversation: createConversationNames(secret), message: createMessageNames(secret) }
  const inboxStore = createInboxStore(connection, () => systemClock.now(), records)
  const conversations = createConversationStore(connection, records)
  const questions = createQuestionStore(connection, { records })
  const mailbox = createWebMailboxStore(connection, systemClock, 1, records)
  await ensureIndexes(connection)

  const { content, search } = shipped()
  const dialogs = createBotkitResponder((controller) =>
    registerDialogs(controller, {
      catalogue: () => ({ search, procedures: content.procedures }),
      agency: content.agency,
      talk: content.talk,
      answers: content.answers,
      staleAfterDays: 180,
      questions,
      readCommand: content.readCommand,
    }),
  )
  const respond: Respond = async (turn) => {
    const { text } = turn.inbound
    if (text?.includes(canaries.failing)) throw new Error(`a bug that quotes ${text}`)
    if (text?.includes(canaries.receipt)) {
      return {
        replies: [{ text: `Mã: ${canaries.receipt}`, isSecret: true }],
        state: forgottenState(turn.state),
        forgetAll: true,
      }
    }
    const response = await dialogs(turn)
    // A dialog under way, as a draft of a report would be.
    return { ...response, state: { ...response.state, dialog: { draft: text, from: turn.inbound.senderId } } }
  }
  const sent: string[] = []
  const deliverer = createDeliverer({
    sender: {
      name: 'telegram',
      limits: { perSecond: 1_000, perConversationPerSecond: 1_000 },
      async send(to, { text }): Promise<SendOutcome> {
        if (to === canaries.blockedChat)
          return { kind: 'unreachable', reason: '403 bot was blocked by the user' }
        if (text.includes(canaries.notice)) return { kind: 'retry', reason: 'network', afterMs: 3_600_000 }
        sent.push(`${to} ${text}`)
        return { kind: 'sent' }
      },
    },
    conversations,
    clock: systemClock,
    log,
    owner: 'dump',
  })
  const runner = createTurnRunner({
    inbox: inboxStore,
    conversations,
    respond,
    apologise: (reference) => ({ text: `apology ${reference}` }),
    limits: () => ({ maxTextChars: 4_000, maxButtons: 8 }),
    clock: systemClock,
    log,
    owner: 'dump',
    onQueued: deliverer.notify,
    fingerprintSecret: keyRing?.deriveKey('double click fingerprints'),
  })
  const inbox = createInbox(inboxStore, systemClock, (key) => runner.notify(key), names)
  let count = 0
  const inboundFrom = (conversationId: string, more: Partial<InboundMessage>): InboundMessage => ({
    channel: 'telegram',
    conversationId,
    messageId: `${canaries.messageId}${count++}:${conversationId}`,
    senderId: conversationId,
    sentAt: systemClock.now(),
    attachments: [],
    ...more,
  })
  const say = (text: string, from = canaries.chat) => inbox.accept(inboundFrom(from, { text }))

  runner.start()
  deliverer.start()
  await say(`tôi là ${canaries.question}, muốn xin cấp giấy phép lao động thì lệ phí bao nhiêu`)
  await say(canaries.unknownWord)
  await inbox.accept(inboundFrom(canaries.chat, { choice: `${canaries.tap}:1` }))
  await inbox.accept(
    inboundFrom(canaries.chat, {
      attachments: [{ kind: 'file', reference: canaries.file, fileName: `${canaries.file}.pdf` }],
      contact: { phone: canaries.phone },
    }),
  )
  await say('xin chào', canaries.blockedChat)
  await waitUntil('the answers', () => sent.length >= 4)
  await waitUntil('the refusal', async () => (await conversations.undelivered(new Date(0), 5)).length > 0)
  await say(canaries.receipt)
  await waitUntil('the receipt', () => sent.some((line) => line.includes(canaries.receipt)))
  const receiptKey = names.conversation({ channel: 'telegram', conversationId: canaries.chat })
  await waitUntil('the receipt to be settled', async () => {
    const loaded = await connection.collection('conversations').findOne({ _id: receiptKey as never })
    return loaded?.outbox.length === 0
  })
  const afterReceipt = await dumpOf(connection, 'conversations')

  await say(`${canaries.failing} ở đây`)
  await waitUntil('the apology', () => sent.some((line) => line.includes('apology')), 20_000)
  await conversations.enqueue(
    { key: receiptKey, channel: 'telegram', conversationId: canaries.chat },
    { id: 'notice-1', text: canaries.notice, buttons: [{ label: canaries.button, choice: canaries.button }] },
    { now: systemClock.now(), isBulk: false },
  )
  await waitUntil('the notice to be tried', async () => {
    const loaded = await connection.collection('conversations').findOne({ _id: receiptKey as never })
    return loaded?.outbox[0]?.attempts === 1
  })
  await runner.stop(5_000)
  await deliverer.stop(5_000)
  // Left waiting by a process that stopped.
  await inboxStore.insert({
    id: names.message({ channel: 'telegram', messageId: `${canaries.messageId}x` }),
    conversation: receiptKey,
    arrival: systemClock.now().getTime() * 1000,
    message: inboundFrom(canaries.chat, { text: canaries.waiting }),
  })
  await mailbox.append('session', { from: 'person', message: { id: 'w1', text: canaries.mailbox } })
  await mailbox.append('session', {
    from: 'bot',
    message: {
      id: 'w1#0',
      text: `${canaries.mailbox}?`,
      buttons: [{ label: canaries.button, url: `https://x/${canaries.button}` }],
    },
  })
  return { connection, dataDir, logged: () => lines.join(''), afterReceipt, questions, names }
}

/** Everything of a collection, or of all: as BSON bytes, and each text in it decoded where it looks encoded. */
async function dumpOf(connection: mongoose.Connection, only?: string): Promise<string> {
  const parts: string[] = []
  const collections = await connection.db!.listCollections().toArray()
  expect(collections.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['inbox', 'conversations', 'questions', 'web_messages']),
  )
  for (const { name } of collections.filter((found) => !only || found.name === only)) {
    for (const document of await connection.collection(name).find().toArray()) {
      parts.push(Buffer.from(serialize(document)).toString('utf8'))
      for (const text of textsIn(document)) {
        parts.push(
          text,
          ...(['base64', 'base64url', 'hex'] as const).map((code) => Buffer.from(text, code).toString()),
        )
      }
    }
  }
  return parts.join('\n')
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (value === null || typeof value !== 'object' || value instanceof Date) return []
  return Object.entries(value).flatMap(([key, item]) => [key, ...textsIn(item)])
}

async function filesOf(folder: string): Promise<string> {
  const parts: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) parts.push((await readFile(join(entry.parentPath, entry.name))).toString('latin1'))
  }
  return parts.join('\n')
}

const found = (haystack: string): string[] =>
  Object.entries(canaries)
    .filter(([, canary]) => haystack.toLowerCase().includes(canary.toLowerCase()))
    .map(([name]) => name)

describe('what a conversation leaves behind', () => {
  it('shows neither who nor what without the key: database, its files, log (rows 36, 37, 79)', async () => {
    const { connection, dataDir, logged, questions } = await talk(keyRingNamed('office'))
    expect(found(await dumpOf(connection))).toEqual([])
    expect(found(await filesOf(dataDir))).toEqual([])
    expect(logged()).toContain('turn: failed')
    expect(logged()).toContain('delivery: refused')
    expect(found(logged())).toEqual([])
    // With the key the staff still learns from what was not understood.
    const asked = await questions.mostAsked({ since: new Date(0), limit: 10 })
    expect(asked.map(({ text }) => text).join()).toContain(canaries.unknownWord)
  }, 60_000)

  it('would be found: without a key it is', async () => {
    const { connection, dataDir, logged, afterReceipt } = await talk(undefined)
    const everywhere = found(await dumpOf(connection))
    for (const name of [
      'chat',
      'blockedChat',
      'messageId',
      'unknownWord',
      'waiting',
      'notice',
      'mailbox',
      'button',
    ]) {
      expect(everywhere).toContain(name)
    }
    expect(found(await filesOf(dataDir))).toContain('waiting')
    expect(found(logged())).toEqual([])
    // Even so nothing of the secret message, nor of what was said before it, stays once it was sent.
    expect(found(afterReceipt)).toEqual(expect.arrayContaining(['chat']))
    for (const name of ['receipt', 'question', 'unknownWord', 'tap', 'file', 'phone']) {
      expect(found(afterReceipt)).not.toContain(name)
    }
  }, 60_000)
})
