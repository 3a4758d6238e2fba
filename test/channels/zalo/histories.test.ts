import { describe, expect, test } from 'vitest'
import type { ZaloApi, ZaloOutcome } from '../../../src/channels/zalo/api.ts'
import type { ZaloContent } from '../../../src/channels/zalo/content.ts'
import { findZaloError } from '../../../src/channels/zalo/error-table.ts'
import { zaloLimits } from '../../../src/channels/zalo/limits.ts'
import { createZaloSender } from '../../../src/channels/zalo/send.ts'
import { createZaloStops } from '../../../src/channels/zalo/stops.ts'
import { bundleNotices } from '../../../src/conversation/turn/bundle-notices.ts'
import type { QueuedMessage } from '../../../src/conversation/turn/conversation.ts'
import { FakeClock } from '../../../src/lib/clock.ts'
import { createLog } from '../../../src/lib/log.ts'
import { seededRandom } from '../../../src/surveys/seeded-random.ts'
import { goodAccount } from '../../support/zalo/settings.ts'
import { passageTo } from '../../support/zalo/window.ts'
import type { PersonState, World } from '../../support/zalo/world.ts'
import {
  memoryContacts,
  memoryLedger,
  shippedZaloContent,
  shippedZaloTexts,
} from '../../support/zalo-sender.ts'

/**
 * What is assumed of an office and its people; whoever has figures of their own changes them here.
 *
 * - A person files a report or links a dossier between 06:00 and 22:00 and hears of it three times: received (within 8
 *   hours), under way (6 to 40 hours after filing: officers see on the case until when news is free), and the end of it
 *   (2 to 15 days after filing), each at any hour, nights included, for imports run by night.
 * - Of news that arrives, 40 % are answered or tapped within the same day, which opens the window again.
 * - People come back by themselves, to ask something or to look up, every five days on average, until 30 days after the end.
 * - 4 in 100 never come back after filing. 2 in 100 unfollow the OA at some moment.
 * - Zalo's clock is up to 90 seconds before ours.
 */
const assumed = {
  answersNews: 0.4,
  daysBetweenVisits: 5,
  neverBack: 0.04,
  unfollows: 0.02,
  skewMs: 90_000,
}
type Assumed = typeof assumed

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const start = Date.parse('2026-05-03T17:00:00Z') // midnight in Viet Nam

type Fate =
  | 'free-at-once'
  | 'free-before-morning'
  | 'free-when-back'
  | 'paid'
  | 'template'
  | 'left'
  | 'unreachable'

interface Outcome {
  fates: Map<Fate, number>
  changes: number
  outsideWindow: number
  refusals: number
  sends: number
}

