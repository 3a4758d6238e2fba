import type { FastifyReply, FastifyRequest } from 'fastify'
import type { InboundAttachment } from '../../conversation/message.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { Texts } from '../../lib/texts.ts'
import type { Accept } from '../channel.ts'
import { maxUploadBytes, type WebLimits } from './limits.ts'
import type { OwnLines } from './own-lines.ts'
import type { WebTexts } from './page-texts.ts'
import { cleanFileName, type ParsedMessage, parseUpload } from './parse.ts'
import { network, type RateLimits } from './rate-limits.ts'
import { createUploadReader, type UploadReader, UploadRefused } from './read-upload.ts'
import type { Refuse } from './refuse.ts'
import type { UploadSlots } from './upload-slots.ts'
import type { UploadStore } from './upload-store.ts'

export interface UploadParts {
  uploads: UploadStore
  ownLines: OwnLines
  rates: RateLimits
  slots: UploadSlots
  refuse: Refuse
  texts: Texts<WebTexts>
  clock: Clock
  log: Log
  limits: WebLimits
  stopping: AbortSignal
}

type Taken = Extract<ParsedMessage, { kind: 'message' }>['message']

/**
 * `POST /web/files`: the fields of a message first, then its files. Each file is stored as soon as it is read; the
 * message is accepted when all are, so that a person's files arrive together or not at all.
 */
export async function takeUpload(
  parts: UploadParts,
  request: FastifyRequest,
  reply: FastifyReply,
  accept: Accept,
): Promise<FastifyReply> {
  const { refuse, limits, log } = parts
  if (!request.isMultipart()) return refuse(reply, 'invalid')
  if (Number(request.headers['content-length'] ?? 0) > maxUploadBytes(limits)) {
    // Not even drained: whoever announces that much did not ask our page.
    return refuse(reply.header('connection', 'close'), 'file-too-large')
  }
  const reader = createUploadReader(request, limits, parts.stopping)
  const stored: string[] = []
  try {
    const message = await receive(parts, request, reader, stored)
    const count = message.attachments.length
    const sent = parts.texts.say('web.sent-files', { count })
    const line = { text: message.text === undefined ? sent : `${message.text}\n${sent}` }
    const outcome = await parts.ownLines.take(message, line, accept)
    // A repeat: the first delivery has its files already.
    if (outcome === 'repeat') await removeAll(stored)
    return reply.status(202).header('cache-control', 'no-store').send({ status: 'accepted' })
  } catch (error) {
    if (!(error instanceof UploadRefused)) {
      // Should the message stand in the inbox all the same, its files are needed; if not, they expire.
      log.error({ err: error }, 'web upload not stored')
      await reader.drain()
      return refuse(reply, 'unavailable', 5)
    }
    await removeAll(stored)
    await reader.drain()
    return refuse(reply, error.reason, error instanceof SlowDown ? error.seconds : undefined)
  }

  async function removeAll(ids: string[]): Promise<void> {
    for (const id of ids) {
      await parts.uploads
        .remove(id)
        .catch((err: unknown) => log.warn({ err }, 'upload not removed, it will expire'))
    }
  }
}

class SlowDown extends UploadRefused {
  readonly seconds: number

  constructor(reason: 'too-many' | 'too-much', seconds: number) {
    super(reason)
    this.seconds = seconds
  }
}

/** @param stored is filled with the ids of the files as they are stored. */
async function receive(
  { uploads, rates, slots, clock, limits }: UploadParts,
  request: FastifyRequest,
  reader: UploadReader,
  stored: string[],
): Promise<Taken> {
  const fields = new Map<string, string>()
  const attachments: InboundAttachment[] = []
  let message: Taken | undefined
  let leave = () => {}

  /** After the fields and before the first file: who is it, and may they? */
  async function admit(): Promise<Taken> {
    const parsed = parseUpload(Object.fromEntries(fields), clock.now(), limits)
    if (parsed.kind !== 'message') throw new UploadRefused(parsed.kind)
    const { conversationId } = parsed.message
    const waitSeconds = await rates.take(conversationId, request.ip)
    if (waitSeconds !== undefined) throw new SlowDown('too-many', waitSeconds)
    const bytesWaitSeconds = await rates.waitForUpload(conversationId, request.ip)
    if (bytesWaitSeconds !== undefined) throw new SlowDown('too-much', bytesWaitSeconds)
    const left = slots.enter(conversationId, network(request.ip))
    if (!left) throw new SlowDown('too-many', 5)
    leave = left
    return parsed.message
  }

  try {
    for await (const part of reader.parts()) {
      if (part.kind === 'field') {
        if (message || fields.has(part.name)) throw new UploadRefused('invalid')
        fields.set(part.name, part.value)
        continue
      }
      message ??= await admit()
      const owner = message.conversationId
      const bytes = await part.read()
      const id = await uploads.put(owner, bytes)
      stored.push(id)
      attachments.push({
        kind: part.mediaType.startsWith('image/') ? 'image' : 'file',
        reference: `${owner}.${id}`,
        ...cleanFileName(part.fileName),
        sizeBytes: bytes.length,
      })
    }
  } finally {
    leave()
    if (message) await rates.countUpload(message.conversationId, request.ip, reader.bytesRead())
  }
  if (!message) throw new UploadRefused('invalid')
  return { ...message, attachments }
}
