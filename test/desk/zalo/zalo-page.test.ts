import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ZaloView } from '../../../src/desk/zalo/zalo-view.ts'
import { FakeClock } from '../../../src/lib/clock.ts'
import { createSayReach, createZaloView } from '../../../src/zalo-desk.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { openSenderWorld } from '../../support/zalo-sender.ts'
import { openDesk, type TestDesk, Visitor } from '../open-desk.ts'
import { quietZalo, zaloWords } from '../zalo-parts.ts'

const hourMs = 3_600_000
const now = new Date('2026-11-23T02:00:00Z')

const busyZalo: ZaloView = {
  token: { kind: 'ending', daysLeft: 6 },
  account: {
    isVerified: true,
    packageName: 'Growth',
    packageEnds: '31/12/2026',
    hasMoneyAccount: false,
    chatQuota: { total: 2000, left: 1990 },
  },
  stops: [
    {
      what: 'paid',
      reason: '-321 Zalo Cloud Account is out of money',
      since: now,
      until: new Date(now.getTime() + 21 * hourMs),
    },
  ],
  month: '2026-11',
  sends: [
    { kind: 'free', count: 12_345, dong: 0 },
    { kind: 'paid', count: 10, dong: 55 },
    { kind: 'template-user', count: 3, dong: null },
  ],
  people: { free: 420, closing: 31, billed: 1012, closed: 8003, unreachable: 17 },
  isWhole: true,
  kept: { messages: 88, conversations: 61 },
}

let database: TestDatabase
let desk: TestDesk
let view: ZaloView = quietZalo

beforeAll(async () => {
  database = await openTestDatabase()
  desk = await openDesk(database, { readZalo: async () => view })
}, 60_000)
afterAll(async () => {
  await desk?.close()
  await database?.close()
})

let officers = 0

async function pageFor(role: 'leader' | 'handler'): Promise<{ status: number; text: string }> {
  officers += 1
  const username = `xem-${role}-${officers}`
  const { secret } = await desk.add(username, [role])
  const visitor = new Visitor(desk)
  await visitor.signIn(username, secret)
  const { statusCode } = await visitor.get('/desk/zalo')
  return { status: statusCode, text: visitor.page.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ') }
}

describe('the page about Zalo', () => {
  test('row 13 (Zalo): quota, money by configured prices, windows and what is kept', async () => {
    view = busyZalo
    const { status, text } = await pageFor('leader')
    expect(status).toBe(200)
    expect(text).toContain('còn 1.990 trong 2.000')
    expect(text).toContain('Cộng: 550 đồng, chưa kể 3 tin chưa đặt giá.')
    expect(text).toContain('chưa đặt')
    expect(text).toContain('Sắp hết, còn 6 ngày')
    expect(text).toContain('88 tin của 61 người')
    expect(text).toContain('-321 Zalo Cloud Account is out of money')
  })

  test('says what is missing when the token was never given', async () => {
    view = quietZalo
    const { text } = await pageFor('leader')
    expect(text).toContain('npm run zalo:authorize')
    expect(text).toContain('Chưa có tin nào.')
    expect(text).toContain('Zalo không trả lời')
  })

  test('is not for everybody', async () => {
    expect((await pageFor('handler')).status).toBe(403)
  })
})

describe('what the page shows', () => {
  test('comes from Zalo, the ledger and the contacts', async () => {
    const world = await openSenderWorld({ account: { packageQuota: 7 } })
    const { clock, contacts, oa } = world
    const lan = world.guest()
    await world.send(lan.userId, { id: 'a#0', text: 'Chào' })
    const ago = async (id: string, hours: number, more = {}) =>
      contacts.change(id, { lastInteractionAt: new Date(clock.now().getTime() - hours * hourMs), ...more })
    await ago('closing', 45)
    await ago('billed', 60)
    await ago('closed', 200)
    await ago('gone', 10, { unreachableSince: clock.now() })
    await ago('visitor', 1, { anonymous: { conversationId: 'x' } })
    const read = createZaloView({
      api: world.api,
      tokens: {
        state: async () => ({
          kind: 'working',
          consentUntil: new Date(clock.now().getTime() + 80.5 * 24 * hourMs),
        }),
      },
      stops: world.stops,
      ledger: world.ledger,
      contacts: {
        async *each() {
          yield* contacts.people.values()
        },
      },
      conversations: { countKept: async () => ({ messages: 2, conversations: 1 }) },
      content: world.content,
    })
    const found = await read(clock.now())
    expect(found).toMatchObject({
      token: { kind: 'working', daysLeft: 80 },
      account: {
        isVerified: true,
        packageName: 'Growth',
        hasMoneyAccount: true,
        chatQuota: { left: 7 },
        templateQuota: { total: 500 },
      },
      stops: [],
      sends: [{ kind: 'free', count: 1, dong: 0 }],
      people: { free: 1, closing: 1, billed: 1, closed: 1, unreachable: 1 },
      isWhole: true,
      kept: { messages: 2, conversations: 1 },
    })
    const asked = oa.requests.length
    await read(clock.now())
    expect(oa.requests).toHaveLength(asked)
  })

  test('row 13 (Zalo): an officer reads on the case until when news is free', async () => {
    const clock = new FakeClock('2026-11-23T02:00:00Z')
    const at = (hoursAgo: number) => new Date(clock.now().getTime() - hoursAgo * hourMs)
    const people = new Map([
      ['free', { userId: 'free', lastInteractionAt: at(40) }],
      ['billed', { userId: 'billed', lastInteractionAt: at(50) }],
      ['closed', { userId: 'closed', lastInteractionAt: at(170) }],
      ['gone', { userId: 'gone', lastInteractionAt: at(5), unreachableSince: at(1) }],
    ])
    const say = createSayReach({ contacts: { find: async (id) => people.get(id) }, texts: zaloWords, clock })
    const of = async (conversationId: string, channel: 'zalo' | 'telegram' = 'zalo') =>
      (await say({ channel, conversationId }))?.text
    expect(await of('free')).toContain('Cập nhật trước 23/11/2026 16:58')
    expect(await of('billed')).toContain('tốn phí')
    expect(await of('closed')).toContain('chờ người phản ánh nhắn lại')
    expect(await of('gone')).toContain('Không liên lạc được')
    expect(await of('nobody')).toBeUndefined()
    expect(await of('free', 'telegram')).toBeUndefined()
  })
})
