import { readFileSync } from 'node:fs'
import { Writable } from 'node:stream'
import { parse } from 'yaml'
import { formatTexts } from '../../src/catalogue/formats/format-texts.ts'
import type { Channel } from '../../src/channels/channel.ts'
import type { ZaloApi } from '../../src/channels/zalo/api.ts'
import type { ContactChange, ZaloContact, ZaloContactStore } from '../../src/channels/zalo/contact.ts'
import { parseZaloContent, type ZaloContent } from '../../src/channels/zalo/content.ts'
import { createZaloApi } from '../../src/channels/zalo/http-api.ts'
import type { ReadImage } from '../../src/channels/zalo/image.ts'
import type { SendKind, ZaloLedger } from '../../src/channels/zalo/ledger.ts'
import type { SentRating, ZaloRatingStore } from '../../src/channels/zalo/ratings.ts'
import { createZaloSender } from '../../src/channels/zalo/send.ts'
import { createZaloStops, type StopKind, type ZaloStops } from '../../src/channels/zalo/stops.ts'
import { zaloTexts } from '../../src/channels/zalo/texts.ts'
import type { FakeClock } from '../../src/lib/clock.ts'
import { createLog, type Log } from '../../src/lib/log.ts'
import { loadTexts } from '../../src/lib/texts.ts'
import { vietnamDay } from '../../src/lib/vietnam-time.ts'
import type { FakeOa } from './zalo/fake-oa.ts'
import { openFakeOa } from './zalo/open-fake-oa.ts'
import type { Account, Behaviour } from './zalo/settings.ts'

/** Everything that goes out to Zalo, against the fake over HTTP; contacts and counts in memory. */
export interface SenderWorld {
  oa: FakeOa
  clock: FakeClock
  api: ZaloApi
  contacts: ReturnType<typeof memoryContacts>
  ledger: ZaloLedger & { counts: Map<SendKind, number> }
  ratings: ZaloRatingStore & { sent: SentRating[] }
  stops: ZaloStops
  alerts: StopKind[]
  content: ZaloContent
  send: Channel['send']
  log: Log
  logLines(): Record<string, unknown>[]
  /** A person who has just interacted, here and on the fake. */
  guest(): ReturnType<FakeOa['person']>
}

export async function openSenderWorld(
  options: {
    mayPay?: boolean
    content?: (shipped: ZaloContent) => ZaloContent
    behaviour?: Partial<Behaviour>
    account?: Partial<Account>
    timeoutMs?: number
    readImage?: ReadImage
  } = {},
): Promise<SenderWorld> {
  const { oa, clock } = await openFakeOa({
    ...(options.behaviour ? { behaviour: options.behaviour } : {}),
    ...(options.account ? { account: options.account } : {}),
  })
  const { log, logLines } = keptLog()
  let token = { value: oa.tokens.issue().accessToken, atMs: clock.now().getTime() }
  /** As the service's own tokens: never older than Zalo allows. */
  function freshToken(): string {
    const nowMs = clock.now().getTime()
    if (nowMs - token.atMs > 20 * 3_600_000) token = { value: oa.tokens.issue().accessToken, atMs: nowMs }
    return token.value
  }
  const api = createZaloApi({
    settings: { appSecret: oa.identity.appSecret, hosts: oa.hosts, sendsProof: false },
    tokens: {
      current: async () => ({ kind: 'access', token: freshToken() }),
      renew: async () => ({ kind: 'refused-again' }),
    },
    clock,
    log,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    random: () => 0,
  })
  const shipped = shippedZaloContent()
  const content = options.content ? options.content(shipped) : shipped
  const alerts: StopKind[] = []
  const stops = createZaloStops({ clock, log, onAlert: (what) => alerts.push(what) })
  const contacts = memoryContacts()
  const ledger = memoryLedger()
  const ratings = memoryRatings()
  const send = createZaloSender({
    api,
    contacts,
    settings: { mayPay: options.mayPay ?? false },
    content,
    texts: shippedZaloTexts(),
    ledger,
    ratings,
    stops,
    clock,
    log,
    random: () => 0,
    ...(options.readImage ? { readImage: options.readImage } : {}),
  })
  return {
    oa,
    clock,
    api,
    contacts,
    ledger,
    ratings,
    stops,
    alerts,
    content,
    send,
    log,
    logLines,
    guest() {
      const person = oa.person({ follows: true })
      contacts.people.set(person.userId, {
        userId: person.userId,
        follows: true,
        lastInteractionAt: clock.now(),
      })
      return person
    },
  }
}

export function shippedZaloContent(): ZaloContent {
  const name = 'data/zalo.yaml'
  const checks = loadTexts(parse(readFileSync('data/texts/checks.yaml', 'utf8')), formatTexts)
  const parsed = parseZaloContent({ name, text: readFileSync(name, 'utf8') }, checks)
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems))
  return parsed.content
}

export const shippedZaloTexts = () =>
  loadTexts(parse(readFileSync('data/texts/zalo.yaml', 'utf8')), zaloTexts)

export function memoryContacts(): ZaloContactStore & {
  people: Map<string, ZaloContact>
} {
  const people = new Map<string, ZaloContact>()
  return {
    people,
    find: async (userId) => people.get(userId),
    async change(userId, change: ContactChange) {
      const before = people.get(userId) ?? { userId }
      const merged = Object.entries({ ...before, ...change }).filter(([, value]) => value != null)
      const next = Object.fromEntries(merged) as unknown as ZaloContact
      const { lastInteractionAt: known } = before
      const isOlder = known && change.lastInteractionAt && change.lastInteractionAt < known
      people.set(userId, isOlder ? { ...next, lastInteractionAt: known } : next)
    },
    async meet(userId, decide) {
      const before = people.get(userId)
      await this.change(userId, decide(before))
      return before
    },
    async erase(userId) {
      people.delete(userId)
    },
  }
}

export function memoryLedger(): ZaloLedger & { counts: Map<SendKind, number> } {
  const counts = new Map<SendKind, number>()
  const byMonth = new Map<string, Partial<Record<SendKind, number>>>()
  return {
    counts,
    async count(kind, at) {
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
      const month = vietnamDay(at).slice(0, 7)
      const known = byMonth.get(month) ?? {}
      byMonth.set(month, { ...known, [kind]: (known[kind] ?? 0) + 1 })
    },
    ofMonth: async (month) => byMonth.get(month) ?? {},
  }
}

function memoryRatings(): ZaloRatingStore & { sent: SentRating[] } {
  const sent: SentRating[] = []
  return {
    sent,
    async keep(one) {
      sent.push(one)
    },
    find: async ({ trackingId, msgId }) =>
      sent.find((one) => one.msgId === msgId) ?? sent.find((one) => one.trackingId === trackingId),
  }
}

/** A log whose lines a test may read. */
export function keptLog(): { log: Log; logLines(): Record<string, unknown>[] } {
  const lines: string[] = []
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  return {
    log: createLog({ level: 'debug', destination }),
    logLines: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}
