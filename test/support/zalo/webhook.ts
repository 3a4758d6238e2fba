import type { Clock } from '../../../src/lib/clock.ts'
import type { Behaviour, JsonForm, OaIdentity } from './settings.ts'
import { bytesOf, macOf } from './sign.ts'
import type { ZaloEvent } from './world.ts'

/** One try to bring an event to the webhook. */
export interface Attempt {
  at: Date
  /** Absent: no answer within the time, or no connection. */
  status?: number
  failure?: 'no-connection' | 'timeout'
  /** Wall time. */
  tookMs: number
  headers: Record<string, string>
}

export interface Delivery {
  event: ZaloEvent
  raw: Buffer
  attempts: Attempt[]
  /** The n-th try, from 1 on, when it is over; by then the next one is on the clock. */
  attempt(n: number): Promise<Attempt>
  /** `lost`: the webhook was off, or the ladder ended without success. */
  state: 'under way' | 'taken' | 'lost'
}

export interface SendOptions {
  term?: 'app' | 'oa'
  prefix?: 'mac=' | ''
  json?: JsonForm
  isRetried?: boolean
}

export interface Webhook {
  readonly url: string | undefined
  /** False before an address is saved, and after a ladder that failed to its end. */
  readonly isOn: boolean
  /** What an admin of the OA was told. */
  readonly notices: string[]
  readonly deliveries: Delivery[]
  /** As the console does: an unsigned `{}` must get 200, then the webhook is on. Gives the status of the probe. */
  save(url: string): Promise<number | undefined>
  /** On without a probe. */
  turnOn(url: string): void
  turnOff(): void
  /** Signs and delivers; tries again by the ladder on the clock. */
  send(event: ZaloEvent, options?: SendOptions): Delivery
  /** Any bytes with any headers, once; nothing is added but the content type. */
  post(raw: Uint8Array | string, headers?: Record<string, string>): Promise<Attempt>
  /** Headers that are right for the bytes. */
  headersFor(raw: Uint8Array, timestamp: string, options?: SendOptions): Record<string, string>
  /** Every first try is over. */
  settled(): Promise<void>
  close(): void
}

const secondMs = 1000
const minuteMs = 60 * secondMs
/** After which the same event comes again. */
export const ladderMs = [30 * secondMs, 5 * minuteMs, 15 * minuteMs, 30 * minuteMs, 60 * minuteMs]

