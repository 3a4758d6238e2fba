import { backoffMs } from './session.js'

/** A tab that is out of sight this long gives its connection back; browsers allow six to one server. */
const hiddenMs = 30_000

/**
 * Keeps the event stream of one conversation open: reconnects with growing pauses, at once when the network is back or
 * the tab is looked at again, and always from the last event seen.
 *
 * @param handlers { bot(message), own(message), clear(), ready(), lost() }
 * @returns a function that ends it
 */
export function listen(sessionId, handlers) {
  let source
  let lastEventId = ''
  let failures = 0
  let retryTimer
  let hiddenTimer
  let isEnded = false

  function connect() {
    clearTimeout(retryTimer)
    if (isEnded || source) return
    const query = new URLSearchParams({ sessionId })
    if (lastEventId) query.set('lastEventId', lastEventId)
    const opened = new EventSource(`/web/events?${query}`)
    source = opened

    const take = (handler) => (event) => {
      if (source !== opened) return
      if (event.lastEventId) lastEventId = event.lastEventId
      handler(JSON.parse(event.data))
    }
    opened.addEventListener('message', take(handlers.bot))
    opened.addEventListener('own', take(handlers.own))
    opened.addEventListener(
      'clear',
      take(() => {
        // What was seen is no more; whatever there is now is wanted, even if the connection breaks right here.
        lastEventId = ''
        handlers.clear()
      }),
    )
    opened.addEventListener(
      'ready',
      take(() => {
        failures = 0
        handlers.ready()
      }),
    )
    opened.addEventListener('error', () => {
      if (source !== opened) return
      disconnect()
      handlers.lost()
      retryTimer = setTimeout(connect, backoffMs(failures++))
    })
  }

  function disconnect() {
    clearTimeout(retryTimer)
    source?.close()
    source = undefined
  }

  function onVisibility() {
    clearTimeout(hiddenTimer)
    if (document.hidden) hiddenTimer = setTimeout(disconnect, hiddenMs)
    else connect()
  }

  addEventListener('online', connect)
  document.addEventListener('visibilitychange', onVisibility)
  connect()
  return () => {
    isEnded = true
    disconnect()
    clearTimeout(hiddenTimer)
    removeEventListener('online', connect)
    document.removeEventListener('visibilitychange', onVisibility)
  }
}
