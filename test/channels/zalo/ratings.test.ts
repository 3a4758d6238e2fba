import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ZaloContent } from '../../../src/channels/zalo/content.ts'
import { createZaloApi } from '../../../src/channels/zalo/http-api.ts'
import type { OnFeedback } from '../../../src/channels/zalo/ratings.ts'
import { createZaloSender } from '../../../src/channels/zalo/send.ts'
import { createZaloStops } from '../../../src/channels/zalo/stops.ts'
import { ensureIndexes } from '../../../src/storage/connect.ts'
import { createZaloRatingStore } from '../../../src/storage/zalo-rating-store.ts'
import { createZaloStars } from '../../../src/zalo-ratings.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { shipped } from '../../support/talk.ts'
import {
  keptLog,
  memoryContacts,
  memoryLedger,
  shippedZaloContent,
  shippedZaloTexts,
} from '../../support/zalo-sender.ts'
import { openSurveys, testKeyRing } from '../../surveys/open-surveys.ts'
import { setUp } from './in-bench.ts'

const dayMs = 86_400_000
const signal = new AbortController().signal
const templateId = '555'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
  createZaloRatingStore(database.connection, testKeyRing)
  await ensureIndexes(database.connection)
})
afterAll(() => database?.close())

/** A person outside her window who was asked by stars: the webhook, the sender and the answers are the real ones. */
async function askByStars(name: string, { isRating = true } = {}) {
  let onFeedback: OnFeedback | undefined
  const bench = await setUp({ channel: { onFeedback: async (feedback) => onFeedback?.(feedback) } })
  const { oa, clock, settings } = bench
  const { surveys, stores, send: sendInvitation, conversations } = openSurveys(database.connection, clock)
  const lan = oa.person({ follows: true })
  const conversation = { key: `zalo:${name}`, channel: 'zalo' as const, conversationId: lan.userId }
  const dossierToken = `${name}-token`.padEnd(22, 'x')
  await surveys.invite({ dossierToken, conversation, at: clock.now() })
  clock.advanceMs(3 * 3_600_000)
  await surveys.dispatch(sendInvitation, { channel: 'zalo', limit: 10, signal })
  const lease = { owner: 'd', now: clock.now(), until: new Date(clock.now().getTime() + 1000) }
  const [queued] = (await conversations.claimDelivery(conversation.key, lease))!.outbox
  const [first] = queued!.notices![0]!.facts.questions!.split(',')

  const { log, logLines } = keptLog()
  const contacts = memoryContacts()
  await contacts.change(lan.userId, { lastInteractionAt: clock.now() })
  clock.advanceMs(4 * dayMs)
  oa.addTemplate({ id: templateId, type: 'rating', answers: ['Nhanh', 'Lịch sự'] })
  const shippedContent = shippedZaloContent()
  const content: ZaloContent = {
    ...shippedContent,
    rating: {
      ...shippedContent.rating,
      templates: isRating ? [{ question: first!, byUser: templateId, byPhone: '' }] : [],
    },
  }
  // Each fake begins its message ids anew.
  await database.connection.collection('zalo_ratings').deleteMany({})
  const ratings = createZaloRatingStore(database.connection, testKeyRing)
  const ledger = memoryLedger()
  const tokens = {
    current: async () => ({ kind: 'access' as const, token: oa.tokens.issue().accessToken }),
    renew: async () => ({ kind: 'refused-again' as const }),
  }
  const api = createZaloApi({ settings, tokens, clock, log })
  const stops = createZaloStops({ clock, log })
  const texts = shippedZaloTexts()
  const send = createZaloSender({
    api,
    contacts,
    settings,
    content,
    texts,
    ledger,
    ratings,
    stops,
    clock,
    log,
  })
  const { attempts: _attempts, isBulk: _isBulk, ...message } = queued!
  const result = await send(lan.userId, message)
  const { inUse } = shipped().content.surveys
  const stars = createZaloStars({
    api,
    ratings,
    rating: content.rating,
    surveys,
    invitations: stores.invitations,
    inUse,
    log,
  })
  onFeedback = stars.onFeedback
  return {
    oa,
    clock,
    lan,
    result,
    ledger,
    question: first!,
    logLines,
    reconcile: () => stars.jobs[0]!.run(clock.now(), signal),
    async answers() {
      const found = await stores.responses.find(dossierToken)
      const history = found?.response.questions[first!]?.history ?? []
      return history.map(({ answer }) => answer)
    },
    comments: async () =>
      database.connection
        .collection<{ _id: string; comments?: unknown[] }>('answers')
        .findOne({ _id: dossierToken })
        .then((row) => row?.comments?.length ?? 0),
  }
}

describe('polls by stars', () => {
  test('row 13 (Zalo): outside the window a poll goes out as a rating where there is a template', async () => {
    const { oa, result, ledger } = await askByStars('sent')
    expect(result).toEqual({ kind: 'sent' })
    expect(oa.sentTemplates).toMatchObject([{ templateId }])
    expect(oa.requestsTo('/v3.0/oa/message/cs')).toHaveLength(0)
    expect(ledger.counts).toEqual(new Map([['rating-user', 1]]))
    const none = await askByStars('kept', { isRating: false })
    expect(none.result).toMatchObject({ kind: 'kept' })
    expect(none.oa.sentTemplates).toEqual([])
  })

  test('scenario 35: stars told twice, as number and as text, are one answer', async () => {
    const { lan, clock, answers, comments } = await askByStars('twice')
    const first = await lan.rate(5, { note: '' })
    expect(first!.attempts[0]!.status).toBe(200)
    await lan.rate(5, { note: '', isQuoted: true })
    expect(await answers()).toEqual([5])
    expect(await comments()).toBe(0)
    clock.advanceMs(60_000)
    await lan.rate(2, { note: 'Phải chờ lâu' })
    expect(await answers()).toEqual([5, 2])
    expect(await comments()).toBe(1)
  })

  test('scenario 36: what no event told is read back, in pages, without doubles', async () => {
    const { oa, lan, clock, answers, comments, reconcile, logLines } = await askByStars('read-back')
    await reconcile()
    expect(await answers()).toEqual([])

    await lan.rate(4, { note: 'Nhanh', isUnheard: true })
    // Ratings of other people, which fill the first page.
    const [own] = oa.ratings.splice(0)
    for (let n = 0; n < 700; n++) {
      oa.ratings.push({ ...own!, messageId: `other-${n}`, trackingId: `other-${n}`, rate: 1 })
    }
    oa.ratings.push(own!)
    clock.advanceMs(60_000)
    await reconcile()
    expect(oa.requestsTo('/rating/get').map(({ query }) => query.offset)).toEqual(['0', '0', '500'])
    expect(await answers()).toEqual([4])
    expect(await comments()).toBe(1)
    await reconcile()
    expect(await answers()).toEqual([4])
    expect(await comments()).toBe(1)

    oa.queueAnswer('/rating/get', { body: { error: -117, message: 'App has no permission' } })
    await reconcile()
    expect(logLines().some(({ code, level }) => code === -117 && level === 50)).toBe(true)
  })

  test('scenario 36: heard and read back is one answer', async () => {
    const { lan, clock, answers, comments, reconcile } = await askByStars('both')
    await lan.rate(3, { note: 'Được' })
    clock.advanceMs(60_000)
    await reconcile()
    expect(await answers()).toEqual([3])
    expect(await comments()).toBe(1)
  })
})
