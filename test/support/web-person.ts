import { randomUUID } from 'node:crypto'
import { waitUntil } from './wait-until.ts'

/** What a bot line of the event stream holds; the names are fixed for everyone who embeds the chat. */
export interface SeenLine {
  id: string
  text: string
  buttons?: { label: string; choice?: string; url?: string }[]
  isSecret?: true
}

export interface SentFile {
  name: string
  /** `image/jpeg`, `application/pdf` … as a browser would declare it. */
  type: string
  bytes: Uint8Array
}

/** A person at the web chat, without a browser: writes over HTTP and reads the event stream. */
export class WebPerson {
  readonly sessionId = randomUUID()
  readonly seen: SeenLine[] = []
  /** How often the page was told to forget what it shows. `seen` keeps all, for the test to look at. */
  cleared = 0
  readonly #url: () => string
  #lastEventId: string | undefined
  #stream: AbortController | undefined
  #count = 0

  constructor(url: string | (() => string)) {
    this.#url = typeof url === 'string' ? () => url : url
  }

  async post(body: { text?: string; choice?: string; messageId?: string }): Promise<number> {
    this.#count += 1
    const response = await fetch(`${this.#url()}/web/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sessionId: this.sessionId, messageId: `m${this.#count}`, ...body }),
    })
    await response.arrayBuffer()
    return response.status
  }

  /** Sends photos or papers, with a text if there is one; gives the HTTP status. */
  async postFiles(
    files: SentFile[],
    { text, messageId }: { text?: string; messageId?: string } = {},
  ): Promise<number> {
    this.#count += 1
    const form = new FormData()
    form.append('sessionId', this.sessionId)
    form.append('messageId', messageId ?? `m${this.#count}`)
    if (text !== undefined) form.append('text', text)
    for (const { name, type, bytes } of files) form.append('files', new Blob([bytes], { type }), name)
    const response = await fetch(`${this.#url()}/web/files`, { method: 'POST', body: form })
    await response.arrayBuffer()
    return response.status
  }

  /** Sends files and waits for at least one new line. */
  async attach(...files: SentFile[]): Promise<SeenLine[]> {
    return this.#answered(() => this.postFiles(files))
  }

  /** Writes and waits for at least one new line. */
  async ask(text: string): Promise<SeenLine[]> {
    return this.#answered(() => this.post({ text }))
  }

  async tap(choice: string): Promise<SeenLine[]> {
    return this.#answered(() => this.post({ choice }))
  }

  async #answered(act: () => Promise<number>): Promise<SeenLine[]> {
    const before = this.seen.length
    const status = await act()
    if (status !== 202) throw new Error(`the message was not accepted: ${status}`)
    await waitUntil('an answer', () => this.seen.length > before)
    return this.seen.slice(before)
  }

  /** Opens the event stream; a second call resumes after the last event, as a browser does. */
  async connect(): Promise<void> {
    this.disconnect()
    const stream = new AbortController()
    this.#stream = stream
    const headers: Record<string, string> = this.#lastEventId ? { 'last-event-id': this.#lastEventId } : {}
    const response = await fetch(`${this.#url()}/web/events?sessionId=${this.sessionId}`, {
      headers,
      signal: stream.signal,
    })
    void this.#read(response).catch(() => {})
  }

  /** As a page that is opened afresh: is shown the conversation from its beginning. */
  async reopen(): Promise<void> {
    this.#lastEventId = undefined
    await this.connect()
  }

  disconnect(): void {
    this.#stream?.abort()
  }

  async #read(response: Response): Promise<void> {
    const decoder = new TextDecoder()
    let buffer = ''
    for await (const chunk of response.body!) {
      buffer += decoder.decode(chunk as Uint8Array, { stream: true })
      for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
        this.#take(buffer.slice(0, end))
        buffer = buffer.slice(end + 2)
      }
    }
  }

  #take(event: string): void {
    const field = (name: string) =>
      event
        .split('\n')
        .filter((line) => line.startsWith(`${name}:`))
        .map((line) => line.slice(name.length + 1).trim())
        .join('\n')
    if (field('id')) this.#lastEventId = field('id')
    if (field('event') === 'clear') this.cleared += 1
    if (field('event') && field('event') !== 'message') return
    if (field('data')) this.seen.push(JSON.parse(field('data')))
  }
}
