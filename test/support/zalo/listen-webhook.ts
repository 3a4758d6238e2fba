import { createServer, type IncomingHttpHeaders } from 'node:http'
import { listen, shut } from './serve.ts'

export interface HeardWebhook {
  headers: IncomingHttpHeaders
  raw: Buffer
}

/** A webhook of a service that does nothing but keep what comes, and answer with `status` (nothing while 0). */
export interface WebhookListener {
  url: string
  heard: HeardWebhook[]
  status: number
  close(): Promise<void>
}

export async function listenForWebhooks(): Promise<WebhookListener> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      listener.heard.push({ headers: request.headers, raw: Buffer.concat(chunks) })
      if (listener.status > 0) response.writeHead(listener.status).end()
    })
  })
  const url = `${await listen(server)}/webhook`
  const listener: WebhookListener = { url, heard: [], status: 200, close: () => shut(server) }
  return listener
}
