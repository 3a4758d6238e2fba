import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { compiled } from './compile-project.ts'
import type { CrashDialog, FromChild, ToChild } from './crash-protocol.ts'
import type { TestDatabase } from './database.ts'

/** The platform of a crash test: takes every message and counts what reaches a person. */
export interface CrashPlatform {
  url: string
  /** What persons got: text by chat. */
  received: Map<string, string[]>
  close(): void
}

export async function openCrashPlatform(): Promise<CrashPlatform> {
  const received = new Map<string, string[]>()
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      const { to, text } = JSON.parse(body) as { to: string; text: string }
      received.set(to, [...(received.get(to) ?? []), text])
      response.end('{}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, received, close: () => void server.close() }
}

/** The service in a process of its own (`crash-child.ts`), to be killed and started again. */
export class CrashableService {
  readonly #env: Record<string, string>
  #child: ChildProcess | undefined
  #acknowledged = new Set<string>()

  constructor(options: { database: TestDatabase; platform: CrashPlatform; dialog: CrashDialog }) {
    const { database, platform, dialog } = options
    this.#env = { MONGODB_URI: database.uri, PLATFORM_URL: platform.url, CRASH_DIALOG: dialog }
  }

  async start(): Promise<void> {
    const child = fork(compiled('test/support/crash-child.ts'), {
      execArgv: [],
      env: { ...process.env, ...this.#env },
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
