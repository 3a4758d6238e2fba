import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
import { createInboxStore } from '../../src/storage/inbox-store.ts'
import { compiled } from '../support/compile-project.ts'
import { type CrashPoint, crashPoints, type FromChild, type ToChild } from '../support/crash-protocol.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { inbound } from '../support/inbound.ts'
import { waitUntil } from '../support/wait-until.ts'

/**
 * The service is killed with SIGKILL at each named point, twenty times. The test plays the platform: it delivers a
 * message again until it is acknowledged, as Telegram does, and counts what reaches the person.
 */
const runsPerPoint = 20

let database: TestDatabase
let platform: Server
let platformUrl: string
/** What persons got: text by chat. */
const received = new Map<string, string[]>()

beforeAll(async () => {
  database = await openTestDatabase()
  createInboxStore(database.connection, () => new Date())
  createConversationStore(database.connection)
  await ensureIndexes(database.connection)
  platform = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      const { to, text } = JSON.parse(body) as { to: string; text: string }
      received.set(to, [...(received.get(to) ?? []), text])
      response.end('{}')
    })
  })
  platform.listen(0, '127.0.0.1')
  await once(platform, 'listening')
  platformUrl = `http://127.0.0.1:${(platform.address() as AddressInfo).port}/`
})
afterAll(async () => {
  platform?.close()
  await database?.close()
})

class Service {
  #child: ChildProcess | undefined
  #acknowledged = new Set<string>()

  async start(): Promise<void> {
    const child = fork(compiled('test/support/crash-child.ts'), {
      execArgv: [],
      env: { ...process.env, MONGODB_URI: database.uri, PLATFORM_URL: platformUrl },
    })
    this.#child = child
    child.on('message', (news: FromChild) => {
      if (news.kind === 'acknowledged') this.#acknowledged.add(news.messageId)
    })
    const ready = once(child, 'message')
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the service ended at its start with code ${code}`)
    })
    await Promise.race([ready, ended])
    ended.catch(() => {})
  }

  get isDead(): boolean {
    return this.#child!.exitCode !== null || this.#child!.signalCode !== null
  }

  isAcknowledged(messageId: string): boolean {
    return this.#acknowledged.has(messageId)
  }

  tell(order: ToChild): void {
    if (!this.isDead && this.#child!.connected) this.#child!.send(order, () => {})
  }

  kill(): void {
    this.#child!.kill('SIGKILL')
  }
}

async function crashAndRecover(point: CrashPoint, service: Service, run: number): Promise<string> {
  const conversationId = `${crashPoints.indexOf(point)}-${run}`
  const message = inbound({
    channel: 'telegram',
    conversationId,
    messageId: `u${conversationId}`,
    text: 'hỏi',
  })
  service.tell({ kind: 'die-at', point })
  service.tell({ kind: 'message', message })
  // A foreign server may refuse a write in passing; then the message is found again by looking for it.
  await waitUntil('death without help', () => service.isDead, 3_000).catch(() =>
    service.tell({ kind: 'recover' }),
  )
  await waitUntil(`death at "${point}"`, () => service.isDead, 30_000)
  await service.start()
  if (!service.isAcknowledged(message.messageId)) service.tell({ kind: 'message', message })
  return conversationId
}

describe.concurrent('kill -9', () => {
  for (const point of crashPoints) {
    it(`when ${point}: nothing is lost, nothing comes twice (features 5, 10, 78)`, async () => {
      const service = new Service()
      await service.start()
      const conversations: string[] = []
      for (let run = 0; run < runsPerPoint; run++) {
        conversations.push(await crashAndRecover(point, service, run))
      }
      service.tell({ kind: 'recover' })
      const all = () => conversations.every((id) => received.has(id))
      await waitUntil('all answers', all, 90_000)
      // Time for a second answer, if there were one.
      await systemClock.sleep(1_000)
      service.kill()
      const counts = conversations.map((id) => received.get(id)!.length)
      expect(conversations.map((id) => received.get(id)![0])).toEqual(conversations.map(() => 're: hỏi'))
      // Between the platform's accept and our write a second send cannot be told from a lost one.
      const most = point === 'platform has taken it, not yet written down' ? 2 : 1
      expect(Math.max(...counts)).toBeLessThanOrEqual(most)
    }, 240_000)
  }
})