/** One history after the other: the real planner, sender and bundler; the fake's rules of windows in place of Zalo. */
async function live(
  histories: number,
  options: {
    seed: string
    assume?: Partial<Assumed>
    mayPay?: boolean
    content?: (c: ZaloContent) => ZaloContent
  },
): Promise<Outcome> {
  const rules = { ...assumed, ...options.assume }
  const content = (options.content ?? ((c) => c))(shippedZaloContent())
  const clock = new FakeClock(new Date(start))
  const contacts = memoryContacts()
  const ledger = memoryLedger()
  const log = createLog({ level: 'silent' })
  const people = new Map<string, PersonState>()
  const account = { ...goodAccount(), zcaBalanceVnd: 1e12 }
  const outcome: Outcome = { fates: new Map(), changes: 0, outsideWindow: 0, refusals: 0, sends: 0 }
  let lastCost: 'free' | 'paid' | 'template' = 'free'

  const api: ZaloApi = {
    async call({ path, body }) {
      outcome.sends += 1
      const json = body.kind === 'json' ? body.json : {}
      if (path === '/v3.0/oa/message/template') {
        lastCost = 'template'
        return { kind: 'done', data: { message_id: `t${outcome.sends}` } }
      }
      const { user_id: userId } = json.recipient as { user_id: string }
      const person = people.get(userId)!
      // Zalo looks at its own clock, which is a little before ours.
      const zaloClock = { ...clock, now: () => new Date(clock.now().getTime() + rules.skewMs) }
      const passage = passageTo({ clock: zaloClock, account } as unknown as World, person)
      if (passage.kind === 'open') {
        lastCost = passage.charge.kind === 'free' ? 'free' : 'paid'
        return { kind: 'done', data: {} }
      }
      const { error: code, message } = passage.answer.body as { error: number; message: string }
      outcome.refusals += 1
      if (code === -230 || code === -232) outcome.outsideWindow += 1
      const { errorClass } = findZaloError('openapi', code)
      return { kind: 'refused', code, message, errorClass } satisfies ZaloOutcome
    },
  }
  const send = createZaloSender({
    api,
    contacts,
    settings: { mayPay: options.mayPay ?? false },
    content,
    texts: shippedZaloTexts(),
    ledger,
    stops: createZaloStops({ clock, log }),
    clock,
    log,
  })
  const limits = zaloLimits(content)

  for (let n = 0; n < histories; n++) {
    const draws = seededRandom(`${options.seed}/${n}`)
    const random = () => draws.share()
    const userId = `u${n}`
    const person = { userId, refusesWith: undefined, hasLeft: false } as unknown as PersonState
    people.set(userId, person)
    const filedAt = start + (6 + 16 * random()) * hourMs
    const ends = filedAt + (2 + 13 * random()) * dayMs
    const isGone = random() < rules.neverBack
    const leavesAt = random() < rules.unfollows ? filedAt + random() * (ends - filedAt) : Infinity

    type Step = { at: number; kind: 'contact' | 'change' | 'unfollow' | 'look'; id?: string }
    const steps: Step[] = [
      { at: filedAt, kind: 'contact' },
      { at: filedAt + random() * 8 * hourMs, kind: 'change', id: `${n}/received` },
      { at: filedAt + (6 + 34 * random()) * hourMs, kind: 'change', id: `${n}/under-way` },
      { at: ends, kind: 'change', id: `${n}/end` },
    ]
    if (!isGone) {
      const meanMs = rules.daysBetweenVisits * dayMs
      for (let at = filedAt; at < ends + 30 * dayMs; ) {
        at += -Math.log(1 - random()) * meanMs
        if (at < ends + 30 * dayMs) steps.push({ at, kind: 'contact' })
      }
    }
    if (leavesAt < Infinity) steps.push({ at: leavesAt, kind: 'unfollow' })

    /** As the outbox and the kept messages of one conversation. */
    const held: QueuedMessage[] = []
    const kept: QueuedMessage[] = []
    const note = (fate: Fate) => outcome.fates.set(fate, (outcome.fates.get(fate) ?? 0) + 1)
    const next = () => {
      let first = 0
      for (let i = 1; i < steps.length; i++) if (steps[i]!.at < steps[first]!.at) first = i
      return steps.splice(first, 1)[0]
    }

    async function deliver(waiting: QueuedMessage[], free: Fate): Promise<void> {
      const queue = [...waiting]
      let isApart = false
      while (queue.length > 0) {
        const { message, messages } = isApart
          ? { message: queue[0]!, messages: [queue[0]!] }
          : bundleNotices(queue, limits)
        const result = await send(userId, message)
        if (result.kind === 'apart') {
          isApart = true
          continue
        }
        queue.splice(0, messages.length)
        switch (result.kind) {
          case 'sent':
            for (const _ of messages) note(lastCost === 'free' ? free : lastCost)
            if (!isGone && random() < rules.answersNews) {
              steps.push({ at: clock.now().getTime() + random() * 12 * hourMs, kind: 'contact' })
            }
            break
          case 'later':
            held.push(...messages)
            steps.push({ at: result.until.getTime(), kind: 'look' })
            break
          case 'kept':
            kept.push(...messages)
            break
          case 'unreachable':
            for (const _ of messages) note('unreachable')
            break
          default:
            throw new Error(`a history ends in ${result.kind}: ${result.reason}`)
        }
      }
    }

    for (let step = next(); step; step = next()) {
      // Histories lie side by side in time; each is told by itself, so the clock is set and not only moved.
      clock.advanceMs(step.at - clock.now().getTime())
      switch (step.kind) {
        case 'contact': {
          if (person.hasLeft) break
          person.lastInteractionAt = clock.now()
          await contacts.change(userId, { lastInteractionAt: clock.now(), unreachableSince: null })
          await deliver(held.splice(0), 'free-before-morning')
          await deliver(kept.splice(0), 'free-when-back')
          break
        }
        case 'look':
          await deliver(held.splice(0), 'free-before-morning')
          break
        case 'unfollow':
          person.hasLeft = true
          await contacts.change(userId, { follows: false, unreachableSince: clock.now() })
          break
        case 'change':
          outcome.changes += 1
          await deliver(
            [
              {
                id: step.id!,
                text: `Tin ${step.id}`,
                attempts: 0,
                notices: [{ about: 'dossier', facts: { code: `H${n}`, status: 'đang xử lý' } }],
              },
            ],
            'free-at-once',
          )
      }
    }
    for (const _ of [...held, ...kept]) note('left')
    contacts.people.delete(userId)
    people.delete(userId)
  }
  return outcome
}

