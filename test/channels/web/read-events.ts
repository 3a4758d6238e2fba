/** One event of the stream, as a browser's EventSource would dispatch it. */
interface ServerEvent {
  id: string
  event: string
  data: unknown
}

export interface EventReader {
  status: number
  headers: Headers
  events: ServerEvent[]
  /** Comments, which keep the connection alive. */
  comments: string[]
  /** Resolves when a `count`th event of that kind has come; rejects after five seconds. */
  until(event: string, count?: number): Promise<ServerEvent[]>
  /** Resolves when the server has ended the stream. */
  ended: Promise<void>
  close(): void
}

/** Reads a server-sent event stream by the rules of the HTML standard, as far as we use it. */
export async function readEvents(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
  const abort = new AbortController()
  const response = await fetch(url, { headers, signal: abort.signal })
  const events: ServerEvent[] = []
  const comments: string[] = []
  let wake = () => {}

  async function read(): Promise<void> {
    let buffer = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body!) {
      buffer += decoder.decode(chunk, { stream: true })
      const blocks = buffer.split('\n\n')
      buffer = blocks.pop()!
      for (const block of blocks) take(block)
      wake()
    }
  }

  function take(block: string): void {
    const fields = new Map<string, string>()
    for (const line of block.split('\n')) {
      const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line)!
      if (name === '') comments.push(value)
      else fields.set(name, value)
    }
    const data = fields.get('data')
    if (data === undefined) return
    events.push({
      id: fields.get('id') ?? '',
      event: fields.get('event') ?? 'message',
      data: JSON.parse(data),
    })
  }

  const ended = read().catch((error: unknown) => {
    if (!abort.signal.aborted) throw error
  })
  // Awaited only by those who care how the stream ended.
  ended.catch(() => {})

  return {
    status: response.status,
    headers: response.headers,
    events,
    comments,
    ended,
    async until(event, count = 1) {
      const deadline = performance.now() + 5_000
      for (;;) {
        const found = events.filter((one) => one.event === event)
        if (found.length >= count) return found
        if (performance.now() > deadline)
          throw new Error(`only ${found.length} of ${count} "${event}" events came`)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 100)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
    },
    close: () => abort.abort(),
  }
}
