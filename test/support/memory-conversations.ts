import type { ChannelName } from '../../src/conversation/message.ts'
import type { ConversationStore, QueuedMessage } from '../../src/conversation/turn/conversation.ts'

interface Kept {
  key: string
  channel: ChannelName
  conversationId: string
  outbox: QueuedMessage[]
  applied: Set<string>
  queued: number
  retryAtMs: number
  owner?: string
  untilMs: number
}

/** The delivery half of a `ConversationStore` in memory, for more conversations than a test can write to a database. */
export function createMemoryConversations() {
  const kept = new Map<string, Kept>()
  /** Waiting keys, in the order in which they were queued. */
  const waiting = { answers: new Set<string>(), bulk: new Set<string>() }

  const store: Pick<
    ConversationStore,
    'enqueue' | 'countWaiting' | 'dueForDelivery' | 'claimDelivery' | 'settle' | 'releaseDelivery'
  > = {
    async enqueue({ key, channel, conversationId }, message, { isBulk }) {
      let one = kept.get(key)
      if (!one) {
        one = {
          key,
          channel,
          conversationId,
          outbox: [],
          applied: new Set(),
          queued: 0,
          retryAtMs: 0,
          untilMs: 0,
        }
        kept.set(key, one)
      }
      if (one.applied.has(message.id)) return false
      one.applied.add(message.id)
      one.outbox.push({ ...message, attempts: 0, ...(isBulk ? { isBulk } : {}) })
      one.queued++
      if (isBulk) waiting.bulk.add(key)
      else waiting.answers.add(key)
      return true
    },

    async dueForDelivery(channel, now, limit) {
      const found: { key: string; isBulk: boolean }[] = []
      for (const [keys, isBulk] of [
        [waiting.answers, false],
        [waiting.bulk, true],
      ] as const) {
        for (const key of keys) {
          if (found.length === limit) return found
          const one = kept.get(key)!
          const isFree = one.untilMs <= now.getTime() && one.retryAtMs <= now.getTime()
          if (one.channel === channel && isFree) found.push({ key, isBulk })
        }
      }
      return found
    },

    async countWaiting(_channel, atMost) {
      return Math.min(atMost, waiting.answers.size + waiting.bulk.size)
    },

    async claimDelivery(key, { owner, now, until }) {
      const one = kept.get(key)
      if (!one || one.outbox.length === 0 || one.retryAtMs > now.getTime()) return undefined
      if (one.untilMs > now.getTime() && one.owner !== owner) return undefined
      one.owner = owner
      one.untilMs = until.getTime()
      const { channel, conversationId, queued } = one
      return { key, channel, conversationId, revision: 0, applied: [], queued, outbox: [...one.outbox] }
    },

    async settle(key, owner, settled, lastOf) {
      const one = kept.get(key)!
      if (one.owner !== owner) return 'held'
      const gone = [settled.id, ...(settled.with ?? [])]
      one.outbox = one.outbox.filter(({ id }) => !gone.includes(id))
      if (lastOf === undefined || lastOf !== one.queued) return 'held'
      one.untilMs = 0
      waiting.answers.delete(key)
      waiting.bulk.delete(key)
      return 'released'
    },

    async releaseDelivery(key, owner, retry) {
      const one = kept.get(key)!
      if (one.owner !== owner) return
      one.untilMs = 0
      if (retry) one.retryAtMs = retry.at.getTime()
      if (one.outbox.length === 0) {
        waiting.answers.delete(key)
        waiting.bulk.delete(key)
      }
    },
  }
  return { store: store as ConversationStore, kept }
}
