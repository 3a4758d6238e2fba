import { randomBytes } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import { listen, shut } from './serve.ts'

export interface KeptMedia {
  bytes?: Uint8Array
  type?: string
  /** Last part of the address. */
  name?: string
  status?: number
  redirectTo?: string
  /** What the header says of the length; absent: the truth. `null`: nothing, the body is chunked. */
  claimedBytes?: number | null
  /** Answers in its own way. */
  serve?(response: ServerResponse): void
}

/** Where pictures and files of people lie, as `*.zdn.vn` does. */
export interface MediaHost {
  url: string
  /** `127.0.0.1:port`, for an allowlist. */
  host: string
  keep(media: KeptMedia): string
  /** From now on 404, as an old link. */
  forget(url: string): void
  /** Paths that were asked for, in order. */
  requests: string[]
  close(): Promise<void>
}

export async function startMediaHost(): Promise<MediaHost> {
  const kept = new Map<string, KeptMedia>()
  const requests: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    requests.push(path)
    const media = kept.get(path)
    if (!media) response.writeHead(404).end('<html>404</html>')
    else if (media.serve) media.serve(response)
    else answer(response, media)
  })
  const url = await listen(server)
  return {
    url,
    host: new URL(url).host,
    keep(media) {
      const path = `/${randomBytes(12).toString('hex')}/${encodeURIComponent(media.name ?? 'tep')}`
      kept.set(path, media)
      return `${url}${path}`
    },
    forget(address) {
      kept.delete(new URL(address).pathname)
    },
    requests,
    close: () => shut(server),
  }
}

function answer(response: ServerResponse, media: KeptMedia): void {
  const bytes = media.bytes ?? new Uint8Array()
  const headers: Record<string, string | number> = {
    'content-type': media.type ?? 'application/octet-stream',
  }
  if (media.redirectTo) headers.location = media.redirectTo
  if (media.claimedBytes !== null) headers['content-length'] = media.claimedBytes ?? bytes.length
  response.writeHead(media.status ?? (media.redirectTo ? 302 : 200), headers).end(bytes)
}