const share = ({ fates, changes }: Outcome, ...of: Fate[]) =>
  of.reduce((sum, fate) => sum + (fates.get(fate) ?? 0), 0) / changes

const allFree = (outcome: Outcome) => share(outcome, 'free-at-once', 'free-before-morning', 'free-when-back')

const told = (outcome: Outcome) =>
  [...outcome.fates]
    .map(([fate, count]) => `${fate} ${((100 * count) / outcome.changes).toFixed(1)} %`)
    .join(', ')

describe('row 13 (Zalo): ten thousand histories', () => {
  test('no send outside a window; 95 % of status changes arrive free, the rest is accounted for', async () => {
    const outcome = await live(10_000, { seed: 'zalo histories 1' })
    console.info(`10,000 histories: ${told(outcome)}`)
    expect(outcome.changes).toBe(30_000)
    expect(outcome.outsideWindow).toBe(0)
    expect(outcome.refusals).toBe(0)
    expect([...outcome.fates.values()].reduce((sum, count) => sum + count, 0)).toBe(outcome.changes)
    expect(allFree(outcome)).toBeGreaterThanOrEqual(0.95)
    expect(share(outcome, 'paid', 'template')).toBe(0)
  }, 60_000)

  test('whatever people do, nothing is tried outside a window and nothing gets lost', async () => {
    for (const assume of [
      { neverBack: 0.5, answersNews: 0 },
      { neverBack: 0, daysBetweenVisits: 1.9 },
      { unfollows: 0.5 },
    ]) {
      for (const mayPay of [false, true]) {
        const outcome = await live(1000, { seed: 'zalo histories 2', assume, mayPay })
        expect(outcome.outsideWindow).toBe(0)
        expect([...outcome.fates.values()].reduce((sum, count) => sum + count, 0)).toBe(outcome.changes)
        expect(outcome.fates.has('paid')).toBe(mayPay)
      }
    }
  }, 60_000)

  test('the counting is able to fail: with a clock three hours ahead Zalo refuses, and what it refused is kept', async () => {
    const outcome = await live(1000, {
      seed: 'zalo histories 4',
      assume: { skewMs: 3 * hourMs },
      mayPay: true,
    })
    expect(outcome.outsideWindow).toBeGreaterThan(0)
    expect([...outcome.fates.values()].reduce((sum, count) => sum + count, 0)).toBe(outcome.changes)
  }, 60_000)

  test('where the office has an approved template, what would be left goes out by it', async () => {
    const dossier = { byUser: '111', byPhone: '', parameters: { ma: 'code', trang_thai: 'status' } }
    const content = (shipped: ZaloContent) => ({ ...shipped, templates: { ...shipped.templates, dossier } })
    const outcome = await live(2000, { seed: 'zalo histories 3', content })
    console.info(`with a template: ${told(outcome)}`)
    expect(outcome.outsideWindow).toBe(0)
    expect(share(outcome, 'left')).toBe(0)
    expect(share(outcome, 'template')).toBeGreaterThan(0)
    expect(share(outcome, 'unreachable')).toBeLessThan(0.02)
  }, 60_000)
})
