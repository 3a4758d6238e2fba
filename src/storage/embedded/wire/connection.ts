import type { Socket } from 'node:net'
import {
  type Message,
  MessageSplitter,
  msgReply,
  opMsg,
  opQuery,
  ProtocolError,
  parseMsg,
  parseQuery,
  queryReply,
  type Request,
} from './messages.ts'

/** Answers one request; never rejects. `isQuery`: it came as OP_QUERY. */
export type Handler = (request: Request, isQuery: boolean) => Promise<Buffer>

/** Serves one client. Requests of one connection are answered one after the other, as drivers expect. */
export function serveConnection(socket: Socket, handle: Handler): void {
  const splitter = new MessageSplitter()
  let queue = Promise.resolve()
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    try {
      for (const message of splitter.push(chunk)) {
        // Parsed at once: a broken message closes the connection also while an earlier one runs.
        const answer = prepare(message, handle)
        queue = queue.then(async () => write(socket, await answer())).catch(() => void socket.destroy())
      }
    } catch {
      socket.destroy()
    }
  })
}

/** @throws ProtocolError */
function prepare(message: Message, handle: Handler): () => Promise<Buffer[]> {
  if (message.opCode === opMsg) {
    const request = parseMsg(message)
    return async () => {
      const reply = await handle(request, false)
      return request.expectsReply ? msgReply(message.requestId, reply) : []
    }
  }
  if (message.opCode === opQuery) {
    const request = parseQuery(message)
    return async () => queryReply(message.requestId, await handle(request, true))
  }
  throw new ProtocolError(`unknown operation ${message.opCode}`)
}

function write(socket: Socket, parts: Buffer[]): void {
  if (socket.destroyed || parts.length === 0) return
  socket.cork()
  for (const part of parts) socket.write(part)
  socket.uncork()
}
