import mongoose from 'mongoose'
import type { Button, OutboundMessage } from '../conversation/message.ts'
import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import { isDuplicateKey } from './duplicate-key.ts'

/** As the web channel's mailbox port has them; storage knows no channel, so the shapes are told again. */
type Line =
  | { from: 'bot'; message: OutboundMessage }
  | { from: 'person'; message: { id: string; text?: string; choice?: string } }
type StoredLine = Line & { sequence: number }

export interface WebMailboxStore {
  append(conversationId: string, line: Line): Promise<void>
  after(conversationId: string, sequence: number | undefined, limit: number): Promise<StoredLine[]>
  changedSince(since: Date): Promise<{ conversationId: string; sequence: number }[]>
}

interface LineDocument {
  /** The message id: a line that comes twice is stored once. */
  _id: string
  conversationId: string
  sequence: number
  from: 'bot' | 'person'
  text?: string
  choice?: string
  buttons?: Button[]
  /** A fixed time after the line was said, so it also tells when that was. */
  expiresAt: Date
}

const lineSchema = new mongoose.Schema<LineDocument>(
  {
    _id: String,
    conversationId: { type: String, required: true },
    sequence: { type: Number, required: true },
    from: { type: String, required: true },
    text: String,
    choice: String,
    buttons: { type: [mongoose.Schema.Types.Mixed], default: undefined },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'web_messages', versionKey: false },
)

// append(), after()
lineSchema.index({ conversationId: 1, sequence: 1 }, { unique: true })
// Forgetting, and changedSince()
lineSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

/** Each try that fails means that another line got in, so this many lines at once are waited for. */
const maxTries = 50

/** What web chats said, both sides, for `retentionHours`; the indexes are those of the schema. */
export function createWebMailboxStore(
  connection: mongoose.Connection,
  clock: Clock,
  retentionHours: number,
): WebMailboxStore {
  const lines = connection.model<LineDocument>('WebMessage', lineSchema)
  const retentionMs = retentionHours * 3_600_000

  /**
   * One more than the newest, so no reader can pass over a number that another writer still holds. The first takes the
   * time, so that a conversation whose lines were all forgotten goes on above the numbers that a page remembers.
   */
  async function nextSequence(conversationId: string): Promise<number> {
    const newest = await lines.findOne({ conversationId }, { sequence: 1 }).sort({ sequence: -1 }).lean()
    return newest ? newest.sequence + 1 : clock.now().getTime()
  }

  return {
    async append(conversationId, line) {
      const { id, ...content } = line.message
      for (let tries = 0; tries < maxTries; tries++) {
        const sequence = await nextSequence(conversationId)
        try {
          await lines.create({
            _id: id,
            conversationId,
            sequence,
            from: line.from,
            ...content,
            expiresAt: new Date(clock.now().getTime() + retentionMs),
          })
          return
        } catch (error) {
          if (!isDuplicateKey(error)) throw error
          if (await lines.exists({ _id: id })) return
        }
      }
      throw new AppError('STORAGE_UNAVAILABLE', 'too many lines at once in a web conversation', {
        retryable: true,
      })
    },

    async after(conversationId, sequence, limit) {
      if (sequence === undefined) {
        const newest = await lines.find({ conversationId }).sort({ sequence: -1 }).limit(limit).lean()
        return newest.reverse().map(toLine)
      }
      const found = await lines
        .find({ conversationId, sequence: { $gt: sequence } })
        .sort({ sequence: 1 })
        .limit(limit)
        .lean()
      return found.map(toLine)
    },

    async changedSince(since) {
      const expiresAt = { $gte: new Date(since.getTime() + retentionMs) }
      const found = await lines.find({ expiresAt }, { conversationId: 1, sequence: 1 }).lean()
      return found.map(({ conversationId, sequence }) => ({ conversationId, sequence }))
    },
  }
}

function toLine({ _id, sequence, from, text, choice, buttons }: LineDocument): StoredLine {
  if (from === 'bot') {
    return { sequence, from, message: { id: _id, text: text ?? '', ...(buttons ? { buttons } : {}) } }
  }
  const content = text === undefined ? { choice: choice ?? '' } : { text }
  return { sequence, from, message: { id: _id, ...content } }
}
