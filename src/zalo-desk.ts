import type { ZaloApi } from './channels/zalo/api.ts'
import type { ZaloContact } from './channels/zalo/contact.ts'
import type { ZaloContent } from './channels/zalo/content.ts'
import type { ZaloLedger } from './channels/zalo/ledger.ts'
import { type OaAccount, readOaAccount } from './channels/zalo/oa-account.ts'
import type { StopKind, ZaloStops } from './channels/zalo/stops.ts'
import type { TokenState, ZaloTokens } from './channels/zalo/tokens.ts'
import { isUnreachable, windowOf } from './channels/zalo/window.ts'
import type { ConversationStore } from './conversation/turn/conversation.ts'
import { displayInstant } from './desk/display-time.ts'
import type { SayReach } from './desk/reports/report-desk.ts'
import type { ZaloDeskTexts } from './desk/zalo/zalo-desk-texts.ts'
import type { ZaloSendKind, ZaloView } from './desk/zalo/zalo-view.ts'
import type { Clock } from './lib/clock.ts'
import { vietnamDay } from './lib/vietnam-time.ts'

const dayMs = 86_400_000
const closingMs = 6 * 3_600_000
/** Each is opened with the key, so one page does not look at more. */
const maxPeople = 20_000
/** The same answer for whoever looks soon after. */
const accountForMs = 5 * 60_000

interface ViewParts {
  api: ZaloApi
  tokens: Pick<ZaloTokens, 'state'>
  stops: ZaloStops
  ledger: ZaloLedger
  contacts: { each(limit: number): AsyncIterable<ZaloContact> }
  conversations: Pick<ConversationStore, 'countKept'>
  content: Pick<ZaloContent, 'prices'>
}

const billedKinds = ['paid', 'template-user', 'template-phone', 'rating-user', 'rating-phone'] as const

/** Puts together what the desk shows of Zalo. */
export function createZaloView(parts: ViewParts): (now: Date) => Promise<ZaloView> {
  let asked: { at: Date; account: Promise<OaAccount | undefined> } | undefined

  function account(now: Date): Promise<OaAccount | undefined> {
    if (!asked || now.getTime() - asked.at.getTime() > accountForMs) {
      asked = { at: now, account: readOaAccount(parts.api) }
    }
    return asked.account
  }

  return async (now) => {
    const month = vietnamDay(now).slice(0, 7)
    const [oa, state, counts, kept, people] = await Promise.all([
      account(now),
      parts.tokens.state(),
      parts.ledger.ofMonth(month),
      parts.conversations.countKept('zalo'),
      countPeople(parts.contacts, now),
    ])
    const sends: ZaloView['sends'] = [
      { kind: 'free' as ZaloSendKind, count: counts.free ?? 0, dong: 0 },
      ...billedKinds.map((kind) => ({ kind, count: counts[kind] ?? 0, dong: parts.content.prices[kind] })),
    ].filter(({ count }) => count > 0)
    return {
      token: tokenView(state, now),
      ...(oa ? { account: oa } : {}),
      stops: (['all', 'paid', 'buttons'] satisfies StopKind[]).flatMap((what) => {
        const stop = parts.stops[what]()
        return stop ? [{ what, reason: stop.reason, since: stop.since, until: stop.until }] : []
      }),
      month,
      sends,
      ...people,
      kept,
    }
  }
}

function tokenView(state: TokenState, now: Date): ZaloView['token'] {
  const daysLeft = (until: Date) => Math.max(0, Math.floor((until.getTime() - now.getTime()) / dayMs))
  switch (state.kind) {
    case 'never-given':
      return { kind: 'never-given' }
    case 'working':
    case 'ending':
      return { kind: state.kind, daysLeft: daysLeft(state.consentUntil) }
    case 'failing':
      return { kind: 'failing', since: state.since, daysLeft: daysLeft(state.consentUntil) }
    case 'lost':
      return { kind: 'lost', since: state.since }
  }
}

async function countPeople(
  contacts: ViewParts['contacts'],
  now: Date,
): Promise<Pick<ZaloView, 'people' | 'isWhole'>> {
  const people = { free: 0, closing: 0, billed: 0, closed: 0, unreachable: 0 }
  let seen = 0
  for await (const contact of contacts.each(maxPeople + 1)) {
    seen += 1
    if (seen > maxPeople || contact.anonymous) continue
    const reach = reachOf(contact, now)
    const isClosing = reach.kind === 'free' && reach.until.getTime() - now.getTime() < closingMs
    people[isClosing ? 'closing' : reach.kind] += 1
  }
  return { people, isWhole: seen <= maxPeople }
}

/** May this person be told something now? */
type Reach = { kind: 'free' | 'billed'; until: Date } | { kind: 'closed' | 'unreachable' }

function reachOf(contact: ZaloContact, now: Date): Reach {
  if (isUnreachable(contact)) return { kind: 'unreachable' }
  const window = windowOf(contact, now)
  switch (window.kind) {
    case 'free':
      return { kind: 'free', until: window.until }
    case 'paid':
      return { kind: 'billed', until: window.until }
    case 'closed':
      return { kind: 'closed' }
  }
}

/** For the page of a case: until when news reaches whoever reported; nothing where it is not by Zalo. */
export function createSayReach(parts: {
  contacts: { find(userId: string): Promise<ZaloContact | undefined> }
  texts: ZaloDeskTexts
  clock: Clock
}): SayReach {
  const { contacts, texts, clock } = parts
  const term = texts.say('zalo-desk.reach')
  return async ({ channel, conversationId }) => {
    if (channel !== 'zalo') return undefined
    const contact = await contacts.find(conversationId)
    if (!contact || contact.anonymous) return undefined
    const reach = reachOf(contact, clock.now())
    switch (reach.kind) {
      case 'free':
      case 'billed':
        return {
          term,
          text: texts.say(`zalo-desk.reach.${reach.kind}`, { until: displayInstant(reach.until) }),
        }
      case 'closed':
      case 'unreachable':
        return { term, text: texts.say(`zalo-desk.reach.${reach.kind}`) }
    }
  }
}
