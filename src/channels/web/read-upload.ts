import type { MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { maxUploadBytes, type WebLimits } from './limits.ts'
import type { Refusal } from './refuse.ts'

/**
 * One part of an upload after the other. `read` gives a file as a whole and must be called before the next part; its bytes
 * are overwritten by the next file.
 */
export type UploadPart =
  | { kind: 'field'; name: string; value: string }
  | { kind: 'file'; fileName: string; mediaType: string; read(): Promise<Buffer> }

/** What is wrong with an upload as a whole. Thrown while reading, because parts before it have been handed on already. */
export class UploadRefused extends Error {
  readonly reason: Refusal

  constructor(reason: Refusal) {
    super(`upload refused: ${reason}`)
    this.reason = reason
  }
}

export interface UploadReader {
  /** @throws {UploadRefused} for what is over a limit, cut short or not multipart. */
  parts(): AsyncGenerator<UploadPart>
  /** So far, drained ones included. */
  bytesRead(): number
  /**
   * Reads on without looking, within the limits of size and time: a browser that is still sending takes no answer and
   * would see a broken connection instead of the reason.
   */
  drain(): Promise<void>
}

/** Longer than the longest boundary (70 characters, RFC 2046 §5.1.1) with its dashes and line ends. */
const tailBytes = 100

/**
 * Reads a multipart body as it comes. Whoever sends too slowly or for too long is cut off, and everybody when `stopping`
 * aborts; the page sends it again.
 */
export function createUploadReader(
  request: FastifyRequest,
  limits: WebLimits,
  stopping: AbortSignal,
): UploadReader {
  const { raw } = request
  const maxBytes = maxUploadBytes(limits)
  let bytesRead = 0
  let tail = Buffer.alloc(0)

  const cutOff = () => void raw.destroy()
  let idle = setTimeout(cutOff, limits.uploadIdleMs)
  const late = setTimeout(cutOff, limits.uploadMaxMs)
  raw.on('data', (chunk: Buffer) => {
    bytesRead += chunk.length
    tail = Buffer.concat([tail, chunk.subarray(-tailBytes)]).subarray(-tailBytes)
    clearTimeout(idle)
    if (bytesRead > maxBytes) cutOff()
    else idle = setTimeout(cutOff, limits.uploadIdleMs)
  })
  stopping.addEventListener('abort', cutOff)
  const stopWatching = () => {
    stopping.removeEventListener('abort', cutOff)
    clearTimeout(idle)
    clearTimeout(late)
  }
  raw.once('end', stopWatching).once('close', stopWatching)

  return {
    bytesRead: () => bytesRead,

    async *parts() {
      try {
        const options = {
          throwFileSizeLimit: false,
          limits: {
            // One more than is taken, so that the one too many is seen and not just left out.
            files: limits.maxFiles + 1,
            fileSize: limits.maxFileBytes,
            fields: 5,
            fieldSize: limits.maxBodyBytes,
            parts: limits.maxFiles + 6,
            headerPairs: 20,
          },
        }
        let files = 0
        // One place for all files of an upload: pieces that are joined would take twice as much.
        let place: Buffer | undefined
        const takePlace = () => (place ??= Buffer.allocUnsafeSlow(limits.maxFileBytes))
        for await (const part of request.parts(options)) {
          if (part.type === 'field') {
            if (part.valueTruncated) throw new UploadRefused('too-long')
            if (typeof part.value !== 'string') throw new UploadRefused('invalid')
            yield { kind: 'field', name: part.fieldname, value: part.value }
            continue
          }
          files += 1
          if (files > limits.maxFiles) throw new UploadRefused('too-many-files')
          yield {
            kind: 'file',
            fileName: part.filename,
            mediaType: part.mimetype,
            read: () => readFile(part, takePlace()),
          }
        }
      } catch (error) {
        throw asRefusal(error)
      }
      // The library takes a body that ends between two parts for a whole one.
      if (!tail.includes(lastBoundary(request))) throw new UploadRefused('invalid')
    },

    async drain() {
      if (raw.readableEnded || raw.destroyed) return
      raw.unpipe()
      raw.resume()
      await new Promise<void>((resolve) => raw.once('end', resolve).once('close', resolve))
    },
  }
}

async function readFile(part: MultipartFile, place: Buffer): Promise<Buffer> {
  let length = 0
  part.file.on('limit', () => part.file.destroy(new UploadRefused('file-too-large')))
  try {
    for await (const chunk of part.file as AsyncIterable<Buffer>) length += chunk.copy(place, length)
  } catch (error) {
    throw asRefusal(error)
  }
  if (part.file.truncated) throw new UploadRefused('file-too-large')
  return place.subarray(0, length)
}

function lastBoundary(request: FastifyRequest): string {
  const [, quoted, plain = ''] =
    /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(request.headers['content-type'] ?? '') ?? []
  return `--${quoted ?? plain}--`
}

/** The library's own refusals have codes; what else goes wrong here is a body that is broken or broke off. */
function asRefusal(error: unknown): UploadRefused {
  if (error instanceof UploadRefused) return error
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return new UploadRefused(
    code === 'FST_FILES_LIMIT' || code === 'FST_PARTS_LIMIT' ? 'too-many-files' : 'invalid',
  )
}
