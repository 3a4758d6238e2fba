import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serialize } from 'bson'
import type mongoose from 'mongoose'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandPayload } from '../../src/conversation/dialogs/choice-payload.ts'
import { registerDialogs } from '../../src/conversation/dialogs/register-dialogs.ts'
import { createReporterNews } from '../../src/conversation/dialogs/report/reporter-news.ts'
import { parseReportChoice } from '../../src/conversation/dialogs/report/step-input.ts'
import type { Button, InboundMessage, OutboundMessage } from '../../src/conversation/message.ts'
import { createBotkitResponder } from '../../src/conversation/turn/botkit-turn.ts'
import { createDeliverer } from '../../src/conversation/turn/deliver.ts'
import { createInbox } from '../../src/conversation/turn/inbox.ts'
import { createConversationNames, createMessageNames } from '../../src/conversation/turn/names.ts'
import { createTurnRunner } from '../../src/conversation/turn/run-turns.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { parseReceipt } from '../../src/reports/receipt.ts'
import type { IdentityMode, Report } from '../../src/reports/report.ts'
import { connectDatabase, ensureIndexes } from '../../src/storage/connect.ts'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
import { startEmbeddedServer } from '../../src/storage/embedded/start-embedded-server.ts'
import { createEvidenceFiles } from '../../src/storage/evidence-files.ts'
import { createIdentityStore } from '../../src/storage/identity-store.ts'
import { createInboxStore } from '../../src/storage/inbox-store.ts'
import { createQuestionStore } from '../../src/storage/question-store.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'
import { openReports } from '../reports/open-reports.ts'
import { keyRingNamed } from '../support/key-ring.ts'
import { createReportWorld } from '../support/report-world.ts'
import { shipped } from '../support/talk.ts'
import { waitUntil } from '../support/wait-until.ts'

/**
 * Fifty people report without a name and five with one, through the real inbox, turn loop, dialogs, delivery and stores.
 * Then all that was stored is searched: by somebody without the key for what was said and by whom, and by somebody with
 * the key for anything that leads from a chat to a report.
 */
const anonymousReporters = 50
const namedReporters = 5
const atOnce = 8

interface Person {
  chat: string
  mode: IdentityMode
  story: string
  name: string
  phone: string
  fileName: string
  receipt?: string
}

const people: Person[] = Array.from({ length: anonymousReporters + namedReporters }, (_, n) => {
  const number = String(n).padStart(3, '0')
  return {
    chat: `77001122${number}9`,
    mode: n < anonymousReporters ? 'anonymous' : n % 2 ? 'named' : 'confidential',
    story: `Kanarienstory${number} cán bộ một cửa hẹn tôi nhiều lần mà không trả kết quả`,
    name: `Nguyễn Thị Kanarien${number}`,
    phone: `0905${number}417`,
    fileName: `kanarienfile${number}.jpg`,
  }
})

const keyRing = keyRingNamed('office')
const reportWords = shipped().content.report
let connection: mongoose.Connection
let dataDir: string
let logged = ''
let office: Awaited<ReturnType<typeof openOffice>>
const cleanups: (() => Promise<unknown>)[] = []