export function createWebhook(options: {
  identity: OaIdentity
  behaviour: Behaviour
  clock: Clock
}): Webhook {
  const { identity, behaviour, clock } = options
  const deliveries: Delivery[] = []
  const notices: string[] = []
  const firstTries = new Set<Promise<unknown>>()
  const closing = new AbortController()
  let url: string | undefined
  let isOn = false

  function headersFor(raw: Uint8Array, timestamp: string, given: SendOptions = {}) {
    const term = (given.term ?? behaviour.macTerm) === 'app' ? identity.appId : identity.oaId
    const mac = macOf({ term, raw, timestamp, secret: identity.oaSecretKey })
    return {
      'X-ZEvent-Signature': `${given.prefix ?? behaviour.macPrefix}${mac}`,
      'X-ZEvent-Timestamp': timestamp,
    }
  }

  async function post(raw: Uint8Array | string, headers: Record<string, string> = {}): Promise<Attempt> {
    const at = clock.now()
    const began = performance.now()
    const sent = { 'content-type': 'application/json', ...headers }
    const answer = await fetch(url ?? 'http://127.0.0.1:9/', {
      method: 'POST',
      headers: sent,
      body: typeof raw === 'string' ? raw : new Uint8Array(raw),
      redirect: 'manual',
      signal: AbortSignal.any([closing.signal, AbortSignal.timeout(behaviour.webhookTimeoutMs)]),
    }).catch((error: unknown) => error)
    const attempt = { at, tookMs: performance.now() - began, headers: sent }
    if (answer instanceof Response) {
      await answer.arrayBuffer().catch(() => undefined)
      return { ...attempt, status: answer.status }
    }
    const isTimeout = answer instanceof Error && answer.name === 'TimeoutError'
    return { ...attempt, failure: isTimeout ? 'timeout' : 'no-connection' }
  }

  async function climb(
    delivery: Delivery,
    headers: Record<string, string>,
    watch: Watch,
    isRetried: boolean,
  ) {
    const first = clock.now().getTime()
    for (let n = 0; ; n += 1) {
      const attempt = await post(delivery.raw, n === 0 ? headers : { ...headers, num_retry: String(n) })
      delivery.attempts.push(attempt)
      const isTaken = attempt.status === 200
      const delay = ladderMs[n]
      const isOver =
        isTaken || !isRetried || !mayRetry(attempt) || delay === undefined || closing.signal.aborted
      if (isTaken) delivery.state = 'taken'
      else if (isOver) delivery.state = 'lost'
      const elapsed = behaviour.ladderFrom === 'first' ? clock.now().getTime() - first : 0
      const next = isOver ? undefined : clock.sleep(Math.max(0, delay - elapsed), closing.signal)
      if (!isTaken && delay === undefined && !closing.signal.aborted) unsubscribe()
      watch.tell()
      if (!next) return
      await next
      if (closing.signal.aborted || !isOn) {
        delivery.state = 'lost'
        return
      }
    }
  }

  const mayRetry = ({ failure }: Attempt) =>
    behaviour.retriesAfter === 'any-failure' || failure === 'no-connection'

  function unsubscribe(): void {
    isOn = false
    notices.push('Không thể kết nối với webhook')
  }

  return {
    get url() {
      return url
    },
    get isOn() {
      return isOn
    },
    notices,
    deliveries,
    async save(given) {
      url = given
      const { status } = await post('{}')
      isOn = status === 200
      return status
    },
    turnOn(given) {
      url = given
      isOn = true
    },
    turnOff() {
      isOn = false
    },
    send(event, given = {}) {
      const raw = bytesOf(event, given.json ?? behaviour.json)
      const watch = createWatch()
      const delivery: Delivery = {
        event,
        raw,
        attempts: [],
        state: isOn ? 'under way' : 'lost',
        attempt: (n) => watch.until(() => delivery.attempts[n - 1]),
      }
      deliveries.push(delivery)
      if (!isOn) return delivery
      const server: Record<string, string> = isOfTemplates(event) ? { 'X-ZEvent-Server': 'ZNS' } : {}
      const headers = { ...headersFor(raw, event.timestamp, given), ...server }
      const first = watch.until(() => delivery.attempts[0])
      firstTries.add(first)
      void first.then(() => firstTries.delete(first))
      void climb(delivery, headers, watch, given.isRetried ?? true)
      return delivery
    },
    post,
    headersFor,
    async settled() {
      while (firstTries.size > 0) await Promise.all(firstTries)
    },
    close() {
      isOn = false
      closing.abort()
    },
  }
}

const templateEvents = /^user_feedback$|^user_click_response_button$|^change_(template|oa)_|^event_journey_/

/** Receipts are told apart by whom they name: a telephone number, or its hash. */
function isOfTemplates({ event_name: name, recipient }: ZaloEvent): boolean {
  if (name !== 'user_received_message') return templateEvents.test(name)
  const { id } = (recipient ?? {}) as { id?: unknown }
  return /^([0-9a-f]{64}|84\d{9})$/.test(String(id))
}

interface Watch {
  tell(): void
  until<T>(look: () => T | undefined): Promise<T>
}

function createWatch(): Watch {
  const waiting = new Set<() => void>()
  return {
    tell() {
      for (const look of [...waiting]) look()
    },
    until(look) {
      return new Promise((resolve) => {
        const check = () => {
          const found = look()
          if (found === undefined) return
          waiting.delete(check)
          resolve(found)
        }
        waiting.add(check)
        check()
      })
    },
  }
}
