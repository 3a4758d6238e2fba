/**
 * The two ways to the server. Both give { status, retryAfter, body } for whatever it answers and reject when no answer
 * comes.
 */

export async function postMessage(message) {
  const response = await fetch('/web/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout(15_000),
  })
  const body = await response.json().catch(() => ({}))
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body }
}

/** An upload from a slow network takes minutes; one that does not move at all for so long has broken off. */
const stallMs = 30_000

/** @param onProgress (part between 0 and 1); `fetch` cannot tell, hence the older way. */
export function postFiles({ sessionId, messageId, text }, files, signal, onProgress) {
  const form = new FormData()
  // The fields first: the server reads who is sending before it reads what.
  form.append('sessionId', sessionId)
  form.append('messageId', messageId)
  if (text) form.append('text', text)
  for (const file of files) form.append('files', file)

  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    let timer = setTimeout(abort, stallMs)
    request.open('POST', '/web/files')
    request.responseType = 'json'
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      clearTimeout(timer)
      timer = setTimeout(abort, stallMs)
      onProgress(total > 0 ? loaded / total : 0)
    })
    request.addEventListener('load', () => {
      const retryAfter = request.getResponseHeader('retry-after')
      resolve({ status: request.status, retryAfter, body: request.response ?? {} })
    })
    for (const failure of ['error', 'abort'])
      request.addEventListener(failure, () => reject(new Error(failure)))
    request.addEventListener('loadend', () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    })
    signal.addEventListener('abort', abort)
    request.send(form)
  })
}
