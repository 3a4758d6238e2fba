import { backoffMs, randomId, store } from './session.js'

/**
 * Messages on their way to the server, one after the other. A message leaves the list only when the server has taken it
 * (202) or will never take it (4xx); a repeat carries the same id, so trying again cannot send it twice.
 */
export class Outbox {
  #sessionId
  #onState
  #isBusy = false
  #isClosed = false
  #failures = 0
  #timer
  /** The server asked us to leave it alone until then. */
  #notBefore = 0

  /** @param onState (id, 'sending' | 'waiting' | 'sent' | 'refused', reason?) */
  constructor(sessionId, onState) {
    this.#sessionId = sessionId
    this.#onState = onState
  }

  get #key() {
    return `motcua.unsent.${this.#sessionId}`
  }

  /** Other tabs of the same conversation write the list too, so it is read afresh each time. */
  unsent() {
    try {
      const list = JSON.parse(store.read(this.#key) ?? '[]')
      return Array.isArray(list) ? list : []
    } catch {
      return []
    }
  }

  add(content) {
    const message = { id: randomId(), ...content }
    this.#save([...this.unsent(), message])
    return message
  }

  /** Sends what is unsent now, or as soon as the server wants to hear from us again. */
  async flush() {
    if (this.#isBusy || this.#isClosed) return
    this.#isBusy = true
    clearTimeout(this.#timer)
    let waitMs = Math.max(0, this.#notBefore - performance.now())
    if (waitMs > 0) this.#allWait()
    for (let next = this.unsent()[0]; next && waitMs === 0 && !this.#isClosed; next = this.unsent()[0]) {
      waitMs = await this.#deliver(next)
    }
    this.#isBusy = false
    if (waitMs > 0 && !this.#isClosed) this.#timer = setTimeout(() => this.flush(), waitMs)
  }

  /** Sends nothing any more; what is unsent waits for the next visit. */
  close() {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  /** The conversation was cleared: nothing of it is to be sent. */
  discard() {
    this.close()
    store.remove(this.#key)
  }

  /** Gives the milliseconds to wait before the next try; 0 = done with this message. */
  async #deliver({ id, text, choice }) {
    this.#onState(id, 'sending')
    let response
    try {
      response = await fetch('/web/messages', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ sessionId: this.#sessionId, messageId: id, text, choice }),
        signal: AbortSignal.timeout(15_000),
      })
    } catch {
      return this.#later()
    }
    if (this.#isClosed) return 0
    const answer = await response.json().catch(() => ({}))
    if (response.status === 202) {
      this.#drop(id)
      this.#failures = 0
      this.#onState(id, 'sent')
      return 0
    }
    if (response.status === 429 || response.status >= 500 || response.status === 408) {
      const askedMs = 1_000 * (Number(response.headers.get('retry-after')) || 0)
      this.#notBefore = performance.now() + askedMs
      return this.#later(askedMs)
    }
    this.#drop(id)
    this.#onState(id, 'refused', answer.message)
    return 0
  }

  #later(askedMs = 0) {
    if (this.#isClosed) return 0
    this.#allWait()
    return Math.max(askedMs, backoffMs(this.#failures++))
  }

  #allWait() {
    for (const { id } of this.unsent()) this.#onState(id, 'waiting')
  }

  #drop(id) {
    this.#save(this.unsent().filter((message) => message.id !== id))
  }

  #save(messages) {
    if (messages.length === 0) store.remove(this.#key)
    else store.write(this.#key, JSON.stringify(messages))
  }
}
