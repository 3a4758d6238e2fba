import type { ConversationStore } from './conversation/turn/conversation.ts'
import type { InboxStore } from './conversation/turn/inbox.ts'
import type { Scheduler } from './jobs/schedule.ts'
import type { Clock } from './lib/clock.ts'
import type { Metrics } from './metrics.ts'
import type { Readiness } from './server.ts'

/** A message that waits this long means that turns are not being run. */
const inboxSlowMs = 60_000
/** A platform may be out of reach for a while; beyond this somebody should look. */
const outboxSlowMs = 10 * 60_000

/**
 * Ready = the database answers and messages are being worked in. A platform out of reach makes the outbox `slow`, which
 * is shown but does not take the instance out of service: the other channels work. So is a scheduled task that fails.
 */
export function createReadiness(parts: {
  /** Rejects when the database does not answer in time. */
  pingDatabase: () => Promise<void>
  inbox: InboxStore
  conversations: ConversationStore
  /** The consent of the Official Account, where that channel is set up. */
  zalo?: { state(): Promise<{ kind: 'working' | 'ending' | 'failing' | 'lost' | 'never-given' }> }
  scheduler: Pick<Scheduler, 'state'>
  metrics: Metrics
  clock: Clock
}): () => Promise<Readiness> {
  const { pingDatabase, inbox, conversations, zalo, scheduler, metrics, clock } = parts

  async function look(): Promise<Readiness> {
    await pingDatabase()
    const nowMs = clock.now().getTime()
    const ageMs = (since: Date | undefined) => (since ? Math.max(0, nowMs - since.getTime()) : 0)
    const inboxMs = ageMs(await inbox.oldestPendingAt())
    const outboxMs = ageMs(await conversations.oldestQueuedAt())
    metrics.queues({ inboxMs, outboxMs })
    const isWorking = inboxMs < inboxSlowMs
    return {
      isReady: isWorking,
      parts: {
        database: 'ok',
        inbox: isWorking ? 'ok' : 'slow',
        outbox: outboxMs < outboxSlowMs ? 'ok' : 'slow',
        ...(zalo ? { zalo: zaloWord((await zalo.state()).kind) } : {}),
        scheduler: await scheduler.state(),
      },
    }
  }

  return () => look().catch(() => ({ isReady: false, parts: { database: 'down' as const } }))
}

/** Without consent messages come in and wait: shown, but the other channels work. */
function zaloWord(
  state: 'working' | 'ending' | 'failing' | 'lost' | 'never-given',
): 'ok' | 'failing' | 'down' {
  if (state === 'working') return 'ok'
  return state === 'ending' || state === 'failing' ? 'failing' : 'down'
}
