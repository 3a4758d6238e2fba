import type { FakeOa } from '../../test/support/zalo/fake-oa.ts'
import type { Person } from '../../test/support/zalo/person.ts'
import type { JumpClock } from './jump-clock.ts'
import type { SampleDossier, SampleDossiers } from './sample-dossiers.ts'

/** Everything that the page shows, as one value. */
export interface ChatState {
  now: string
  oaName: string
  people: { id: string; name: string }[]
  person: { id: string; name: string; follows: boolean; hasChatted: boolean }
  bubbles: Person['bubbles']
  window: { kind: 'none' | 'free' | 'paid' | 'closed' | 'left'; hours: number }
  account: { balanceVnd: number; packageQuota: number }
  charges: { what: string; kind: string; vnd: number; name: string; at: string }[]
  log: LogLine[]
  isWebhookOn: boolean
  rated: Record<string, number>
  dossiers: readonly SampleDossier[]
}

interface LogLine {
  at: string
  direction: 'in' | 'out'
  what: string
  outcome: string
  isGood: boolean
}

const hourMs = 3_600_000
const shownLines = 40

export function chatState(
  {
    oa,
    people,
    clock,
    dossiers,
  }: {
    oa: FakeOa
    people: Map<string, Person>
    clock: JumpClock
    dossiers: SampleDossiers | undefined
  },
  person: Person,
): ChatState {
  const { state } = person
  return {
    now: clock.now().toISOString(),
    oaName: oa.identity.name,
    people: [...people.values()].map(({ userId, state: { name } }) => ({ id: userId, name })),
    person: {
      id: person.userId,
      name: state.name,
      follows: state.hasFollowed && !state.hasLeft,
      hasChatted: state.hasChatted,
    },
    bubbles: person.bubbles,
    window: windowOf(person, clock.now()),
    account: { balanceVnd: oa.account.zcaBalanceVnd, packageQuota: oa.account.packageQuota },
    charges: oa.ledger
      .map(({ what, kind, vnd, userId, at }) => ({
        what,
        kind,
        vnd,
        name: oa.people.get(userId)?.name ?? userId,
        at: at.toISOString(),
      }))
      .reverse(),
    log: logOf(oa),
    isWebhookOn: oa.webhook.isOn,
    rated: Object.fromEntries(oa.ratings.map(({ messageId, rate }) => [messageId, rate])),
    dossiers: dossiers?.all() ?? [],
  }
}

function windowOf({ state }: Person, now: Date): ChatState['window'] {
  if (state.hasLeft) return { kind: 'left', hours: 0 }
  if (!state.lastInteractionAt) return { kind: 'none', hours: 0 }
  const hours = (now.getTime() - state.lastInteractionAt.getTime()) / hourMs
  if (hours <= 48) return { kind: 'free', hours: Math.floor(48 - hours) }
  if (hours <= 168) return { kind: 'paid', hours: Math.floor(168 - hours) }
  return { kind: 'closed', hours: 0 }
}

/** Newest first: what the webhook was told and what the bot asked of Zalo. */
function logOf(oa: FakeOa): LogLine[] {
  const incoming = oa.webhook.deliveries.slice(-shownLines).map(({ event, attempts, state }): LogLine => {
    const last = attempts.at(-1)
    const outcome = `${last?.status ?? last?.failure ?? (state === 'lost' ? '×' : '…')}${attempts.length > 1 ? ` ×${attempts.length}` : ''}`
    const at = new Date(Number(event.timestamp)).toISOString()
    return {
      at,
      direction: 'in',
      what: event.event_name,
      outcome,
      isGood: state !== 'lost' && last?.status === 200,
    }
  })
  const outgoing = oa.requests.slice(-shownLines).map(({ at, method, path, answer }): LogLine => {
    const { error, message } = (answer?.body ?? {}) as { error?: number; message?: string }
    const outcome = error ? `${error} ${message ?? ''}` : String(answer?.status ?? (answer ? 200 : '…'))
    const isGood = answer !== undefined && !error && (answer.status ?? 200) < 400
    return { at: at.toISOString(), direction: 'out', what: `${method} ${path}`, outcome, isGood }
  })
  return [...incoming, ...outgoing].sort((a, b) => b.at.localeCompare(a.at)).slice(0, shownLines)
}
