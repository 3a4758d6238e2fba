import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import fastify from 'fastify'
import { type FakeOa, startFakeOa } from '../../test/support/zalo/fake-oa.ts'
import type { Person } from '../../test/support/zalo/person.ts'
import { chatState } from './chat-state.ts'
import { actionSchema, doAction } from './do-action.ts'
import type { JumpClock } from './jump-clock.ts'
import { renderPage } from './page.tsx'
import type { SampleDossiers } from './sample-dossiers.ts'
import type { SandboxTexts } from './texts.ts'

export interface Sandbox {
  url: string
  oa: FakeOa
  stop(): Promise<void>
}

/** What a person may send at most. */
const maxFileBytes = 20 * 1024 * 1024
/** Own changes are told at once; those that nobody tells of (retries, the hours of the window) within this. */
const refreshMs = 2_000

/** Zalo's fake and the page of one telephone, on this machine only. */
export async function startSandbox(options: {
  port: number
  clock: JumpClock
  texts: SandboxTexts
  /** None without a bot that takes them. */
  dossiers?: SampleDossiers
}): Promise<Sandbox> {
  const { clock, texts, dossiers } = options
  const oa = await startFakeOa({ clock })
  const people = new Map<string, Person>()
  const listeners = new Set<ServerResponse>()
  const tell = () => {
    for (const listener of listeners) listener.write('data: changed\n\n')
  }

  function addPerson(): Person {
    const person = oa.person({ name: texts.say('zalo-sandbox.new-person-name', { number: people.size + 1 }) })
    person.state.watchers.add(tell)
    people.set(person.userId, person)
    return person
  }
  const first = addPerson()
  const personOf = (id: string | undefined) => people.get(id ?? '') ?? first

  const app = fastify({ bodyLimit: maxFileBytes, forceCloseConnections: true })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  app.get('/', (_request, reply) => reply.type('text/html').send(renderPage(texts)))
  for (const [name, type] of [
    ['sandbox.css', 'text/css'],
    ['sandbox.js', 'text/javascript'],
    ['bubbles.js', 'text/javascript'],
  ] as const) {
    app.get(`/${name}`, (_request, reply) =>
      reply.type(type).send(readFileSync(join('scripts/zalo-sandbox/assets', name))),
    )
  }

  app.get<{ Querystring: { person?: string } }>('/state', ({ query }) =>
    chatState({ oa, people, clock, dossiers }, personOf(query.person)),
  )
  app.get('/changes', (request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    reply.raw.write('retry: 1000\n\n')
    listeners.add(reply.raw)
    request.raw.on('close', () => listeners.delete(reply.raw))
  })

  app.post<{ Querystring: { person?: string } }>('/act', async ({ query, body }, reply) => {
    const action = actionSchema.safeParse(body)
    if (!action.success) return reply.code(400).send({ problem: 'action' })
    await doAction({ oa, clock, dossiers }, personOf(query.person), action.data)
    tell()
    return { kind: 'done' }
  })
  app.post('/people', async (_request, reply) => {
    // A page of another site can post, but not this content type.
    if (!_request.headers['content-type']?.startsWith('application/json')) return reply.code(415).send()
    return { id: addPerson().userId }
  })
  app.post<{ Querystring: { person?: string; name?: string; caption?: string } }>(
    '/file',
    async ({ query, body, headers }, reply) => {
      const type = headers['content-type'] ?? ''
      if (!Buffer.isBuffer(body) || body.length === 0) return reply.code(400).send({ problem: 'file' })
      const person = personOf(query.person)
      const file = { bytes: new Uint8Array(body), type, name: query.name ?? 'tep' }
      if (type.startsWith('image/')) await person.sendPhoto(file, { caption: query.caption || undefined })
      else await person.sendFile(file)
      tell()
      return { kind: 'done' }
    },
  )

  const refresh = setInterval(tell, refreshMs)
  const stop = async () => {
    clearInterval(refresh)
    for (const listener of listeners) listener.end()
    await app.close()
    await oa.close()
  }
  try {
    await app.listen({ port: options.port, host: '127.0.0.1' })
  } catch (error) {
    await stop()
    throw error
  }
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : options.port
  return {
    url: `http://localhost:${port}`,
    oa,
    stop,
  }
}
