import { postFiles, postMessage } from './post.js'
import { backoffMs, randomId, store } from './session.js'

/** For files the server may ask for an hour of silence; people choose for themselves then. */
const patienceMs = 60_000

/**
 * Messages on their way to the server, one after the other. A message leaves the list only when the server has taken it
 * (202) or will never take it (4xx); a repeat carries the same id, so trying again cannot send it twice.
 *
 * Texts and taps are kept in this browser until then. Files are not: they wait in the memory of this page, and what is
 * said after them waits behind them.
 */
export class Outbox {
  #sessionId
  #onState
  #onProgress
  #isBusy = false
  #isClosed = false
  #failures = 0
  #timer
  /** The server asked us to leave it alone until then. */
  #notBefore = 0
  /** Each with the ids of what was unsent before it. */
  #uploads = []
  /** Ends the upload that is under way. */
  #abort

  /**
   * @param onState (id, 'sending' | 'waiting' | 'sent' | 'refused', reason?)
   * @param onProgress (id, part between 0 and 1) of an upload
   */
  constructor(sessionId, onState, onProgress) {
    this.#sessionId = sessionId
    this.#onState = onState
    this.#onProgress = onProgress
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

  addFiles(files, content) {
    const before = new Set(this.unsent().map(({ id }) => id))
    const upload = { id: randomId(), ...content, files, before }
    this.#uploads.push(upload)
    return upload
  }

  /** Takes files back that the server has not taken yet. */
  cancelFiles(id) {
    const isUnderWay = this.#uploads[0]?.id === id
    this.#uploads = this.#uploads.filter((upload) => upload.id !== id)
    if (isUnderWay) this.#abort?.abort()
    this.#notBefore = 0
    this.flush()
  }

  /** Files that are lost when the page is left. */
  get hasFiles() {
    return this.#uploads.length > 0
  }

  /** Sends what is unsent now, or as soon as the server wants to hear from us again. */
  async flush() {
    if (this.#isBusy || this.#isClosed) return
    this.#isBusy = true
    clearTimeout(this.#timer)
    let waitMs = Math.max(0, this.#notBefore - performance.now())
    if (waitMs > 0) this.#allWait()
    for (let next = this.#next(); next && waitMs === 0 && !this.#isClosed; next = this.#next()) {
      waitMs = await this.#deliver(next)
    }
    this.#isBusy = false
    if (waitMs > 0 && !this.#isClosed) this.#timer = setTimeout(() => this.flush(), waitMs)
  }

  /** Sends nothing any more; what is unsent waits for the next visit. */
  close() {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#abort?.abort()
  }

  /** The conversation was cleared: nothing of it is to be sent. */
  discard() {
    this.close()
    store.remove(this.#key)
  }

  #next() {
    const stored = this.unsent()[0]
    const upload = this.#uploads[0]
    return upload && !upload.before.has(stored?.id) ? upload : stored
  }

  /** Gives the milliseconds to wait before the next try; 0 = done with this message. */
  async #deliver(message) {
    const { id } = message
    this.#onState(id, 'sending')
    let answer
    try {
      answer = await this.#post(message)
    } catch {
      return this.#isPending(id) ? this.#later() : 0
    }
    if (this.#isClosed) return 0
    const { status, retryAfter, body } = answer
    if (status === 202) {
      this.#drop(id)
      this.#failures = 0
      this.#onState(id, 'sent')
      return 0
    }
    const askedMs = 1_000 * (Number(retryAfter) || 0)
    // What is said after them must not wait for an hour.
    const isTooLong = message.files !== undefined && askedMs > patienceMs
    if ((status === 429 && !isTooLong) || status >= 500 || status === 408) {
      this.#notBefore = performance.now() + askedMs
      return this.#later(askedMs)
    }
    this.#drop(id)
    this.#onState(id, 'refused', body.message)
    return 0
  }

  #post({ id, text, choice, files }) {
    const message = { sessionId: this.#sessionId, messageId: id, text, choice }
    if (!files) return postMessage(message)
    this.#abort = new AbortController()
    return postFiles(message, files, this.#abort.signal, (part) => this.#onProgress(id, part))
  }

  #isPending(id) {
    return [...this.#uploads, ...this.unsent()].some((message) => message.id === id)
  }

  #later(askedMs = 0) {
    if (this.#isClosed) return 0
    this.#allWait()
    return Math.max(askedMs, backoffMs(this.#failures++))
  }

  #allWait() {
    for (const { id } of [...this.#uploads, ...this.unsent()]) this.#onState(id, 'waiting')
  }

  #drop(id) {
    this.#uploads = this.#uploads.filter((upload) => upload.id !== id)
    this.#save(this.unsent().filter((message) => message.id !== id))
  }

  #save(messages) {
    if (messages.length === 0) store.remove(this.#key)
    else store.write(this.#key, JSON.stringify(messages))
  }
}
