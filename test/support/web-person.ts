import { randomUUID } from 'node:crypto'
import { waitUntil } from './wait-until.ts'

/** What a bot line of the event stream holds; the names are fixed for everyone who embeds the chat. */
export interface SeenLine {
  id: string
  text: string
  buttons?: { label: string; choice?: string; url?: string }[]
}

/** A person at the web chat, without a browser: writes over HTTP and reads the event stream. */
export class WebPerson {
  readonly sessionId = randomUUID()
  readonly seen: SeenLine[] = []
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

  /** Writes and waits for at least one new line. */
  async ask(text: string): Promise<SeenLine[]> {
    return this.#answered({ text })
  }

  async tap(choice: string): Promise<SeenLine[]> {
    return this.#answered({ choice })
  }

  async #answered(body: { text?: string; choice?: string }): Promise<SeenLine[]> {
    const before = this.seen.length
    const status = await this.post(body)
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
    if (field('event') && field('event') !== 'message') return
    if (field('data')) this.seen.push(JSON.parse(field('data')))
  }
}
