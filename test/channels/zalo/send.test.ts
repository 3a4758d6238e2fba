import { describe, expect, test } from 'vitest'
import { zaloLimits } from '../../../src/channels/zalo/limits.ts'
import type { Notice, OutboundMessage } from '../../../src/conversation/message.ts'
import { splitReply } from '../../../src/conversation/turn/split-reply.ts'
import { openSenderWorld, type SenderWorld, type shippedZaloContent } from '../../support/zalo-sender.ts'

const hourMs = 3_600_000
/** "Message type is invalid". */
const wrongType = -233
const chat = '/v3.0/oa/message/cs'
const byUser = '/v3.0/oa/message/template'
const byPhone = '/message/template'

let ids = 0
const answer = (text: string, more: Partial<OutboundMessage> = {}): OutboundMessage => ({
  id: `in-${++ids}#0`,
  text,
  ...more,
})
const notice = (
  text: string,
  about: Notice['about'] = 'report',
  facts: Notice['facts'] = {},
): OutboundMessage => ({
  id: `news:${++ids}`,
  text,
  notices: [{ about, facts: { code: 'PA-261123-ABCD-1', status: 'đã trả lời', ...facts } }],
})
const choices = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ label: `Lựa chọn ${n + 1}`, choice: `menu:${n + 1}` }))

const withTemplates = (ids: { byUser?: string; byPhone?: string }) => ({
  content: (shipped: ReturnType<typeof shippedZaloContent>) => ({
    ...shipped,
    templates: {
      ...shipped.templates,
      report: { byUser: '', byPhone: '', parameters: { ma: 'code', trang_thai: 'status' }, ...ids },
    },
  }),
})

function addTemplates({ oa }: SenderWorld, fields: Parameters<typeof oa.addTemplate>[0]) {
  const parameter = { isRequired: true, maxLength: 30, type: 'STRING' as const }
  return oa.addTemplate({
    parameters: [
      { ...parameter, name: 'ma' },
      { ...parameter, name: 'trang_thai' },
    ],
    ...fields,
  })
}

describe('in the chat', () => {
  test('text, taps, addresses and telephone numbers arrive as Zalo shows them', async () => {
    const world = await openSenderWorld()
    const lan = world.guest()
    const result = await world.send(
      lan.userId,
      answer('Ông/Bà cần gì?', {
        buttons: [
          { label: 'Hỏi thủ tục', choice: 'menu:ask' },
          { label: 'Cổng dịch vụ công', url: 'https://dichvucong.gov.vn' },
          { label: 'Gọi đường dây nóng', url: 'tel:0258999999' },
        ],
      }),
    )
    expect(result).toEqual({ kind: 'sent' })
    const [bubble] = lan.bubbles
    expect(bubble).toMatchObject({ text: 'Ông/Bà cần gì?' })
    expect(lan.buttons.map(({ title }) => title)).toEqual([
      'Hỏi thủ tục',
      'Cổng dịch vụ công',
      'Gọi đường dây nóng',
    ])
    const [request] = world.oa.requestsTo(chat)
    expect(request!.body).toMatchObject({
      recipient: { user_id: lan.userId },
      message: {
        attachment: {
          payload: {
            buttons: [
              { type: 'oa.query.hide', payload: 'v1:menu:ask' },
              { type: 'oa.open.url', payload: { url: 'https://dichvucong.gov.vn' } },
              { type: 'oa.open.phone', payload: { phone_code: '0258999999' } },
            ],
          },
        },
      },
    })
    expect(world.ledger.counts).toEqual(new Map([['free', 1]]))
  })

  test('a secret message goes out as any other, for Zalo keeps the chat', async () => {
    const world = await openSenderWorld()
    const lan = world.guest()
    await world.send(lan.userId, answer('Mã tra cứu: 1234', { isSecret: true }))
    expect(lan.bubbles.at(-1)).toMatchObject({ text: 'Mã tra cứu: 1234' })
  })

  test('scenario 01: a send is counted though the answer names no quota', async () => {
    const world = await openSenderWorld({ behaviour: { answersQuota: 'absent' } })
    const lan = world.guest()
    expect(await world.send(lan.userId, answer('Xin chào'))).toEqual({ kind: 'sent' })
    expect(world.ledger.counts.get('free')).toBe(1)
  })

  test('scenario 34: a visitor without an account is answered with both ids, by numbers', async () => {
    const world = await openSenderWorld()
    const visitor = world.oa.anonymous()
    await visitor.write('cho hỏi')
    const [anonymousId, conversationId] = [visitor.userId, visitor.state.anonymousConversation!]
    const conversation = `anon:${anonymousId}:${conversationId}`
    expect(await world.send(conversation, answer('Chọn', { buttons: choices(2) }))).toEqual({ kind: 'sent' })
    const [request] = world.oa.requestsTo('/v2.0/oa/message')
    expect(request!.body.recipient).toEqual({ anonymous_id: anonymousId, conversation_id: conversationId })
    expect(visitor.bubbles.at(-1)!.text).toContain('1. Lựa chọn 1\n2. Lựa chọn 2')
    expect(await world.send(conversation, notice('Tin mới'))).toMatchObject({ kind: 'unreachable' })
    expect(world.oa.requestsTo('/v2.0/oa/message')).toHaveLength(1)
  })
})

