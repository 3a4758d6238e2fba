import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * A Bot API server for what telegram-test-api does not do: offsets that confirm, requests that are held, 409, 429, 403,
 * 5xx, answers that never come, unknown methods, the webhook secret, and refusing what Telegram refuses.
 */
export interface FakeBotApi {
  /** For `apiRoot`; holds a path, as a reverse proxy would. */
  url: string
  calls: { method: string; body: Record<string, unknown> }[]
  callsOf(method: string): Record<string, unknown>[]
  /** What the person sees: the messages that were taken. */
  shown: Record<string, unknown>[]
  /** Puts an update where getUpdates fetches it, in the order given. An id that waits already is not put twice. */
  put(...updates: FakeUpdate[]): void
  /** Ids that are not confirmed. */
  waiting(): number[]
  /** What getFile knows under the id. */
  keepFile(fileId: string, file: KeptFile): void
  /** The paths below `/file` that were asked for, without the token. */
  downloads: string[]
  /** The next calls of the method are treated so, one each; the last one for ever if `isLasting`. */
  treat(method: string, treatments: Treatment[], isLasting?: boolean): void
  mend(method: string): void
  /** Sends an update to the service as Telegram does, with the secret that setWebhook named. Gives the status. */
  deliver(update: FakeUpdate | string, to: string, headers?: Record<string, string>): Promise<number>
  close(): Promise<void>
}

export interface KeptFile {
  bytes: Uint8Array
  /** Below the folder of the bot's files; `documents/<id>` when absent, as anything that getFile might say. */
  path?: string
  /** What getFile says of the size. */
  claimedBytes?: number
  /** Answers the download in its own way, instead of with 200 and the bytes. */
  serve?(response: ServerResponse): void
}

export type FakeUpdate = { update_id: number } & Record<string, unknown>

interface Answer {
  status: number
  body: unknown
}

/** `hang`: never answers. `hang-midway`: stops within the body. `cut`: closes the line. `page`: HTML of some proxy. */
export type Treatment =
  | { status: number; body: unknown }
  | 'hang'
  | 'hang-midway'
  | 'cut'
  | 'page'
  | 'unknown'

export const tooManyRequests = (seconds: number): Answer =>
  refusal(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds })

export function refusal(status: number, description: string, parameters?: unknown): Answer {
  return {
    status,
    body: { ok: false, error_code: status, description, ...(parameters ? { parameters } : {}) },
  }
}