async function openOffice() {
  const write = (line: string) => {
    logged += line
  }
  const log = createLog({ level: 'trace', destination: { write } })
  const records = createRecordCodec(keyRing)
  const nameSecret = keyRing.deriveKey('conversation names')
  const names = { conversation: createConversationNames(nameSecret), message: createMessageNames(nameSecret) }
  const inboxStore = createInboxStore(connection, () => systemClock.now(), records)
  const conversations = createConversationStore(connection, records)
  const questions = createQuestionStore(connection, { records })
  const identities = createIdentityStore(connection, keyRing)
  const news = createReporterNews({
    identities,
    conversations,
    nameOf: names.conversation,
    texts: reportWords,
    clock: systemClock,
  })
  const domain = openReports(connection, { keyRing, clock: systemClock, log, identities, listeners: [news] })
  await ensureIndexes(connection)

  const { content, search } = shipped()
  const talkParts = createReportWorld(content, undefined as never).talkParts()
  const evidence = createEvidenceFiles({ directory: join(dataDir, 'evidence'), clock: systemClock })
  const dialogs = createBotkitResponder((controller) =>
    registerDialogs(controller, {
      catalogue: () => ({ search, procedures: content.procedures }),
      agency: content.agency,
      talk: content.talk,
      answers: content.answers,
      staleAfterDays: 180,
      questions,
      readCommand: content.readCommand,
      reports: {
        ...talkParts,
        reports: domain.reports,
        hasher: domain.hasher,
        evidenceRoom: { keyRing, store: evidence },
        fetchAttachment: async (_channel, { fileName }) => ({
          kind: 'fetched',
          bytes: await photo(),
          fileName,
        }),
        nameOf: names.conversation,
        clock: systemClock,
      },
    }),
  )
  const sent = new Map<string, OutboundMessage[]>()
  const deliverer = createDeliverer({
    sender: {
      name: 'telegram',
      limits: { perSecond: 10_000, perConversationPerSecond: 10_000 },
      async send(to, message) {
        sent.set(to, [...(sent.get(to) ?? []), message])
        return { kind: 'sent' }
      },
    },
    conversations,
    clock: systemClock,
    log,
    owner: 'office',
  })
  const runner = createTurnRunner({
    inbox: inboxStore,
    conversations,
    // The turn that files the report of the first one fails afterwards, quotes it, and is run again.
    async respond(turn) {
      const response = await dialogs(turn)
      const isFiled = response.replies.some(({ isSecret }) => isSecret)
      if (isFiled && failing.delete(turn.inbound.conversationId)) {
        throw new Error(`a bug that quotes ${JSON.stringify([turn, response])}`)
      }
      return response
    },
    apologise: (reference) => ({ text: `apology ${reference}` }),
    limits: () => ({ maxTextChars: 4_000, maxButtons: 12 }),
    clock: systemClock,
    log,
    owner: 'office',
    onQueued: deliverer.notify,
    fingerprintSecret: keyRing.deriveKey('double click fingerprints'),
  })
  const inbox = createInbox(inboxStore, systemClock, (key) => runner.notify(key), names)
  runner.start()
  deliverer.start()
  let messages = 0
  const failing = new Set([people[0]!.chat])

  /** What the bot answers to one message. */
  async function say(chat: string, more: Partial<InboundMessage>): Promise<OutboundMessage[]> {
    const before = sent.get(chat)?.length ?? 0
    await inbox.accept({
      channel: 'telegram',
      conversationId: chat,
      messageId: `kanarienmessage${messages++}:${chat}`,
      senderId: chat,
      sentAt: systemClock.now(),
      attachments: [],
      ...more,
    })
    const key = names.conversation({ channel: 'telegram', conversationId: chat })
    const isQuiet = async () => {
      const stored = await connection
        .collection<{ _id: string; outbox: unknown[] }>('conversations')
        .findOne({ _id: key })
      return (sent.get(chat)?.length ?? 0) > before && stored?.outbox.length === 0
    }
    await waitUntil('an answer', isQuiet, 60_000)
    return sent.get(chat)!.slice(before)
  }

  return {
    ...domain,
    say,
    sent,
    conversations,
    names,
    async stop() {
      await runner.stop(5_000)
      await deliverer.stop(5_000)
    },
  }
}

let drawn = 0
/** A photo of its own for everybody, since the same file twice is kept once. */
const photo = () =>
  sharp({ create: { width: 320, height: 240, channels: 3, background: { r: drawn++ % 255, g: 90, b: 40 } } })
    .jpeg()
    .toBuffer()

const tapOf = (buttons: readonly Button[]) =>
  buttons.flatMap(({ choice }) => {
    const tap = choice === undefined ? undefined : parseReportChoice(choice)
    return tap ? [{ ...tap, choice: choice! }] : []
  })

/** Goes the way that the buttons offer until the receipt comes. */
async function report(person: Person): Promise<void> {
  const { chat } = person
  let replies = await office.say(chat, { choice: commandPayload('report') })
  let files = 0
  for (let steps = 0; steps < 15; steps++) {
    const secret = replies.find(({ isSecret }) => isSecret)
    if (secret) {
      const parsed = parseReceipt(/\d{4} \d{4} \d{4} \d{4} \d/.exec(secret.text)![0])
      if (parsed.kind !== 'receipt') throw new Error('no receipt')
      person.receipt = parsed.receipt
      return
    }
    const taps = tapOf(replies.flatMap(({ buttons = [] }) => buttons))
    const tap = (value: string) => ({ choice: taps.find((one) => one.value === value)!.choice })
    switch (taps[0]?.step) {
      case 'kind':
        replies = await office.say(chat, tap('delay'))
        break
      case 'identity':
        replies = await office.say(chat, tap(person.mode))
        break
      case 'evidence':
        replies =
          files++ === 0
            ? await office.say(chat, {
                attachments: [{ kind: 'image', reference: 'kanarienreference', fileName: person.fileName }],
              })
            : await office.say(chat, tap('done'))
        break
      case 'review':
        replies = await office.say(chat, tap('send'))
        break
      default: {
        const asked = replies.at(-1)!.text
        const text =
          asked === reportWords.say('report.contact.ask') ? `${person.name}, ${person.phone}` : person.story
        replies = await office.say(chat, { text })
      }
    }
  }
  throw new Error(`no receipt after: ${replies.map(({ text }) => text).join('\n')}`)
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'motcua-reports-'))
  cleanups.push(() => rm(dataDir, { recursive: true, force: true }))
  const server = await startEmbeddedServer({ dataDir, log: createLog({ level: 'silent' }) })
  cleanups.push(() => server.stop())
  connection = await connectDatabase(server.uri, { name: 'dump' })
  cleanups.push(() => connection.close())
  office = await openOffice()
  const waiting = [...people]
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await report(next)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  await workOnReports()
  await waitUntil('all news to be delivered', async () => (await withOutbox()) === 0, 30_000)
  await office.stop()
}, 240_000)
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