describe('pictures', () => {
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3])
  const withPicture = answer('Bản đồ nơi nộp hồ sơ', { image: { file: 'map.png' } })
  const upload = '/v2.0/oa/upload/image'
  const isPicture = ({ path, body }: { path: string; body: unknown }) =>
    path === chat && JSON.stringify(body).includes('media_type')

  test('scenario 28: an upload that has expired is made again, once', async () => {
    const world = await openSenderWorld({ readImage: async () => ({ bytes: png, type: 'image/png' }) })
    const lan = world.guest()
    expect(await world.send(lan.userId, withPicture)).toEqual({ kind: 'sent' })
    await world.send(lan.userId, withPicture)
    expect(world.oa.requestsTo(upload)).toHaveLength(1)
    expect(lan.bubbles.map(({ image }) => image?.attachmentId !== undefined)).toEqual([
      false,
      true,
      false,
      true,
    ])

    world.oa.queueAnswer(isPicture, { body: { error: -100, message: 'attachment_id was expired' } })
    await world.send(lan.userId, withPicture)
    expect(world.oa.requestsTo(upload)).toHaveLength(2)
    expect(lan.bubbles.filter(({ image }) => image)).toHaveLength(3)

    const expired = { body: { error: -100, message: 'attachment_id was expired' } }
    world.oa.queueAnswer(isPicture, expired)
    world.oa.queueAnswer(isPicture, expired)
    expect(await world.send(lan.userId, withPicture)).toEqual({ kind: 'sent' })
    expect(world.oa.requestsTo(upload)).toHaveLength(3)
    expect(lan.bubbles.filter(({ image }) => image)).toHaveLength(3)
    expect(lan.bubbles.filter(({ text }) => text === 'Bản đồ nơi nộp hồ sơ')).toHaveLength(4)
  })

  test('by address there is nothing to upload; without the picture the text goes out alone', async () => {
    const world = await openSenderWorld()
    const lan = world.guest()
    await world.send(lan.userId, answer('Sơ đồ', { image: { url: 'https://example.gov.vn/map.png' } }))
    expect(lan.bubbles.map(({ image, text }) => image?.url ?? text)).toEqual([
      'Sơ đồ',
      'https://example.gov.vn/map.png',
    ])
    expect(await world.send(lan.userId, withPicture)).toEqual({ kind: 'sent' })
    expect(lan.bubbles).toHaveLength(3)
  })
})

