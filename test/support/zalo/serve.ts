import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../../src/lib/clock.ts'
import type { Answer } from './answers.ts'

export type HostName = 'oauth' | 'openapi' | 'business'

/** A request as it came, kept for assertions. */
export interface RecordedRequest {
  host: HostName
  method: string
  path: string
  query: Record<string, string>
  /** Of the parameter `data` of a GET on openapi. */
  data?: unknown
  headers: IncomingHttpHeaders
  raw: Buffer
  /** Parsed JSON, or the fields of a form. */
  body: Record<string, unknown>
  file?: { bytes: Uint8Array; name: string; type: string }
  at: Date
  /** What was said to it; absent when nothing was, or not yet. */
  answer?: Answer
}

/** What happens to a request instead of the usual. */
export interface Planned extends Partial<Answer> {
  /** Wall time before the answer. */
  delayMs?: number
  /** The answer waits for it. */
  until?: Promise<unknown>
  /** The connection is cut, or stays open without an answer. */
  end?: 'reset' | 'never'
  /** The request has its usual effect all the same; without `body` or `end` it gets its usual answer too. */
  isApplied?: boolean
}

/** A path, a pattern of `METHOD /path`, or a question. */
export type Matcher = string | RegExp | ((request: RecordedRequest) => boolean)

export type Handler = (request: RecordedRequest) => Answer | Promise<Answer>
/** `POST /v3.0/oa/message/cs` → what answers it. */
export type Routes = Record<string, Handler>

export interface Host {
  url: string
  close(): Promise<void>
}

export interface Desk {
  requests: RecordedRequest[]
  planned: { matcher: Matcher; answer: Planned }[]
  clock: Clock
}

export async function serveHost(name: HostName, routes: Routes, desk: Desk): Promise<Host> {
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', async () => {
      const request = await read(name, incoming, Buffer.concat(chunks), desk.clock.now())
      desk.requests.push(request)
      const usual = routes[`${request.method} ${request.path}`] ?? notFound
      const plan = takePlanned(desk, request)
      const answer = await answerOf(request, plan, usual)
      if (plan?.delayMs) await new Promise((resolve) => setTimeout(resolve, plan.delayMs).unref())
      await plan?.until
      if (plan?.end === 'never') return
      if (plan?.end === 'reset') return void incoming.socket.destroy()
      request.answer = answer
      const isText = typeof answer.body === 'string'
      response
        .writeHead(answer.status ?? 200, {
          'content-type': isText ? 'text/html' : 'application/json;charset=UTF-8',
          ...answer.headers,
        })
        .end(isText ? answer.body : JSON.stringify(answer.body))
    })
  })
  return { url: await listen(server), close: () => shut(server) }
}

/** Those first put are first used, each once. */
function takePlanned({ planned }: Desk, request: RecordedRequest): Planned | undefined {
  const index = planned.findIndex(({ matcher }) => matches(matcher, request))
  return index < 0 ? undefined : planned.splice(index, 1)[0]!.answer
}

export function matches(matcher: Matcher, request: RecordedRequest): boolean {
  if (typeof matcher === 'string') return matcher === request.path
  if (matcher instanceof RegExp) return matcher.test(`${request.method} ${request.path}`)
  return matcher(request)
}

async function answerOf(
  request: RecordedRequest,
  plan: Planned | undefined,
  usual: Handler,
): Promise<Answer> {
  const isReplaced =
    plan !== undefined && (plan.body !== undefined || plan.status !== undefined || !!plan.end)
  const own = !isReplaced || plan.isApplied ? await usual(request) : undefined
  if (!isReplaced) return { ...own!, headers: { ...own!.headers, ...plan?.headers } }
  return { status: plan.status, headers: plan.headers, body: plan.body ?? '' }
}

const notFound: Handler = () => ({ status: 404, body: '<html><h1>404 Not Found</h1></html>' })

async function read(
  host: HostName,
  incoming: { url?: string; method?: string; headers: IncomingHttpHeaders },
  raw: Buffer,
  at: Date,
): Promise<RecordedRequest> {
  const url = new URL(incoming.url ?? '/', 'http://zalo.invalid')
  const query = Object.fromEntries(url.searchParams)
  const request: RecordedRequest = {
    host,
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query,
    headers: incoming.headers,
    raw,
    body: {},
    at,
  }
  if (query.data !== undefined) request.data = jsonOf(query.data)
  const type = incoming.headers['content-type'] ?? ''
  if (type.startsWith('application/json')) request.body = record(jsonOf(raw.toString('utf8')))
  else if (type.startsWith('application/x-www-form-urlencoded')) {
    request.body = Object.fromEntries(new URLSearchParams(raw.toString('utf8')))
  } else if (type.startsWith('multipart/form-data')) await readForm(request, type)
  return request
}

async function readForm(request: RecordedRequest, type: string): Promise<void> {
  const bytes = new Uint8Array(request.raw)
  const form = await new Response(bytes, { headers: { 'content-type': type } })
    .formData()
    .catch(() => undefined)
  const file = form?.get('file')
  if (!file || typeof file === 'string') return
  request.file = { bytes: new Uint8Array(await file.arrayBuffer()), name: file.name, type: file.type }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Anything that is not an object of JSON counts as an empty one. */
export function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}

export async function listen(server: Server, port = 0): Promise<string> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export function shut(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