const withOutbox = () =>
  connection.collection('conversations').countDocuments({ 'outbox.0': { $exists: true } })

/** Officers ask and answer; five anonymous reporters look and write back, each from another chat. */
async function workOnReports(): Promise<void> {
  for (const [n, { receipt }] of people.entries()) {
    const opened = await office.reports.openByReceipt(receipt!, [{ kind: 'conversation', id: `test-${n}` }])
    if (opened.kind !== 'found') throw new Error(opened.kind)
    const { ref } = opened.report
    const act = (action: Parameters<typeof office.reports.act>[2]) =>
      office.reports.act(ref, { kind: 'officer', officerId: 'handler-1' }, action)
    await act({ kind: 'assign', to: 'handler-1' })
    await act({ kind: 'ask', text: `Kanarienquestion${n}: hồ sơ nộp ngày nào?` })
    if (n >= 5) continue
    const elsewhere = `88${n}0000777`
    const found = await office.say(elsewhere, { text: receipt! })
    const write = found
      .flatMap(({ buttons = [] }) => buttons)
      .find(({ label }) => label === reportWords.say('report.button.write'))
    await office.say(elsewhere, { choice: write!.choice! })
    await office.say(elsewhere, { text: `Kanarienanswer${n} nộp ngày 02/11` })
  }
}

/** By collection: every document as BSON bytes, and each text in it decoded where it looks encoded. */
async function dumpAll(only?: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for (const { name } of await connection.db!.listCollections().toArray()) {
    if (only !== undefined && name !== only) continue
    const parts: string[] = []
    for (const document of await connection.collection(name).find().toArray()) {
      parts.push(Buffer.from(serialize(document)).toString('utf8'))
      for (const text of textsIn(document)) {
        parts.push(
          ...(['base64', 'base64url', 'hex'] as const).map((code) => Buffer.from(text, code).toString()),
        )
      }
    }
    texts.set(name, parts.join('\n'))
  }
  return texts
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (value === null || typeof value !== 'object' || value instanceof Date) return []
  return Object.entries(value).flatMap(([key, item]) => [key, ...textsIn(item)])
}

async function filesIn(folder: string): Promise<{ path: string; bytes: Buffer }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  return Promise.all(paths.map(async (path) => ({ path, bytes: await readFile(path) })))
}

/** What nobody without the key may find. */
const secrets = () => [
  'kanarien',
  ...people.flatMap(({ chat, phone, receipt }) => [
    chat,
    phone,
    phone.replace(/^0/, '+84'),
    receipt!,
    receipt!.replace(/(\d{4})(?=\d)/g, '$1 '),
    receipt!.slice(0, 16),
  ]),
]
const found = (haystack: string, needles: readonly string[]) => {
  const folded = haystack.toLowerCase()
  return needles.filter((needle) => folded.includes(needle.toLowerCase()))
}

async function storedReports(mode?: IdentityMode): Promise<Report[]> {
  const documents = await connection
    .collection<{ _id: string }>('reports')
    .find(mode ? { identityMode: mode } : {})
    .toArray()
  return Promise.all(documents.map(async ({ _id }) => (await office.store.findByRef(_id))!))
}

/** Whatever names a report or a part of it. */
const namesOf = (report: Report) => [
  report.ref,
  report.caseNumber,
  report.receiptHash,
  ...report.evidenceNames.map((name) => name.replace('.sealed', '')),
  ...report.content.evidence.map(({ sha256 }) => sha256),
  ...report.events.map(({ id }) => id),
]

