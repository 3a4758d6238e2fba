import { Readable } from 'node:stream'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { WebLimits } from './limits.ts'
import type { Mailbox, StoredLine } from './mailbox.ts'
import { clearEvent, toEvent } from './send.ts'

/** The open `GET /web/events` connections of this process. */
export interface EventStreams {
  /**
   * Reads the first lines, then gives a stream that goes on until `closed` is called or the server stops. Rejects when
   * the mailbox does not answer; `undefined` when too many streams are open.
   */
  open(request: StreamRequest): Promise<{ stream: Readable; closed: () => void } | undefined>
  /** Something new was said in this conversation. */
  wake(conversationId: string): void
  /** Ends all streams; pages reconnect by themselves. */
  close(): void
}

interface StreamRequest {
  conversationId: string
  lastSequence: number | undefined
  address: string
}

const batchLines = 100
/** Instances may disagree about the time by this much before another one's lines are noticed only at keep-alive. */
const clockSkewMs = 5_000

export function createEventStreams(parts: {
  mailbox: Mailbox
  clock: Clock
  log: Log
  limits: WebLimits
}): EventStreams {
  const { mailbox, clock, log, limits } = parts
  const listeners = new Set<Listener>()
  let poll: NodeJS.Timeout | undefined
  let isPolling = false
  let isClosed = false

  async function pollOthers(): Promise<void> {
    if (isPolling) return
    isPolling = true
    try {
      const since = new Date(clock.now().getTime() - limits.pollMs - clockSkewMs)
      const newest = new Map<string, number>()
      for (const { conversationId, sequence } of await mailbox.changedSince(since)) {
        newest.set(conversationId, Math.max(sequence, newest.get(conversationId) ?? 0))
      }
      for (const listener of listeners) {
        if ((newest.get(listener.conversationId) ?? 0) > listener.lastSequence) listener.wake()
      }
    } catch (error) {
      log.debug({ err: error }, 'web mailbox not polled')
    } finally {
      isPolling = false
    }
  }

  function add(listener: Listener): void {
    listeners.add(listener)
    if (!poll) {
      poll = setInterval(() => void pollOthers(), limits.pollMs)
      poll.unref()
    }
  }

  function remove(listener: Listener): void {
    listener.close()
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(poll)
      poll = undefined
    }
  }

  function hasRoom({ address, conversationId }: StreamRequest): boolean {
    const open = [...listeners]
    return (
      !isClosed &&
      open.length < limits.streams &&
      open.filter((listener) => listener.address === address).length < limits.streamsPerAddress &&
      open.filter((listener) => listener.conversationId === conversationId).length < limits.streamsPerSession
    )
  }

  async function* frames(listener: Listener, first: Reading): AsyncGenerator<string> {
    // Sent at once, so that the browser knows the connection stands; 2 s is its wait before it reconnects.
    yield 'retry: 2000\n\n'
    yield* said(listener, first)
    yield* unread(listener)
    yield 'event: ready\ndata: {}\n\n'
    for (;;) {
      const reason = await listener.waitMs(limits.keepAliveMs)
      if (reason === 'closed') return
      if (reason === 'quiet') yield ': keep-alive\n\n'
      yield* unread(listener)
    }
  }

  async function* unread(listener: Listener): AsyncGenerator<string> {
    for (;;) {
      const reading = await readOn(listener)
      yield* said(listener, reading)
      if (reading.lines.length < batchLines) return
    }
  }

  return {
    async open(request) {
      if (!hasRoom(request)) return undefined
      const listener = new Listener(request)
      // Listening starts before reading: what is said in between wakes the stream and is read in the next round.
      add(listener)
      try {
        const first = await readFirst(request, listener)
        return {
          stream: Readable.from(guarded(frames(listener, first)), { objectMode: false }),
          closed: () => remove(listener),
        }
      } catch (error) {
        remove(listener)
        throw error
      }
    },
    wake(conversationId) {
      for (const listener of listeners) if (listener.conversationId === conversationId) listener.wake()
    },
    close() {
      isClosed = true
      for (const listener of [...listeners]) remove(listener)
    },
  }

  /** The beginning of what was missed, or for a page that opens afresh the recent history. */
  async function readFirst(request: StreamRequest, listener: Listener): Promise<Reading> {
    if (request.lastSequence !== undefined) return readOn(listener)
    const lines = await mailbox.after(request.conversationId, undefined, limits.historyLines)
    return { lines, isForgotten: false }
  }

  /**
   * The lines after the last one that was given. That one is read once more: when it is gone, the conversation was
   * forgotten meanwhile, also by another instance or while the page was offline.
   */
  async function readOn({ conversationId, lastSequence, wasGiven }: Listener): Promise<Reading> {
    if (!wasGiven) {
      return { lines: await mailbox.after(conversationId, lastSequence, batchLines), isForgotten: false }
    }
    const lines = await mailbox.after(conversationId, lastSequence - 1, batchLines + 1)
    if (lines[0]?.sequence === lastSequence) return { lines: lines.slice(1), isForgotten: false }
    return { lines, isForgotten: true }
  }

  /** A mailbox that stops answering ends the stream; the page reconnects and goes on where it was. */
  async function* guarded(source: AsyncGenerator<string>): AsyncGenerator<string> {
    try {
      yield* source
    } catch (error) {
      log.warn({ err: error }, 'web event stream ended early')
    }
  }
}

interface Reading {
  lines: StoredLine[]
  /** What the page was given before is not kept any more. */
  isForgotten: boolean
}

function* said(listener: Listener, { lines, isForgotten }: Reading): Generator<string> {
  if (isForgotten) {
    listener.wasGiven = false
    yield clearEvent
  }
  for (const line of lines) {
    // A page may show lines that it was never given: those that it has just sent.
    if (line.from === 'bot' && line.message.isSecret) yield clearEvent
    listener.lastSequence = line.sequence
    listener.wasGiven = true
    yield toEvent(line)
  }
}

class Listener {
  readonly conversationId: string
  readonly address: string
  lastSequence: number
  /** The page has the line of `lastSequence`. */
  wasGiven: boolean
  #hasNews = false
  #isClosed = false
  #notify: (() => void) | undefined

  constructor({ conversationId, address, lastSequence }: StreamRequest) {
    this.conversationId = conversationId
    this.address = address
    this.lastSequence = lastSequence ?? 0
    this.wasGiven = this.lastSequence > 0
  }

  wake(): void {
    this.#hasNews = true
    this.#notify?.()
  }

  close(): void {
    this.#isClosed = true
    this.#notify?.()
  }

  async waitMs(ms: number): Promise<'news' | 'quiet' | 'closed'> {
    if (!this.#hasNews && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        this.#notify = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#notify = undefined
    }
    const reason = this.#isClosed ? 'closed' : this.#hasNews ? 'news' : 'quiet'
    this.#hasNews = false
    return reason
  }
}
