import { randomUUID } from 'node:crypto'
import mongoose from 'mongoose'
import type { OutboundMessage } from '../conversation/message.ts'
import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import { isDuplicateKey } from './duplicate-key.ts'
import { plainRecords, type RecordCodec } from './record-codec.ts'

/** As the web channel's mailbox port has them; storage knows no channel, so the shapes are told again. */
type Line =
  | { from: 'bot'; message: OutboundMessage }
  | { from: 'person'; message: { id: string; text?: string; choice?: string } }
type StoredLine = Line & { sequence: number }

export interface WebMailboxStore {
  /** @param options `expiresAt`: forgotten then already, instead of after the retention of all lines */
  append(conversationId: string, line: Line, options?: { expiresAt?: Date }): Promise<void>
  after(conversationId: string, sequence: number | undefined, limit: number): Promise<StoredLine[]>
  changedSince(since: Date): Promise<{ conversationId: string; sequence: number }[]>
  /** Removes every line said before; later ones get higher numbers all the same. */
  forget(conversationId: string): Promise<void>
}

interface LineDocument {
  /** The message id: a line that comes twice is stored once. */
  _id: string
  conversationId: string
  sequence: number
  /** `nobody`: holds the place of forgotten lines for a moment, so that no number is given twice. */
  from: 'bot' | 'person' | 'nobody'
  /** `LineContent`, sealed. */
  content?: unknown
  saidAt: Date
  expiresAt: Date
}

/** The message without its id. */
type LineContent = Partial<Omit<OutboundMessage, 'id'> & { choice: string }>

const mixed = mongoose.Schema.Types.Mixed

const lineSchema = new mongoose.Schema<LineDocument>(
  {
    _id: String,
    conversationId: { type: String, required: true },
    sequence: { type: Number, required: true },
    from: { type: String, required: true },
    content: mixed,
    saidAt: Date,
    expiresAt: { type: Date, required: true },
  },
  { collection: 'web_messages', versionKey: false },
)

// append(), after(), forget()
lineSchema.index({ conversationId: 1, sequence: 1 }, { unique: true })
// changedSince()
lineSchema.index({ saidAt: 1 })
// Forgetting
lineSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

/** Afterwards the first line takes the time for its number again, which by then is far above. */
const placeholderMs = 60_000

/** Each try that fails means that another line got in, so this many lines at once are waited for. */
const maxTries = 50

/** What web chats said, both sides, for `retentionHours`; the indexes are those of the schema. */
export function createWebMailboxStore(
  connection: mongoose.Connection,
  clock: Clock,
  retentionHours: number,
  records: RecordCodec = plainRecords,
): WebMailboxStore {
  const model = connection.model<LineDocument>('WebMessage', lineSchema)
  const lines = model.collection as unknown as mongoose.mongo.Collection<LineDocument>
  const retentionMs = retentionHours * 3_600_000

  const newestSequence = async (conversationId: string): Promise<number | undefined> => {
    const newest = await lines.findOne(
      { conversationId },
      { sort: { sequence: -1 }, projection: { sequence: 1 } },
    )
    return newest?.sequence
  }

  /**
   * One more than the newest, so no reader can pass over a number that another writer still holds. The first takes the
   * time, so that a conversation whose lines were all forgotten goes on above the numbers that a page remembers.
   */
  async function insertNext(document: Omit<LineDocument, 'sequence'>): Promise<number> {
    for (let tries = 0; tries < maxTries; tries++) {
      const newest = await newestSequence(document.conversationId)
      const sequence = newest === undefined ? clock.now().getTime() : newest + 1
      try {
        await lines.insertOne({ ...document, sequence })
        return sequence
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
        const same = await lines.findOne({ _id: document._id }, { projection: { sequence: 1 } })
        if (same) return same.sequence
      }
    }
    throw new AppError('STORAGE_UNAVAILABLE', 'too many lines at once in a web conversation', {
      retryable: true,
    })
  }

  function toLine(document: LineDocument): StoredLine {
    const { _id: id, sequence, from, content } = document
    const { text, choice, buttons, isSecret } =
      content === undefined
        ? wordsBesideTheRest(document)
        : records.open<LineContent>(content, contentContext(id))
    if (from === 'bot') {
      const more = { ...(buttons ? { buttons } : {}), ...(isSecret ? { isSecret } : {}) }
      return { sequence, from, message: { id, text: text ?? '', ...more } }
    }
    return {
      sequence,
      from: 'person',
      message: { id, ...(text === undefined ? { choice: choice ?? '' } : { text }) },
    }
  }

  return {
    async append(conversationId, line, { expiresAt } = {}) {
      const { id, ...content } = line.message
      const saidAt = clock.now()
      await insertNext({
        _id: id,
        conversationId,
        from: line.from,
        content: records.seal(content, contentContext(id)),
        saidAt,
        expiresAt: expiresAt ?? new Date(saidAt.getTime() + retentionMs),
      })
    },

    async after(conversationId, sequence, limit) {
      // The database removes what has expired about once a minute; until then it is not to be shown.
      const shown = { conversationId, from: { $ne: 'nobody' as const }, expiresAt: { $gt: clock.now() } }
      if (sequence === undefined) {
        const newest = await lines.find(shown).sort({ sequence: -1 }).limit(limit).toArray()
        return newest.reverse().map(toLine)
      }
      const found = await lines
        .find({ ...shown, sequence: { $gt: sequence } })
        .sort({ sequence: 1 })
        .limit(limit)
        .toArray()
      return found.map(toLine)
    },

    async changedSince(since) {
      const found = await lines
        .find(
          { saidAt: { $gte: since }, from: { $ne: 'nobody' } },
          { projection: { conversationId: 1, sequence: 1 } },
        )
        .toArray()
      return found.map(({ conversationId, sequence }) => ({ conversationId, sequence }))
    },

    async forget(conversationId) {
      if ((await newestSequence(conversationId)) === undefined) return
      const now = clock.now()
      const place = await insertNext({
        _id: `forgotten:${randomUUID()}`,
        conversationId,
        from: 'nobody',
        saidAt: now,
        expiresAt: new Date(now.getTime() + placeholderMs),
      })
      await lines.deleteMany({ conversationId, sequence: { $lt: place } })
    },
  }
}

const contentContext = (id: string) => `web_messages/${id}/content`

/** As an earlier version stored a line. */
const wordsBesideTheRest = (document: LineDocument): LineContent => document as LineContent
