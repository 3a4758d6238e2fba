import { crc32c } from './crc32c.ts'

export const opReply = 1
export const opQuery = 2004
export const opMsg = 2013

const maxMessageBytes = 48_000_000
const headerBytes = 16
const checksumPresent = 1
const moreToCome = 2
const knownRequiredBits = checksumPresent | moreToCome

/** Bytes that are no MongoDB message. The connection is closed; nothing of it is answered. */
export class ProtocolError extends Error {}

export interface Message {
  requestId: number
  opCode: number
  payload: Buffer
}

/** Cuts a stream of bytes into messages. */
export class MessageSplitter {
  #chunks: Buffer[] = []
  #length = 0

  #join(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0]!
  }

  /** @throws ProtocolError */
  *push(chunk: Buffer): Generator<Message> {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    while (this.#length >= headerBytes) {
      // The length is read before the parts are joined, so that a large message is joined once.
      const head = this.#chunks[0]!.length >= headerBytes ? this.#chunks[0]! : this.#join()
      const length = head.readInt32LE(0)
      if (length < headerBytes || length > maxMessageBytes)
        throw new ProtocolError(`message of ${length} bytes`)
      if (this.#length < length) return
      const bytes = this.#join()
      this.#chunks = bytes.length > length ? [bytes.subarray(length)] : []
      this.#length -= length
      yield {
        requestId: bytes.readInt32LE(4),
        opCode: bytes.readInt32LE(12),
        payload: bytes.subarray(headerBytes, length),
      }
    }
  }
}

export interface Request {
  body: Buffer
  /** Documents sent beside the body, by the name of the field that they belong to. */
  sequences: Map<string, Buffer[]>
  expectsReply: boolean
}

/** @throws ProtocolError */
export function parseMsg(message: Message): Request {
  const { payload } = message
  if (payload.length < 4) throw new ProtocolError('message without flags')
  const flags = payload.readUInt32LE(0)
  if ((flags & 0xffff & ~knownRequiredBits) !== 0) throw new ProtocolError(`unknown flags ${flags}`)
  const hasChecksum = (flags & checksumPresent) !== 0
  const end = payload.length - (hasChecksum ? 4 : 0)
  if (hasChecksum) checkSum(message)
  let body: Buffer | undefined
  const sequences = new Map<string, Buffer[]>()
  let offset = 4
  while (offset < end) {
    const kind = payload[offset++]
    const section = documentAt(payload, offset, end)
    if (kind === 0) {
      if (body) throw new ProtocolError('two bodies')
      body = section
    } else if (kind === 1) {
      const [name, documents] = parseSequence(section)
      sequences.set(name, documents)
    } else throw new ProtocolError(`unknown section kind ${kind}`)
    offset += section.length
  }
  if (!body) throw new ProtocolError('no body')
  return { body, sequences, expectsReply: (flags & moreToCome) === 0 }
}

function checkSum(message: Message): void {
  const whole = Buffer.alloc(headerBytes + message.payload.length)
  // The header lies before the payload in the same memory.
  Buffer.from(message.payload.buffer, message.payload.byteOffset - headerBytes, whole.length).copy(whole)
  if (crc32c(whole.subarray(0, -4)) !== whole.readUInt32LE(whole.length - 4))
    throw new ProtocolError('wrong checksum')
}

function parseSequence(section: Buffer): [string, Buffer[]] {
  const nameEnd = section.indexOf(0, 4)
  if (nameEnd === -1) throw new ProtocolError('sequence without a name')
  const documents: Buffer[] = []
  let offset = nameEnd + 1
  while (offset < section.length) {
    const document = documentAt(section, offset, section.length)
    documents.push(document)
    offset += document.length
  }
  return [section.toString('utf8', 4, nameEnd), documents]
}

function documentAt(bytes: Buffer, offset: number, end: number): Buffer {
  const length = offset + 4 <= end ? bytes.readInt32LE(offset) : 0
  if (length < 5 || offset + length > end) throw new ProtocolError('document does not fit its message')
  return bytes.subarray(offset, offset + length)
}

/** The collection name and command of an OP_QUERY, which drivers only use for their first hello. */
export function parseQuery({ payload }: Message): Request {
  const nameEnd = payload.indexOf(0, 4)
  if (nameEnd === -1) throw new ProtocolError('query without a collection')
  const body = documentAt(payload, nameEnd + 9, payload.length)
  return { body, sequences: new Map(), expectsReply: true }
}

function header(length: number, responseTo: number, opCode: number): Buffer {
  const bytes = Buffer.alloc(headerBytes)
  bytes.writeInt32LE(length, 0)
  bytes.writeInt32LE(responseTo, 8)
  bytes.writeInt32LE(opCode, 12)
  return bytes
}

export function msgReply(responseTo: number, body: Buffer): Buffer[] {
  // Flags and the section kind, all zero.
  return [header(headerBytes + 5 + body.length, responseTo, opMsg), Buffer.alloc(5), body]
}

export function queryReply(responseTo: number, body: Buffer): Buffer[] {
  const fields = Buffer.alloc(20)
  fields.writeInt32LE(8, 0) // AwaitCapable
  fields.writeInt32LE(1, 16) // one document
  return [header(headerBytes + fields.length + body.length, responseTo, opReply), fields, body]
}