describe('what Zalo would refuse is never sent', () => {
  test.each([
    ['NFC', 'ề'],
    ['NFD', 'ề'.normalize('NFD')],
  ])('scenario 20: 2001 characters in %s go out in parts of 2000 at most', async (_form, letter) => {
    const world = await openSenderWorld()
    const lan = world.guest()
    const text = letter.repeat(2001)
    expect(await world.send(lan.userId, answer(text))).toMatchObject({ kind: 'rejected' })
    expect(world.oa.requestsTo(chat)).toHaveLength(0)
    const parts = splitReply({ text }, zaloLimits(world.content))
    for (const part of parts) await world.send(lan.userId, answer(part.text))
    expect(lan.bubbles.map((bubble) => bubble.text).join('')).toBe(text.normalize('NFC'))
    expect(world.oa.requestsTo(chat).every((one) => one.answer?.body !== undefined)).toBe(true)
  })

  test('scenario 21: six buttons are paged', async () => {
    const world = await openSenderWorld()
    const lan = world.guest()
    const parts = splitReply({ text: 'Chọn lĩnh vực', buttons: choices(6) }, zaloLimits(world.content))
    for (const part of parts) {
      expect(await world.send(lan.userId, answer(part.text, part))).toEqual({ kind: 'sent' })
    }
    expect(lan.buttons.map(({ title }) => title)).toEqual(choices(6).map(({ label }) => label))
    expect(parts).toHaveLength(2)
  })

  test('seven buttons of a question that nobody asked for: five as buttons, all by number', async () => {
    const world = await openSenderWorld()
    const lan = world.guest()
    const message = { ...notice('Ông/Bà hài lòng không?', 'poll'), buttons: choices(7) }
    expect(await world.send(lan.userId, message)).toEqual({ kind: 'sent' })
    expect(lan.buttons).toHaveLength(5)
    expect(lan.bubbles.at(-1)!.text).toContain('6. Lựa chọn 6\n7. Lựa chọn 7')
    expect(world.contacts.people.get(lan.userId)!.numberedChoices).toEqual(
      choices(7).map(({ choice }) => choice),
    )
    await world.send(lan.userId, answer('Cảm ơn'))
    expect(world.contacts.people.get(lan.userId)!.numberedChoices).toBeUndefined()
  })
})

