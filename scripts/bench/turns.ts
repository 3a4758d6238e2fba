import { createSecretKey, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSearch } from '../../src/catalogue/search/build-search.ts'
import { searchOffice } from '../../src/catalogue/search/catalogue-facts.ts'
import { loadContent } from '../../src/content.ts'
import { registerDialogs } from '../../src/conversation/dialogs/register-dialogs.ts'
import { createBotkitResponder } from '../../src/conversation/turn/botkit-turn.ts'
import { createDeliverer } from '../../src/conversation/turn/deliver.ts'
import { createInbox } from '../../src/conversation/turn/inbox.ts'
import { createConversationNames, createMessageNames } from '../../src/conversation/turn/names.ts'
import { createTurnRunner } from '../../src/conversation/turn/run-turns.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createKeyRing, type KeyRing } from '../../src/lib/key-ring.ts'
import { createLog } from '../../src/lib/log.ts'
import { connectDatabase, ensureIndexes } from '../../src/storage/connect.ts'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
import { startEmbeddedServer } from '../../src/storage/embedded/start-embedded-server.ts'
import { createInboxStore } from '../../src/storage/inbox-store.ts'
import { createQuestionStore } from '../../src/storage/question-store.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'

export interface TurnsBench {
  sideBySide: { conversations: number; turns: number; turnsPerSecond: number; p95Ms: number }
  steady: { messagesPerSecond: number; messages: number; p50Ms: number; p95Ms: number; p99Ms: number }
}

/** Taps and questions in the mix of a working day: one in four has to be searched. */
const questions = [
  { choice: 'p:1.014199:fee' },
  { text: 'nộp hồ sơ trợ cấp thất nghiệp ở đâu' },
  { choice: 'f::1' },
  { choice: 'p:1.014748:documents' },
]

/**
 * The whole way of a message but HTTP: durable inbox, Botkit, search, one commit, delivery to a platform that takes
 * everything at once. Database: the embedded server in its own process.
 *
 * @param seconds of the steady part; `isSealed`: as in an installation that has a key
 */
export async function benchTurns({ seconds = 10, turns = 6_000, isSealed = true } = {}): Promise<TurnsBench> {
  const dataDir = await mkdtemp(join(tmpdir(), 'motcua-bench-'))
  const log = createLog({ level: 'silent' })
  const server = await startEmbeddedServer({ dataDir, log })
  const connection = await connectDatabase(server.uri, { name: 'bench' })
  const sent = new Map<string, () => void>()
  const keyRing = isSealed
    ? createKeyRing([{ id: 'bench', key: createSecretKey(randomBytes(32)) }])
    : undefined
  const engine = await startEngine(connection, keyRing, (id) => {
    sent.get(id)?.()
    sent.delete(id)
  })
  let count = 0
  /** Per conversation: the same question twice in a row would count as a double click. */
  const asked = new Map<number, number>()
  /** Milliseconds from handing over to the first line sent. */
  async function oneTurn(conversation: number): Promise<number> {
    count += 1
    const turn = (asked.get(conversation) ?? conversation) + 1
    asked.set(conversation, turn)
    const messageId = `b${count}`
    const startedAt = performance.now()
    const answered = new Promise<void>((resolve) => sent.set(`telegram:${messageId}#0`, resolve))
    await engine.accept({
      channel: 'telegram',
      conversationId: `c${conversation}`,
      messageId,
      senderId: `c${conversation}`,
      sentAt: systemClock.now(),
      attachments: [],
      ...questions[turn % questions.length],
    })
    await answered
    return performance.now() - startedAt
  }
  try {
    await Promise.all(Array.from({ length: 32 }, (_, n) => repeat(10, () => oneTurn(n))))
    const sideBySide = await measureSideBySide(oneTurn, 32, turns)
    const steady = await measureSteady(oneTurn, 100, seconds)
    return { sideBySide, steady }
  } finally {
    await engine.stop()
    await connection.close()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function measureSideBySide(
  oneTurn: (conversation: number) => Promise<number>,
  conversations: number,
  turns: number,
): Promise<TurnsBench['sideBySide']> {
  const times: number[] = []
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: conversations }, (_, n) =>
      repeat(Math.floor(turns / conversations), async () => void times.push(await oneTurn(n))),
    ),
  )
  const seconds = (performance.now() - startedAt) / 1000
  return {
    conversations,
    turns: times.length,
    turnsPerSecond: Math.round(times.length / seconds),
    p95Ms: percentile(times, 95),
  }
}

/** Messages of different people at an even pace, whether or not the answers keep up. */
async function measureSteady(
  oneTurn: (conversation: number) => Promise<number>,
  messagesPerSecond: number,
  seconds: number,
): Promise<TurnsBench['steady']> {
  const all: Promise<number>[] = []
  const startedAt = performance.now()
  for (let n = 0; n < messagesPerSecond * seconds; n++) {
    const waitMs = startedAt + (n * 1000) / messagesPerSecond - performance.now()
    if (waitMs > 0) await systemClock.sleep(waitMs)
    all.push(oneTurn(1000 + (n % 500)))
  }
  const times = await Promise.all(all)
  return {
    messagesPerSecond,
    messages: times.length,
    p50Ms: percentile(times, 50),
    p95Ms: percentile(times, 95),
    p99Ms: percentile(times, 99),
  }
}

async function startEngine(
  connection: Awaited<ReturnType<typeof connectDatabase>>,
  keyRing: KeyRing | undefined,
  onSent: (id: string) => void,
) {
  const content = loadContent('.', 'data/agency.yaml')
  const office = searchOffice(content.agency)
  const search = buildSearch(content.procedures, content.intents, content.weights, office)
  const log = createLog({ level: 'silent' })
  const records = createRecordCodec(keyRing)
  const inboxStore = createInboxStore(connection, () => systemClock.now(), records)
  const conversations = createConversationStore(connection, records)
  const questionStore = createQuestionStore(connection, { records })
  await ensureIndexes(connection)
  const deliverer = createDeliverer({
    sender: {
      name: 'telegram',
      limits: { perSecond: 100_000, perConversationPerSecond: 100_000 },
      async send(_to, { id }) {
        onSent(id)
        return { kind: 'sent' }
      },
    },
    conversations,
    clock: systemClock,
    log,
    owner: 'bench',
  })
  const turns = createTurnRunner({
    inbox: inboxStore,
    conversations,
    respond: createBotkitResponder((controller) =>
      registerDialogs(controller, {
        catalogue: () => ({ search, procedures: content.procedures }),
        agency: content.agency,
        talk: content.talk,
        answers: content.answers,
        staleAfterDays: 180,
        questions: questionStore,
        readCommand: content.readCommand,
      }),
    ),
    apologise: () => ({ text: '' }),
    limits: () => ({ maxTextChars: 4096, maxButtons: 20 }),
    clock: systemClock,
    log,
    owner: 'bench',
    onQueued: deliverer.notify,
  })
  const inbox = createInbox(inboxStore, systemClock, (key) => turns.notify(key), {
    conversation: createConversationNames(keyRing?.deriveKey('conversation names')),
    // As they come, so that what is sent can be told by its id.
    message: createMessageNames(),
  })
  turns.start()
  deliverer.start()
  return {
    accept: inbox.accept,
    async stop() {
      await turns.stop(5_000)
      await deliverer.stop(5_000)
    },
  }
}

async function repeat(times: number, work: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < times; n++) await work()
}

function percentile(times: readonly number[], percent: number): number {
  const sorted = [...times].sort((a, b) => a - b)
  const at = Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)
  return Math.round(sorted[at]! * 10) / 10
}