export async function startFakeBotApi({ token }: { token: string }): Promise<FakeBotApi> {
  const calls: FakeBotApi['calls'] = []
  const shown: FakeBotApi['shown'] = []
  const files = new Map<string, KeptFile>()
  const downloads: string[] = []
  const treatments = new Map<string, { list: Treatment[]; isLasting: boolean }>()
  let queue: FakeUpdate[] = []
  let webhook: Record<string, unknown> | undefined
  let held: { response: ServerResponse; timer: NodeJS.Timeout; offset: number } | undefined

  const server = createServer((request, response) => {
    const filePath = request.url?.split(`/proxy/file/bot${token}/`)[1]
    if (filePath !== undefined) {
      download(filePath, response)
      return
    }
    void readJson(request).then((body) => {
      const match = /^\/proxy\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '')
      if (!match) {
        answer(response, refusal(404, 'Not Found'))
        return
      }
      const method = match[2]!
      calls.push({ method, body })
      const planned = treatments.get(method)
      const treatment =
        planned && (planned.isLasting && planned.list.length === 1 ? planned.list[0] : planned.list.shift())
      if (treatment) mistreat(response, treatment)
      else {
        const given = match[1] === token ? handle(method, body, response) : refusal(401, 'Unauthorized')
        if (given) answer(response, given)
      }
    })
  })

  const pathOf = (fileId: string, { path }: KeptFile) => path ?? `documents/${fileId}`

  function download(path: string, response: ServerResponse): void {
    downloads.push(path)
    const [, file] = [...files].find(([fileId, kept]) => pathOf(fileId, kept) === path) ?? []
    if (!file) response.writeHead(404).end()
    else if (file.serve) file.serve(response)
    else response.writeHead(200, { 'content-length': file.bytes.length }).end(file.bytes)
  }

  /** `undefined`: answered later. */
  function handle(
    method: string,
    body: Record<string, unknown>,
    response: ServerResponse,
  ): Answer | undefined {
    switch (method) {
      case 'getMe':
        return done({ id: 4711, is_bot: true, first_name: 'Một cửa', username: 'MotCuaBot' })
      case 'getUpdates':
        return poll(body, response)
      case 'setWebhook':
        if (!String(body.url).startsWith('https://')) {
          return refusal(400, 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook')
        }
        webhook = body
        return done(true)
      case 'deleteWebhook':
        webhook = undefined
        if (body.drop_pending_updates) queue = []
        return done(true)
      case 'sendMessage': {
        const fault = faultOf(body)
        if (fault) return refusal(400, `Bad Request: ${fault}`)
        shown.push(body)
        return done({ message_id: shown.length, date: 1, chat: { id: body.chat_id }, text: body.text })
      }
      case 'getFile': {
        const fileId = String(body.file_id)
        const file = files.get(fileId)
        if (!file) return refusal(400, 'Bad Request: wrong file_id or the file is temporarily unavailable')
        const size = file.claimedBytes ?? file.bytes.length
        return done({ file_id: fileId, file_size: size, file_path: pathOf(fileId, file) })
      }
      case 'setMyCommands':
      case 'answerCallbackQuery':
        return done(true)
      default:
        return refusal(404, 'Not Found')
    }
  }

  function poll(body: Record<string, unknown>, response: ServerResponse): Answer | undefined {
    if (webhook) {
      return refusal(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      )
    }
    release(
      refusal(
        409,
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
      ),
    )
    const offset = typeof body.offset === 'number' ? body.offset : 0
    queue = queue.filter(({ update_id }) => update_id >= offset)
    const limit = typeof body.limit === 'number' ? body.limit : 100
    if (queue.length > 0 || !body.timeout) return done(queue.slice(0, limit))
    const timer = setTimeout(() => release(done([])), Number(body.timeout) * 1000)
    const mine = { response, timer, offset }
    held = mine
    response.on('close', () => {
      clearTimeout(timer)
      if (held === mine) held = undefined
    })
    return undefined
  }

  /** Ends the request that is being held, if there is one. */
  function release(given: Answer): void {
    if (!held) return
    const { response, timer } = held
    clearTimeout(timer)
    held = undefined
    answer(response, given)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    // Without the last slash on purpose: people write it so.
    url: `http://127.0.0.1:${port}/proxy`,
    calls,
    shown,
    callsOf: (method) => calls.filter((call) => call.method === method).map(({ body }) => body),
    put(...updates) {
      for (const update of updates) {
        if (!queue.some(({ update_id }) => update_id === update.update_id)) queue.push(update)
      }
      const due = held ? queue.filter(({ update_id }) => update_id >= held!.offset) : []
      if (due.length > 0) release(done(due))
    },
    keepFile: (fileId, file) => void files.set(fileId, file),
    downloads,
    waiting: () => queue.map(({ update_id }) => update_id),
    treat(method, list, isLasting = false) {
      treatments.set(method, { list: [...list], isLasting })
    },
    mend: (method) => void treatments.delete(method),
    async deliver(update, to, headers) {
      const secret = String(webhook?.secret_token)
      const response = await fetch(to, {
        method: 'POST',
        headers: headers ?? { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret },
        body: typeof update === 'string' ? update : JSON.stringify(update),
        signal: AbortSignal.timeout(10_000),
      })
      await response.arrayBuffer()
      return response.status
    },
    async close() {
      release(done([]))
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** As the Bot API server checks it. */
function faultOf({ text, chat_id, reply_markup }: Record<string, unknown>): string | undefined {
  if (!/^-?\d+$/.test(String(chat_id))) return 'chat not found'
  if (typeof text !== 'string' || text.trim() === '') return 'message text is empty'
  if (text.length > 4096) return 'message is too long'
  const rows = (reply_markup as { inline_keyboard?: Record<string, string>[][] } | undefined)?.inline_keyboard
  for (const { text: label, callback_data, url } of rows?.flat() ?? []) {
    if (!label) return 'text buttons are unallowed in the inline keyboard'
    if (callback_data !== undefined && Buffer.byteLength(callback_data) > 64) return 'BUTTON_DATA_INVALID'
    if (url !== undefined && !new URL(url).hostname.includes('.')) {
      return `inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`
    }
  }
  return undefined
}

function mistreat(response: ServerResponse, treatment: Treatment): void {
  switch (treatment) {
    case 'hang':
      return
    case 'hang-midway':
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{"ok":tr')
      return
    case 'cut':
      response.destroy()
      return
    case 'page':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Trang bị chặn</html>')
      return
    case 'unknown':
      answer(response, refusal(404, 'Not Found'))
      return
    default:
      answer(response, treatment)
  }
}

function done(result: unknown): Answer {
  return { status: 200, body: { ok: true, result } }
}

function answer(response: ServerResponse, { status, body }: Answer): void {
  if (response.writableEnded || response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}