describe('refusals', () => {
  test('scenario 22: news after eight days is not tried, and kept; refused with -230 it is not tried again', async () => {
    const world = await openSenderWorld()
    const lan = world.guest()
    world.clock.advanceMs(8 * 24 * hourMs)
    expect(await world.send(lan.userId, notice('Đã trả lời'))).toMatchObject({ kind: 'kept' })
    expect(world.oa.requests).toHaveLength(0)

    // Our count of the window was wrong.
    await world.contacts.change(lan.userId, { lastInteractionAt: world.clock.now() })
    expect(await world.send(lan.userId, notice('Đã trả lời'))).toMatchObject({ kind: 'kept' })
    expect(await world.send(lan.userId, notice('Thêm tin'))).toMatchObject({ kind: 'kept' })
    expect(world.oa.requestsTo(chat)).toHaveLength(1)
    expect(world.ledger.counts).toEqual(new Map([['kept', 3]]))

    world.clock.advanceMs(1000)
    await lan.write('có tin gì chưa')
    await world.contacts.change(lan.userId, { lastInteractionAt: world.clock.now() })
    expect(await world.send(lan.userId, notice('Đã trả lời'))).toEqual({ kind: 'sent' })
  })

  test.each([-213, -217, -227, -244])(
    'scenario 23, row 14 (Zalo): %i marks the person and nothing is tried any more',
    async (code) => {
      const world = await openSenderWorld()
      const lan = world.guest()
      lan.state.refusesWith = code
      expect(await world.send(lan.userId, answer('Xin chào'))).toMatchObject({ kind: 'unreachable' })
      expect(world.contacts.people.get(lan.userId)!.unreachableSince).toEqual(world.clock.now())
      expect(await world.send(lan.userId, notice('Tin mới'))).toMatchObject({ kind: 'unreachable' })
      expect(world.oa.requestsTo(chat)).toHaveLength(1)
    },
  )

  test('row 14 (Zalo): after an unfollow there is no call at all', async () => {
    const world = await openSenderWorld()
    const lan = world.guest()
    await lan.unfollow()
    world.clock.advanceMs(1000)
    await world.contacts.change(lan.userId, { follows: false, unreachableSince: world.clock.now() })
    expect(await world.send(lan.userId, notice('Tin mới'))).toMatchObject({ kind: 'unreachable' })
    expect(world.oa.requests).toHaveLength(0)
  })

  test('scenario 25: without package or money what costs stops with one alarm, what is free goes on', async () => {
    const world = await openSenderWorld({ mayPay: true, account: { zcaBalanceVnd: 0 } })
    const people = Array.from({ length: 5 }, () => world.guest())
    world.clock.advanceMs(50 * hourMs)
    for (const { userId } of people) {
      expect(await world.send(userId, notice('Tin mới'))).toMatchObject({ kind: 'kept' })
    }
    expect(world.oa.requestsTo(chat)).toHaveLength(1)
    expect(world.alerts).toEqual(['paid'])
    expect(await world.send(world.guest().userId, answer('Xin chào'))).toEqual({ kind: 'sent' })
    const alarms = world
      .logLines()
      .filter(({ level, msg }) => level === 50 && String(msg).includes('what costs'))
    expect(alarms).toHaveLength(1)
  })

  test('scenario 25: -211 of a billed message waits for the next day', async () => {
    const world = await openSenderWorld({ mayPay: true, account: { isZcaLinked: false } })
    const [lan, minh] = [world.guest(), world.guest()]
    world.clock.advanceMs(50 * hourMs)
    const first = await world.send(lan.userId, notice('Tin mới'))
    expect(first).toMatchObject({ kind: 'later' })
    expect(await world.send(minh.userId, notice('Tin mới'))).toEqual({ ...first, reason: expect.any(String) })
    expect(world.oa.requestsTo(chat)).toHaveLength(1)
    expect(world.alerts).toEqual(['paid'])
  })

  test('scenario 25: an OA without package stands still with one alarm, and goes on when it is mended', async () => {
    const world = await openSenderWorld({ account: { mayMessage: false } })
    const people = Array.from({ length: 4 }, () => world.guest())
    for (const { userId } of people) {
      expect(await world.send(userId, answer('Xin chào'))).toMatchObject({ kind: 'later', scope: 'channel' })
    }
    expect(world.oa.requestsTo(chat)).toHaveLength(1)
    expect(world.alerts).toEqual(['all'])
    world.clock.advanceMs(11 * 60_000)
    expect(await world.send(people[0]!.userId, answer('Xin chào'))).toMatchObject({ kind: 'later' })
    expect(world.alerts).toEqual(['all'])
    world.oa.account.mayMessage = true
    world.clock.advanceMs(11 * 60_000)
    expect(await world.send(people[0]!.userId, answer('Xin chào'))).toEqual({ kind: 'sent' })
  })

  test('scenario 24, row 11 (Zalo): over the limit everybody waits until the next minute', async () => {
    const world = await openSenderWorld({ behaviour: { requestsPerMinute: 2 } })
    const lan = world.guest()
    world.clock.advanceMs(20_000)
    await world.send(lan.userId, answer('1'))
    await world.send(lan.userId, answer('2'))
    const refused = await world.send(lan.userId, answer('3'))
    expect(refused).toMatchObject({ kind: 'retry', scope: 'channel' })
    expect(refused.kind === 'retry' && refused.afterMs).toBeGreaterThan(40_000)
    expect(refused.kind === 'retry' && refused.afterMs).toBeLessThanOrEqual(45_000)
  })

  test('scenario 27: a message that may have arrived is told as such', async () => {
    const world = await openSenderWorld({ timeoutMs: 500 })
    const lan = world.guest()
    world.oa.queueAnswer(chat, { end: 'never', isApplied: true })
    expect(await world.send(lan.userId, answer('Xin chào'))).toMatchObject({ kind: 'unknown' })
    world.oa.queueAnswer(chat, { status: 502, body: '<html>Bad Gateway</html>' })
    expect(await world.send(lan.userId, answer('Xin chào'))).toMatchObject({ kind: 'unknown' })
  })

  test.each([
    [-233, 'template-type-button' as const],
    [-201, undefined],
  ])('scenario 29: buttons refused with %i go out once more as numbers', async (code, buttonForm) => {
    const world = await openSenderWorld(buttonForm ? { behaviour: { buttonForm } } : {})
    const lan = world.guest()
    if (!buttonForm) world.oa.queueAnswer(chat, { body: { error: code, message: 'buttons is invalid!' } })
    const message = answer('Ông/Bà cần gì?', { buttons: choices(3) })
    expect(await world.send(lan.userId, message)).toEqual({ kind: 'sent' })
    expect(world.oa.requestsTo(chat)).toHaveLength(2)
    expect(lan.bubbles.at(-1)!.text).toBe(
      'Ông/Bà cần gì?\n\nÔng/Bà trả lời bằng số:\n1. Lựa chọn 1\n2. Lựa chọn 2\n3. Lựa chọn 3',
    )
    expect(world.contacts.people.get(lan.userId)!.numberedChoices).toEqual(['menu:1', 'menu:2', 'menu:3'])
    expect(world.logLines().some(({ level, code: logged }) => level === 50 && logged === code)).toBe(true)
    // A form that is refused is not tried with every message; a single slip of Zalo does not cost the buttons.
    await world.send(lan.userId, message)
    expect(world.oa.requestsTo(chat)).toHaveLength(3)
    expect(lan.bubbles.at(-1)!.buttons).toHaveLength(code === wrongType ? 0 : 3)
  })

  test('scenario 29: buttons that were refused are tried again after ten minutes', async () => {
    const world = await openSenderWorld()
    const lan = world.guest()
    const message = answer('Ông/Bà cần gì?', { buttons: choices(3) })
    const send = async () => {
      await world.send(lan.userId, message)
      return lan.bubbles.at(-1)!.buttons.length
    }
    world.oa.queueAnswer(chat, { body: { error: wrongType, message: 'message type is invalid' } })
    expect(await send()).toBe(0)
    world.clock.advanceMs(9 * 60_000)
    expect(await send()).toBe(0)
    world.clock.advanceMs(60_000)
    expect(await send()).toBe(3)
    expect(world.contacts.people.get(lan.userId)!.numberedChoices).toBeUndefined()
    expect(world.logLines().some(({ msg }) => msg === 'zalo: works again')).toBe(true)
  })

  test('scenario 18: what was answered before an officer wrote still goes out: it may be a receipt', async () => {
    const world = await openSenderWorld()
    const lan = world.guest()
    const pausedUntil = new Date(world.clock.now().getTime() + 4 * hourMs)
    await world.contacts.change(lan.userId, { pausedUntil })
    expect(await world.send(lan.userId, answer('MÃ TRA CỨU: …'))).toEqual({ kind: 'sent' })
  })
})

