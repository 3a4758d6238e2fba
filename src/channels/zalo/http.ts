import http from 'node:http'
import https from 'node:https'
import axios from 'axios'

/** One exchange with a server of Zalo. Errors of the HTTP library hold headers, and those hold tokens, so none leaves. */
export interface HttpRequest {
  method: 'GET' | 'POST'
  url: string
  headers: Record<string, string>
  body?: string | FormData
  timeoutMs: number
  signal?: AbortSignal | undefined
}

export type HttpAnswer =
  | { kind: 'answered'; status: number; headers: Record<string, unknown>; text: string }
  /** `wasSent`: the connection stood, so the server may have read the request. */
  | { kind: 'no-answer'; reason: 'timeout' | 'aborted' | 'unreachable' | 'broken'; wasSent: boolean }

const maxAnswerBytes = 4 * 1024 * 1024
/** Uploads end at 5 MB (zalo-openapi §3.7). */
const maxRequestBytes = 8 * 1024 * 1024

/**
 * Follows no redirect, for the headers would follow too. Every request has a connection of its own: on one that is kept,
 * a server that closes it at the same moment looks like a message that may have been sent.
 */
export async function exchange(request: HttpRequest): Promise<HttpAnswer> {
  const { method, url, headers, body, timeoutMs, signal } = request
  if (signal?.aborted) return { kind: 'no-answer', reason: 'aborted', wasSent: false }
  const late = AbortSignal.timeout(timeoutMs)
  let isConnected = false
  const onConnected = () => {
    isConnected = true
  }
  try {
    const response = await axios.request<string>({
      method,
      url,
      headers,
      data: body,
      signal: signal ? AbortSignal.any([signal, late]) : late,
      responseType: 'text',
      // The text as it came: ids are larger than a number can hold.
      transformResponse: (text: unknown) => text,
      validateStatus: () => true,
      transport: watchedTransport(url, onConnected),
      maxRedirects: 0,
      maxContentLength: maxAnswerBytes,
      maxBodyLength: maxRequestBytes,
      proxy: false,
    })
    const text = typeof response.data === 'string' ? response.data : ''
    return { kind: 'answered', status: response.status, headers: { ...response.headers }, text }
  } catch {
    return { kind: 'no-answer', reason: reasonNow(), wasSent: isConnected }
  }

  function reasonNow(): 'timeout' | 'aborted' | 'unreachable' | 'broken' {
    if (late.aborted) return 'timeout'
    if (signal?.aborted) return 'aborted'
    return isConnected ? 'broken' : 'unreachable'
  }
}

/** Tells when the connection stands: before that nothing can have arrived. */
function watchedTransport(url: string, onConnected: () => void) {
  const isSecure = new URL(url).protocol === 'https:'
  return {
    request(options: https.RequestOptions, onResponse: (response: http.IncomingMessage) => void) {
      const ownConnection = { ...options, agent: false }
      const request = isSecure
        ? https.request(ownConnection, onResponse)
        : http.request(ownConnection, onResponse)
      request.once('socket', (socket) => socket.once(isSecure ? 'secureConnect' : 'connect', onConnected))
      return request
    },
  }
}
