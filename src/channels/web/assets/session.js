/** What the browser keeps between visits: the session id and the messages that have not been taken yet. */

/** What localStorage would not take: a frame on another site may have none, then it lasts until the page is closed. */
const memory = new Map()

export const store = {
  read(key) {
    if (memory.has(key)) return memory.get(key)
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(key, value)
      memory.delete(key)
    } catch {
      memory.set(key, value)
    }
  },
  remove(key) {
    memory.delete(key)
    try {
      localStorage.removeItem(key)
    } catch {
      // Nothing was kept there.
    }
  },
}

export const sessionKey = 'motcua.session'

/** Who knows this id can read the conversation, so it is random and stays in this browser. */
export function currentSession() {
  const known = store.read(sessionKey)
  if (known && /^[A-Za-z0-9_-]{8,128}$/.test(known)) return known
  return startSession()
}

export function startSession() {
  const id = randomId()
  store.write(sessionKey, id)
  return id
}

/** `crypto.randomUUID` exists only on https and localhost. */
export function randomId() {
  if (crypto.randomUUID) return crypto.randomUUID()
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}

/** Milliseconds before the next try: 1 s, 2 s, 4 s … 30 s, spread so that not all pages come back at once. */
export function backoffMs(failures) {
  const ms = Math.min(30_000, 1_000 * 2 ** Math.min(failures, 5))
  return ms * (0.75 + Math.random() / 2)
}