describe('after fifty anonymous reports', () => {
  it('each of them is there, with what was told and its photo', async () => {
    const anonymous = await storedReports('anonymous')
    expect(anonymous).toHaveLength(anonymousReporters)
    const stories = people.filter(({ mode }) => mode === 'anonymous').map(({ story }) => story)
    expect(anonymous.map(({ content }) => content.story).sort()).toEqual(stories.sort())
    expect(anonymous.every(({ evidenceNames }) => evidenceNames.length === 1)).toBe(true)
    expect(await storedReports()).toHaveLength(people.length)
    const written = anonymous
      .flatMap(({ events }) => events)
      .filter(({ change }) => change.kind === 'reporter-wrote')
    expect(written).toHaveLength(5)
  })

  it('shows without the key neither who nor what: collections, files, log (rows 36, 37)', async () => {
    const needles = secrets()
    const texts = await dumpAll()
    expect([...texts.keys()]).toEqual(
      expect.arrayContaining(['reports', 'report_identities', 'conversations', 'inbox', 'attempts']),
    )
    for (const [collection, text] of texts) expect(found(text, needles), collection).toEqual([])
    const files = await filesIn(dataDir)
    expect(files.filter(({ path }) => path.endsWith('.sealed'))).toHaveLength(people.length)
    for (const { path, bytes } of files) {
      expect(found(bytes.toString('latin1'), needles), path).toEqual([])
      expect(found(path, needles), path).toEqual([])
    }
    expect(logged).toContain('turn: failed')
    expect(found(logged, needles)).toEqual([])
  })

  it('names no report anywhere but in the report, not even in the log', async () => {
    const names = (await storedReports('anonymous')).flatMap(namesOf)
    expect(names.length).toBeGreaterThan(anonymousReporters * 7)
    const texts = await dumpAll()
    for (const [collection, text] of texts) {
      if (collection !== 'reports') expect(found(text, names), collection).toEqual([])
    }
    expect(found(logged, names)).toEqual([])
    // And the counts of filings are under names that no conversation has.
    const keys = await connection.collection<{ _id: string }>('conversations').distinct('_id')
    expect(found(texts.get('attempts')!, keys)).toEqual([])
    expect(keys.length).toBeGreaterThanOrEqual(people.length)
  })

  it('leads with the key from no chat to a report', async () => {
    const anonymous = await storedReports('anonymous')
    const names = [...anonymous.flatMap(namesOf), ...anonymous.map(({ content }) => content.story)]
    const chats = [...people.filter(({ mode }) => mode === 'anonymous').map(({ chat }) => chat), '8800000777']
    const now = systemClock.now()
    const lease = {
      owner: 'search',
      now: new Date(now.getTime() + 60_000),
      until: new Date(now.getTime() + 120_000),
    }
    for (const chat of chats) {
      const conversation = { channel: 'telegram', conversationId: chat } as const
      const key = office.names.conversation(conversation)
      const inTurn = (await office.conversations.claimTurn({ key, ...conversation }, lease))!
      expect(found(JSON.stringify(inTurn), [...names, 'kanarien']), chat).toEqual([])
    }
    // Of what came in and what went out nothing is left to be opened at all.
    expect(await withOutbox()).toBe(0)
    expect(await connection.collection('inbox').countDocuments({ message: { $exists: true } })).toBe(0)
  })

  it('tells no time finer than the hour that could be laid beside a chat', async () => {
    const hourMs = 3_600_000
    const isHour = (at: Date) => at.getTime() % hourMs === 0
    for (const report of await storedReports('anonymous')) {
      expect(isHour(report.receivedAt)).toBe(true)
      const ofReporter = report.events.filter(({ by }) => by.kind === 'reporter')
      expect(ofReporter.every(({ at }) => isHour(at))).toBe(true)
    }
    const counts = await connection.collection('attempts').find().toArray()
    expect(counts.length).toBeGreaterThan(0)
    expect(counts.every(({ endsAt }) => isHour(endsAt))).toBe(true)
    for (const { path } of await filesIn(join(dataDir, 'evidence'))) {
      expect((await stat(path)).mtimeMs % hourMs, path).toBe(0)
    }
  })

  it('tells those who gave a name, and nobody else', async () => {
    for (const { chat, mode } of people) {
      const pushed = office.sent.get(chat)!.filter(({ id }) => id.startsWith('news:'))
      expect(pushed.length > 0, mode).toBe(mode !== 'anonymous')
    }
  })
})

describe('the search', () => {
  it('would find what it looks for, in whatever form it stood there', async () => {
    const [{ chat, receipt }] = people as [Person]
    const plants: Record<string, unknown> = {
      text: { told: `von ${chat}` },
      key: { [chat]: 1 },
      bytes: { told: Buffer.from(`x${receipt}`) },
      base64: { told: Buffer.from(`{"story":"Kanarienstory"}`).toString('base64') },
      hex: { told: Buffer.from(chat).toString('hex') },
      nested: { told: [{ deep: { deeper: 'kanarien' } }] },
    }
    for (const [name, plant] of Object.entries(plants)) {
      const { insertedId } = await connection.collection('plants').insertOne(plant as object)
      const texts = await dumpAll('plants')
      expect(found(texts.get('plants')!, secrets()), name).not.toEqual([])
      await connection.collection('plants').deleteOne({ _id: insertedId })
    }
    const [report] = await storedReports('anonymous')
    await connection.collection('plants').insertOne({ event: report!.events[1]!.id })
    const texts = await dumpAll('plants')
    expect(found(texts.get('plants')!, namesOf(report!))).toEqual([report!.events[1]!.id])
  })
})
