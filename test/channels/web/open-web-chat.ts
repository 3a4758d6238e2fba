import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FastifyBaseLogger, fastify } from 'fastify'
import { parse } from 'yaml'
import type { Accept, Channel } from '../../../src/channels/channel.ts'
import { webTexts } from '../../../src/channels/web/page-texts.ts'
import { createWebChannel, type WebChannelOptions } from '../../../src/channels/web/start.ts'
import { FakeClock } from '../../../src/lib/clock.ts'
import { loadTexts } from '../../../src/lib/texts.ts'
import { capturingLog, recordingInbox } from '../../contracts/channel.ts'
import { MemoryMailbox } from './memory-mailbox.ts'

const root = join(import.meta.dirname, '../../..')

export const assetsDir = join(root, 'src/channels/web/assets')

const pageTexts = loadTexts(parse(readFileSync(join(root, 'data/texts/web.yaml'), 'utf8')), webTexts)

export interface WebChat {
  url: string
  port: number
  channel: Channel
  mailbox: MemoryMailbox
  clock: FakeClock
  inbox: ReturnType<typeof recordingInbox>
  logged(): string
  close(): Promise<void>
}

/** The web channel on a real port, with everything around it in memory. */
export async function openWebChat(
  options: Partial<Omit<WebChannelOptions, 'clock' | 'mailbox'>> & {
    mailbox?: MemoryMailbox
    clock?: FakeClock
    accept?: Accept
    port?: number
  } = {},
): Promise<WebChat> {
  const clock = options.clock ?? new FakeClock('2026-03-02T01:00:00Z')
  const mailbox = options.mailbox ?? new MemoryMailbox(() => clock.now())
  const { log, logged } = capturingLog()
  const inbox = recordingInbox()
  const accept = options.accept ?? inbox.accept
  const channel = createWebChannel({
    log,
    assetsDir,
    pageTexts,
    branding: { name: 'Sở Nội vụ tỉnh Khánh Hòa', hotline: '0258 3822 123' },
    ...options,
    clock,
    mailbox,
  })
  // With the request log on, unlike the service, so that the routes' own care shows.
  const loggerInstance: FastifyBaseLogger = log
  const app = fastify({ loggerInstance })
  channel.addRoutes!(app, accept)
  await channel.start(accept)
  await app.listen({ port: options.port ?? 0, host: '127.0.0.1' })
  const { port } = app.server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    channel,
    mailbox,
    clock,
    inbox,
    logged,
    async close() {
      await channel.stop()
      // Answers under way go out; then also the connections end that a client holds in reserve without a request.
      const grace = setTimeout(() => app.server.closeAllConnections(), 200)
      await app.close()
      clearTimeout(grace)
    },
  }
}