describe('row 13 (Zalo): outside the free window', () => {
  test('billed only where the office allows it', async () => {
    for (const mayPay of [false, true]) {
      const world = await openSenderWorld({ mayPay })
      const lan = world.guest()
      world.clock.advanceMs(50 * hourMs)
      const result = await world.send(lan.userId, notice('Tin mới'))
      expect(result.kind).toBe(mayPay ? 'sent' : 'kept')
      expect(world.oa.requestsTo(chat)).toHaveLength(mayPay ? 1 : 0)
      expect(world.ledger.counts).toEqual(new Map([[mayPay ? 'paid' : 'kept', 1]]))
    }
  })

  test('by night news waits for the morning if the window lasts so long, otherwise it leaves at once', async () => {
    const world = await openSenderWorld()
    const [early, late] = [world.guest(), world.guest()]
    // 09:00 + 38 h = 23:00; early closes at 09:00 of the morning, late had an interaction 46 h ago.
    world.clock.advanceMs(38 * hourMs)
    await world.contacts.change(late.userId, { lastInteractionAt: null })
    await world.contacts.change(late.userId, {
      lastInteractionAt: new Date(world.clock.now().getTime() - 46 * hourMs),
    })
    late.state.lastInteractionAt = new Date(world.clock.now().getTime() - 46 * hourMs)
    expect(await world.send(early.userId, notice('Tin mới'))).toMatchObject({
      kind: 'later',
      until: new Date('2026-05-05T23:30:00Z'),
    })
    expect(await world.send(late.userId, notice('Tin mới'))).toEqual({ kind: 'sent' })
    expect(await world.send(early.userId, answer('Xin chào'))).toEqual({ kind: 'sent' })
  })

  test('a template to the person, with the facts that it was approved for', async () => {
    const world = await openSenderWorld(withTemplates({ byUser: '111' }))
    addTemplates(world, { id: '111' })
    const lan = world.guest()
    world.clock.advanceMs(9 * 24 * hourMs)
    expect(await world.send(lan.userId, notice('Tin dài'))).toEqual({ kind: 'sent' })
    expect(world.oa.sentTemplates).toMatchObject([
      { templateId: '111', userId: lan.userId, data: { ma: 'PA-261123-ABCD-1', trang_thai: 'đã trả lời' } },
    ])
    expect(world.oa.requestsTo(chat)).toHaveLength(0)
    expect(world.ledger.counts).toEqual(new Map([['template-user', 1]]))
    const bundle = { ...notice('Hai tin'), notices: [...notice('a').notices!, ...notice('b').notices!] }
    expect(await world.send(lan.userId, bundle)).toEqual({ kind: 'apart' })
    const bare: OutboundMessage = {
      ...notice('Tin kín'),
      notices: [{ about: 'report', facts: { code: 'PA-1' } }],
    }
    expect(await world.send(lan.userId, bare)).toMatchObject({ kind: 'kept' })
  })

  test('by telephone number, with consent, when the template cannot be sent by user id (-249)', async () => {
    const world = await openSenderWorld(withTemplates({ byUser: '111', byPhone: '111' }))
    addTemplates(world, { id: '111', maySendByUid: false })
    const [lan, minh] = [world.guest(), world.guest()]
    lan.state.phone = '84901234567'
    await world.contacts.change(lan.userId, { phone: '+84901234567' })
    world.clock.advanceMs(9 * 24 * hourMs)
    expect(await world.send(lan.userId, notice('Tin'))).toEqual({ kind: 'sent' })
    expect(world.oa.sentTemplates).toMatchObject([{ phone: '84901234567' }])
    expect(world.oa.sentTemplates[0]!.trackingId).toMatch(/^m-[0-9a-f]{40}$/)
    expect(await world.send(minh.userId, notice('Tin'))).toMatchObject({ kind: 'kept' })
    expect(world.oa.requestsTo(byUser)).toHaveLength(2)
    expect(world.oa.requestsTo(byPhone)).toHaveLength(1)
    expect(world.oa.requestsTo(chat)).toHaveLength(0)
  })

  test.each([
    [-133, { kind: 'later' }, [], true],
    [-144, { kind: 'later' }, ['paid'], true],
    [-115, { kind: 'kept' }, ['paid'], true],
    [-108, { kind: 'kept' }, [], false],
    [-118, { kind: 'kept' }, [], false],
  ])('scenario 37: a template by telephone refused with %i', async (code, result, alerts, keepsNumber) => {
    const world = await openSenderWorld(withTemplates({ byPhone: '222' }))
    addTemplates(world, { id: '222' })
    const lan = world.guest()
    await world.contacts.change(lan.userId, { phone: '+84901234567' })
    world.clock.advanceMs(9 * 24 * hourMs + 14 * hourMs) // 23:00
    world.oa.queueAnswer(byPhone, { body: { error: code, message: 'refused' } })
    const given = await world.send(lan.userId, notice('Tin'))
    expect(given).toMatchObject(result)
    if (code === -133) expect(given).toMatchObject({ until: new Date('2026-05-13T23:00:00Z') })
    if (code === -144) expect(given).toMatchObject({ until: new Date('2026-05-13T23:30:00Z') })
    expect(world.alerts).toEqual(alerts)
    expect(world.contacts.people.get(lan.userId)!.phone !== undefined).toBe(keepsNumber)
    expect(world.oa.requestsTo(byPhone)).toHaveLength(1)
  })
})
