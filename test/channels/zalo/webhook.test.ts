import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { writeTap } from '../../../src/channels/zalo/tap-payload.ts'
import { blame, timePair } from '../../support/zalo/beside-idle.ts'
import type { Attempt } from '../../support/zalo/webhook.ts'
import { greetingChoice, type InBench, setUp } from './in-bench.ts'

const hourMs = 3_600_000

const textEvent = ({ oa }: InBench, userId: string, text: string, more: Record<string, unknown> = {}) =>
  oa.event('user_send_text', {
    sender: { id: userId },
    recipient: { id: oa.identity.oaId },
    message: { msg_id: `m-${text}`, text },
    ...more,
  })
const status = async (attempt: Promise<Attempt>) => (await attempt).status
const ruleOf = ({ outcomes }: InBench) => {
  const last = outcomes.at(-1)
  return last?.kind === 'verified' && last.taken.kind === 'ignored' ? last.taken.rule : undefined
}

describe('row 4 (Zalo): authentic, and fails closed', () => {
  it('scenario 11: the right mac with "mac=", bare, and with the OA id first: 200, each reading counted', async () => {
    const bench = await setUp()
    const lan = bench.oa.person()
    const forms = [{}, { prefix: '' }, { term: 'oa' }] as const
    for (const [n, form] of forms.entries()) {
      const delivery = await lan.write(`câu ${n}`, form)
      expect(delivery.attempts[0]!.status).toBe(200)
    }
    const terms = bench.outcomes.map((outcome) => (outcome.kind === 'verified' ? outcome.term : outcome.kind))
    expect(terms).toEqual(['app-id', 'app-id', 'oa-id'])
    expect(bench.inbox.accepted).toHaveLength(3)
  })

  it('scenario 11: the OA id first also when nobody has told it to us', async () => {
    const bench = await setUp({ knowsOaId: false, channel: { api: { call: () => new Promise(() => {}) } } })
    const delivery = await bench.oa.person().write('chào', { term: 'oa' })
    expect(delivery.attempts[0]!.status).toBe(200)
  })

  it('scenario 12: a wrong mac, none, an altered byte, an HMAC, the app secret: 401, nothing stored', async () => {
    const bench = await setUp()
    const { oa, inbox, contacts, outcomes, logged } = bench
    const event = textEvent(bench, '4318000000000000001', 'CANARY')
    expect(await status(oa.forge.wrongMac(event))).toBe(401)
    expect(await status(oa.forge.withoutHeader(event))).toBe(401)
    expect(await status(oa.forge.alteredByte(event))).toBe(401)
    expect(await status(oa.forge.hmac(event))).toBe(401)
    expect(await status(oa.forge.signedWithAppSecret(event))).toBe(401)
    expect(inbox.accepted).toEqual([])
    expect(await contacts.find('4318000000000000001')).toBeUndefined()
    expect(outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.reason : outcome.kind))).toEqual([
      'wrong',
      'unsigned',
      'wrong',
      'wrong',
      'wrong',
    ])
    // Loud, with the mend; not one line for each of thousands.
    expect(logged()).toContain('mend ZALO_OA_SECRET_KEY')
    expect(logged()).toContain('signed with the app secret')
    const lines = logged().length
    for (let n = 0; n < 50; n++) await oa.forge.wrongMac(event)
    expect(logged().length).toBe(lines)
    expect(logged()).not.toContain('CANARY')
  })

  it('scenario 13: escaped, spaced and turned round JSON: taken as it came', async () => {
    const bench = await setUp()
    const lan = bench.oa.person()
    for (const json of ['escaped', 'spaced', 'reversed', 'numbers'] as const) {
      const delivery = await lan.write(`Xin chào phường ${json}`, { json })
      expect(delivery.attempts[0]!.status).toBe(200)
    }
    expect(bench.inbox.accepted.map(({ text }) => text)).toEqual([
      'Xin chào phường escaped',
      'Xin chào phường spaced',
      'Xin chào phường reversed',
      'Xin chào phường numbers',
    ])
  })

  it('scenario 14: the unsigned {} and GET get 200, and nothing is stored', async () => {
    const { oa, address, inbox, outcomes } = await setUp()
    oa.webhook.turnOff()
    expect(await oa.webhook.save(`${address}/webhooks/zalo`)).toBe(200)
    expect(await status(oa.webhook.post(' { }\n'))).toBe(200)
    const asked = await fetch(`${address}/webhooks/zalo?hub.challenge=1`)
    expect([asked.status, await asked.text()]).toEqual([200, ''])
    expect(inbox.accepted).toEqual([])
    expect(outcomes).toEqual([{ kind: 'probe' }, { kind: 'probe' }])
  })

  it('goes in this order: size, signature, age, limit, stored, 200', async () => {
    const bench = await setUp()
    const { oa, inbox, clock } = bench
    inbox.storageDown(true)
    const userId = '4318000000000000002'
    const large = JSON.stringify(textEvent(bench, userId, 'x'.repeat(300_000)))
    expect(await status(oa.webhook.post(large))).toBe(413)
    for (const body of ['', 'x', '[]', 'null', '"a"', '{"event_name":']) {
      expect(await status(oa.webhook.post(body))).toBe(400)
    }
    expect(await status(oa.webhook.post('{"event_name":"user_send_text"}'))).toBe(401)
    // A hundred strangers use up nobody's share.
    for (let n = 0; n < 100; n++) await oa.forge.wrongMac(textEvent(bench, userId, 'giả'))
    const event = textEvent(bench, userId, 'thật')
    expect((await oa.webhook.send(event, { isRetried: false }).attempt(1)).status).toBe(500)
    inbox.storageDown(false)
    expect((await oa.webhook.send(event, { isRetried: false }).attempt(1)).status).toBe(200)
    expect(inbox.accepted.map(({ text }) => text)).toEqual(['thật'])
    clock.advanceMs(25 * hourMs)
    expect((await oa.webhook.send(event, { isRetried: false }).attempt(1)).status).toBe(401)
    expect(bench.outcomes.at(-1)).toEqual({ kind: 'too-old' })
  })

  it('leaves the JSON parsing of other routes alone, and takes any content type', async () => {
    const bench = await setUp()
    const raw = Buffer.from(JSON.stringify(textEvent(bench, '4318000000000000003', 'chữ')))
    const { timestamp } = JSON.parse(raw.toString())
    const headers = { ...bench.oa.webhook.headersFor(raw, timestamp), 'content-type': 'text/plain' }
    expect(await status(bench.oa.webhook.post(raw, headers))).toBe(200)
  })

  it('drops with 200 what one person sends beyond all reading, and nobody else suffers', async () => {
    const bench = await setUp()
    const { oa, inbox } = bench
    const lan = oa.person()
    for (let n = 0; n < 70; n++) await lan.write(`câu ${n}`, { isRetried: false })
    expect(bench.oa.webhook.deliveries.every(({ state }) => state === 'taken')).toBe(true)
    expect(inbox.accepted).toHaveLength(60)
    expect(ruleOf(bench)).toBe('flood')
    await oa.person().write('người khác')
    expect(inbox.accepted).toHaveLength(61)
  })
})

describe('row 5 (Zalo): repeated deliveries', () => {
  it('scenario 15: the same event five times, again after two hours: 200 each, taken once', async () => {
    const bench = await setUp()
    const { oa, clock, inbox, contacts } = bench
    const delivery = await oa.person().write('một lần')
    for (let n = 1; n <= 3; n++) expect(await status(oa.forge.again(delivery, n))).toBe(200)
    clock.advanceMs(2 * hourMs)
    expect(await status(oa.forge.again(delivery, 4))).toBe(200)
    expect(inbox.accepted).toHaveLength(1)
    const [message] = inbox.accepted
    // The window does not move with the repeat.
    expect((await contacts.find(message!.conversationId))?.lastInteractionAt).toEqual(message!.sentAt)
  })

  it('twenty copies at once: 200 each, taken once', async () => {
    const bench = await setUp()
    const event = textEvent(bench, '4318000000000000004', 'Gấp')
    const copies = Array.from({ length: 20 }, () => bench.oa.webhook.send(event).attempt(1))
    expect((await Promise.all(copies)).map((one) => one.status)).toEqual(Array(20).fill(200))
    expect(bench.inbox.accepted).toHaveLength(1)
  })

  it('scenario 16: B before A, two at the same instant, one id in two kinds: each once, the window at the latest', async () => {
    const bench = await setUp()
    const { oa, clock, contacts, inbox } = bench
    const userId = '4318000000000000005'
    const first = textEvent(bench, userId, 'A')
    clock.advanceMs(1_000)
    const second = textEvent(bench, userId, 'B')
    const third = textEvent(bench, userId, 'C')
    for (const event of [second, first, third]) {
      expect((await oa.webhook.send(event).attempt(1)).status).toBe(200)
    }
    expect(inbox.accepted.map(({ text }) => text)).toEqual(['B', 'A', 'C'])
    expect(new Set(inbox.accepted.map(({ messageId }) => messageId)).size).toBe(3)
    expect((await contacts.find(userId))?.lastInteractionAt).toEqual(new Date(Number(second.timestamp)))
  })
})

describe('row 7 (Zalo): acknowledged before work', () => {
  it('scenario 17: a store that takes three seconds: 500 within two, and the repeat is known', async () => {
    const bench = await setUp({
      accept: (accept) => async (message) => {
        if (message.text === 'chậm') await wait(2_600)
        return accept(message)
      },
    })
    const event = textEvent(bench, '4318000000000000006', 'chậm')
    const attempt = await bench.oa.webhook.send(event, { isRetried: false }).attempt(1)
    expect(attempt.status).toBe(500)
    expect(attempt.tookMs).toBeLessThan(2_000)
    await expect.poll(() => bench.inbox.accepted.length, { timeout: 3_000 }).toBe(1)
    bench.oa.webhook.turnOn(`${bench.address}/webhooks/zalo`)
  })

  it('scenario 17: storage down: 500, nothing lost: the ladder brings it again', async () => {
    const bench = await setUp()
    const { oa, inbox, clock } = bench
    inbox.storageDown(true)
    const delivery = await oa.person().write('đừng mất')
    expect(delivery.attempts[0]!.status).toBe(500)
    inbox.storageDown(false)
    clock.advanceMs(30_000)
    expect((await delivery.attempt(2)).status).toBe(200)
    expect(inbox.accepted.map(({ text }) => text)).toEqual(['đừng mất'])
  })

  it('200 within a second at p99 under 50 webhooks a second, with Zalo taking calls and never answering', async () => {
    const bench = await setUp({ apiTimeoutMs: 60_000 })
    const { oa, channel, inbox, address } = bench
    const hanging = Array.from({ length: 20 }, (_, n) => {
      oa.queueAnswer('/v3.0/oa/message/cs', { delayMs: 60_000 })
      return channel.send('4318000000000000007', { id: `x#${n}`, text: 'kẹt' })
    })
    await expect.poll(() => oa.requestsTo('/v3.0/oa/message/cs').length).toBe(20)
    const deliveries = Array.from({ length: 150 }, async (_, n) => {
      await wait(n * 20)
      const event = textEvent(bench, String(4_318_000_000_000_100_000n + BigInt(n % 40)), `câu ${n}`)
      return timePair(
        () =>
          oa.webhook
            .send(event, { isRetried: false })
            .attempt(1)
            .then(({ status }) => status),
        () => fetch(`${address}/nothing`, { method: 'POST', body: JSON.stringify(event) }),
      )
    })
    const { p99Ms, refused } = blame(await Promise.all(deliveries))
    expect(refused).toBe(0)
    expect(inbox.accepted).toHaveLength(150)
    expect(p99Ms).toBeLessThan(1_000)
    const answered = Promise.race(hanging).then(() => 'answered')
    expect(await Promise.race([answered, wait(1, 'still hanging')])).toBe('still hanging')
  })
})

describe('the OA itself', () => {
  it('scenario 18: our own echo is dropped; an officer in the console silences the bot, but not its buttons', async () => {
    const bench = await setUp()
    const { oa, channel, inbox, clock, contacts } = bench
    const lan = oa.person()
    await lan.write('cần giấy gì')
    expect(await channel.send(lan.userId, { id: 'x#1', text: 'Dạ, mời chọn' })).toEqual({ kind: 'sent' })
    await oa.settled()
    await expect.poll(() => ruleOf(bench)).toBe('own-echo')
    expect(inbox.accepted).toHaveLength(1)
    expect((await contacts.find(lan.userId))?.pausedUntil).toBeUndefined()

    clock.advanceMs(1_000)
    await oa.officer.write(lan, 'Chào bác, để tôi xem')
    clock.advanceMs(60_000)
    await lan.write('cảm ơn anh')
    expect(ruleOf(bench)).toBe('officer-answers')
    await oa.person().write('người khác vẫn hỏi')
    await lan.write(writeTap('m:menu'))
    expect(inbox.accepted.map(({ text, choice }) => text ?? choice)).toEqual([
      'cần giấy gì',
      'người khác vẫn hỏi',
      'm:menu',
    ])
    clock.advanceMs(4 * hourMs)
    await lan.write('còn ai không')
    expect(inbox.accepted.at(-1)!.text).toBe('còn ai không')
    // The window is open all the time.
    expect((await contacts.find(lan.userId))?.lastInteractionAt).toEqual(clock.now())
  })

  it('scenario 18: an officer who answers a visitor without an account silences the bot there', async () => {
    const bench = await setUp()
    const { oa, inbox } = bench
    const visitor = oa.anonymous()
    await visitor.write('chào')
    bench.clock.advanceMs(1_000)
    await oa.officer.write(visitor, 'Chào bác')
    await visitor.write('cảm ơn')
    expect(ruleOf(bench)).toBe('officer-answers')
    expect(inbox.accepted).toHaveLength(1)
  })

  it('an event of another OA of the same app is left alone', async () => {
    const bench = await setUp()
    const event = textEvent(bench, '4318000000000000008', 'lạc', { recipient: { id: '1112223334445556667' } })
    expect((await bench.oa.webhook.send(event).attempt(1)).status).toBe(200)
    expect(ruleOf(bench)).toBe('other-oa')
    expect(bench.inbox.accepted).toEqual([])
  })
})

describe('what people do', () => {
  it('scenario 19: a press, the same typed by hand, and a payload that nobody knows', async () => {
    const bench = await setUp()
    const { oa, channel, inbox } = bench
    const lan = oa.person()
    await lan.write('chào')
    await channel.send(lan.userId, {
      id: 'x#1',
      text: 'Chọn:',
      buttons: [{ label: 'Hỏi thủ tục', choice: 'menu:faq' }],
    })
    await lan.tap('Hỏi thủ tục')
    await lan.write('v1:menu:faq')
    await lan.write('v0:x')
    await lan.write('v1 là gì?')
    const [, tapped, typed, unknown, words] = inbox.accepted
    expect([tapped!.choice, tapped!.text]).toEqual(['menu:faq', undefined])
    expect([typed!.choice, typed!.text]).toEqual(['menu:faq', undefined])
    expect([unknown!.choice, unknown!.text]).toEqual(['v0:x', undefined])
    expect([words!.choice, words!.text]).toEqual([undefined, 'v1 là gì?'])
  })

  it('scenario 19: a number stands for the choice whose button went out as a number, and is a number otherwise', async () => {
    const bench = await setUp()
    const { oa, contacts, inbox } = bench
    const lan = oa.person()
    await lan.write('2')
    await contacts.change(lan.userId, { numberedChoices: ['m:menu', 'm:help'] })
    for (const typed of ['2', ' 1. ', '3', '2 người', '0']) await lan.write(typed)
    expect(inbox.accepted.map(({ text, choice }) => choice ?? text)).toEqual([
      '2',
      'm:help',
      'm:menu',
      '3',
      '2 người',
      '0',
    ])
  })

  it('scenario 30: photo, file, place, sticker, sound, film, an unheard-of kind and an unheard-of attachment', async () => {
    const bench = await setUp()
    const { oa, channel, inbox } = bench
    const lan = oa.person()
    const bytes = Buffer.from('ảnh')
    const deliveries = [
      await lan.sendPhoto({ bytes, name: 'a.jpg' }, { caption: 'biên nhận' }),
      await lan.sendFile({ bytes, name: 'đơn.pdf' }),
      await lan.sendLocation(12.2, 109.2),
      await lan.sendLocation(12.2, 109.2, { form: 'numbers' }),
      await lan.sendLocation(12.2, 109.2, { form: 'message' }),
      await lan.sendSticker(),
      await lan.sendAudio(),
      await lan.sendVideo(),
      await lan.sendOther('user_send_xyz', []),
      await lan.sendOther('user_send_image', [{ type: 'hologram', payload: {} }]),
      await lan.sendOther('user_send_file', ['x' as never, null as never]),
    ]
    expect(deliveries.map(({ attempts }) => attempts[0]!.status)).toEqual(Array(11).fill(200))
    expect(inbox.accepted.map(({ attachments }) => attachments.map(({ kind }) => kind).join())).toEqual([
      'image',
      'file',
      'location',
      'location',
      'location',
      'sticker',
      'audio',
      'video',
      'other',
      'other',
      'other,other',
    ])
    const [photo, file] = inbox.accepted
    expect(photo!.text).toBe('biên nhận')
    for (const { attachments } of [photo!, file!]) {
      const fetched = await channel.fetchAttachment!(attachments[0]!, 1_000)
      expect(fetched.kind === 'fetched' && Buffer.from(fetched.bytes).equals(bytes)).toBe(true)
    }
    for (const { attachments } of inbox.accepted.slice(2, 5)) {
      expect(attachments).toEqual([{ kind: 'location', coordinates: { latitude: 12.2, longitude: 109.2 } }])
    }
  })

  it('scenario 32: the form in its new and its old shape says the same; the number is kept only when asked for', async () => {
    const bench = await setUp()
    const { oa, contacts, inbox, clock, logged } = bench
    const lan = oa.person()
    const info = {
      name: 'Trần Thị Thử',
      phone: '84912345678',
      city: 'Khánh Hòa',
      ward: 'Nha Trang',
      address: '5 Thử Nghiệm',
    }
    await lan.submitInfo(info, 'new')
    clock.advanceMs(1_000)
    await lan.submitInfo({ ...info, phone: '0912 345 678', district: '' }, 'old')
    expect(inbox.accepted.map(({ contact }) => contact)).toEqual(
      Array(2).fill({ name: 'Trần Thị Thử', phone: '+84912345678' }),
    )
    expect((await contacts.find(lan.userId))?.phone).toBeUndefined()
    await contacts.change(lan.userId, { infoAskedAt: clock.now() })
    clock.advanceMs(60_000)
    await lan.submitInfo(info)
    expect((await contacts.find(lan.userId))?.phone).toBe('+84912345678')
    await lan.submitInfo({ ...info, phone: '123' })
    expect(ruleOf(bench)).toBe('info-without-phone')
    for (const secret of ['912345678', 'Trần', lan.userId]) expect(logged()).not.toContain(secret)
  })

  it('scenario 33: follow and the chat button greet once; unfollow stops what nobody asked for, writing again ends that', async () => {
    const bench = await setUp()
    const { oa, contacts, inbox, clock } = bench
    const lan = oa.person()
    const follow = await lan.follow()
    await oa.forge.again(follow, 1)
    clock.advanceMs(5_000)
    // Only of who never chatted, says one source; should it come all the same, nobody is greeted twice.
    const pressed = { oa_id: oa.identity.oaId, user_id: lan.userId }
    await oa.webhook.send(oa.event('user_click_chatnow', pressed)).attempt(1)
    expect(ruleOf(bench)).toBe('greeted-before')
    expect(inbox.accepted.map(({ choice }) => choice)).toEqual([greetingChoice])
    expect(await contacts.find(lan.userId)).toEqual({
      userId: lan.userId,
      follows: true,
      lastInteractionAt: clock.now(),
    })
    clock.advanceMs(1_000)
    const before = await lan.write('câu trước khi bỏ')
    clock.advanceMs(1_000)
    await lan.unfollow()
    const left = await contacts.find(lan.userId)
    expect([left?.follows, left?.unreachableSince]).toEqual([false, clock.now()])
    // A late repeat of what was said before does not bring her back.
    await oa.forge.again(before, 2)
    expect((await contacts.find(lan.userId))?.follows).toBe(false)
    clock.advanceMs(1_000)
    await lan.write('tôi lại hỏi')
    expect(await contacts.find(lan.userId)).toEqual({ userId: lan.userId, lastInteractionAt: clock.now() })
    clock.advanceMs(40 * hourMs)
    await lan.follow()
    expect(inbox.accepted.at(-1)!.choice).toBe(greetingChoice)
  })

  it('scenario 33: a follow that could not be stored greets when it comes again', async () => {
    const bench = await setUp()
    const { oa, inbox, clock } = bench
    inbox.storageDown(true)
    const follow = await oa.person().follow()
    expect(follow.attempts[0]!.status).toBe(500)
    inbox.storageDown(false)
    clock.advanceMs(30_000)
    expect((await follow.attempt(2)).status).toBe(200)
    expect(inbox.accepted.map(({ choice }) => choice)).toEqual([greetingChoice])
  })

  it('scenario 34: a visitor without an account is answered with both ids', async () => {
    const bench = await setUp()
    const { oa, channel, inbox, contacts } = bench
    const visitor = oa.anonymous()
    await visitor.write('mấy giờ mở cửa')
    const [message] = inbox.accepted
    const { conversationId } = message!
    expect(conversationId).toBe(`anon:${visitor.userId}:${visitor.state.anonymousConversation}`)
    expect((await contacts.find(conversationId))?.anonymous).toEqual({
      conversationId: visitor.state.anonymousConversation,
    })
    expect(await channel.send(conversationId, { id: 'x#1', text: 'Từ 7 giờ 30' })).toEqual({ kind: 'sent' })
    const [request] = oa.requestsTo('/v2.0/oa/message')
    expect(request!.body).toMatchObject({
      recipient: { anonymous_id: visitor.userId, conversation_id: visitor.state.anonymousConversation },
    })
    expect((await visitor.nextAnswer()).text).toBe('Từ 7 giờ 30')
  })

  it('scenario 35: stars as a number and as a text, an empty note, twice: told alike; a failure is told again', async () => {
    const told: unknown[] = []
    let isDown = false
    const bench = await setUp({
      channel: {
        async onFeedback(feedback) {
          if (isDown) throw new Error('storage')
          told.push(feedback)
        },
      },
    })
    const { oa, clock } = bench
    const feedback = (rate: unknown) =>
      oa.event('user_feedback', {
        oa_id: oa.identity.oaId,
        message: {
          note: '',
          rate,
          submit_time: String(clock.now().getTime()),
          msg_id: 'z1',
          feedbacks: [],
          tracking_id: 'r-12',
        },
      })
    const send = (rate: unknown) => oa.webhook.send(feedback(rate), { isRetried: false }).attempt(1)
    for (const rate of [5, '5', 5]) expect((await send(rate)).status).toBe(200)
    const expected = {
      trackingId: 'r-12',
      msgId: 'z1',
      rate: 5,
      note: '',
      feedbacks: [],
      submittedAt: clock.now(),
    }
    expect(told).toEqual([expected, expected, expected])
    for (const rate of [0, 6, 4.5, 'năm', '', null]) expect((await send(rate)).status).toBe(200)
    expect(told).toHaveLength(3)
    isDown = true
    expect((await send(4)).status).toBe(500)
  })

  it('scenario 38: a withdrawal is remembered before it is answered, and the contact is gone at once', async () => {
    const withdrawn: string[] = []
    let isDown = true
    const bench = await setUp({
      channel: {
        async onWithdrawn(userId) {
          if (isDown) throw new Error('storage')
          withdrawn.push(userId)
        },
      },
    })
    const { oa, contacts, clock, logged } = bench
    const lan = oa.person()
    await lan.write('chào')
    const withdrawal = await lan.withdraw()
    expect(withdrawal.attempts[0]!.status).toBe(500)
    isDown = false
    clock.advanceMs(30_000)
    expect((await withdrawal.attempt(2)).status).toBe(200)
    expect(withdrawn).toEqual([lan.userId])
    expect(await contacts.find(lan.userId)).toBeUndefined()
    expect(logged()).not.toContain(lan.userId)
  })

  it('scenario 39: ids above 2^53 in every field, quoted or not, and the time as a number', async () => {
    const bench = await setUp()
    const { oa, inbox, clock } = bench
    const timestamp = String(clock.now().getTime())
    const raw = `{"app_id":${oa.identity.appId},"event_name":"user_send_text","timestamp":${timestamp},
      "sender":{"id":9223372036854775807},"user_id_by_app":9223372036854775806,"recipient":{"id":${oa.identity.oaId}},
      "message":{"msg_id":9223372036854775805,"text":"số 9223372036854775804, \\"id\\": 9223372036854775803"}}`
    expect(await status(oa.forge.signed(raw, timestamp))).toBe(200)
    expect(inbox.accepted).toEqual([
      {
        channel: 'zalo',
        conversationId: '9223372036854775807',
        messageId: 'user_send_text:9223372036854775805',
        senderId: '9223372036854775807',
        sentAt: clock.now(),
        text: 'số 9223372036854775804, "id": 9223372036854775803',
        attachments: [],
      },
    ])
  })

  it('scenario 40: seen, delivered, reactions, tags, groups, shops: 200, ignored, the window stays as it is', async () => {
    const bench = await setUp()
    const { oa, inbox, contacts, clock, channel } = bench
    const lan = oa.person()
    await lan.write('chào')
    const { lastInteractionAt } = (await contacts.find(lan.userId))!
    await channel.send(lan.userId, { id: 'x#1', text: 'Dạ' })
    clock.advanceMs(60_000)
    const deliveries = [
      await lan.look(),
      await lan.react(lan.bubbles.at(-1)!.messageId),
      oa.webhook.send(oa.event('add_user_to_tag', { oa_id: oa.identity.oaId, user_id: lan.userId })),
      oa.webhook.send(oa.event('user_send_group_text', { sender: { id: lan.userId }, message: {} })),
      oa.webhook.send(oa.event('shop_has_order', { oa_id: oa.identity.oaId })),
      oa.webhook.send(oa.event('user_telepathy', { sender: { id: lan.userId } })),
    ]
    for (const delivery of deliveries) expect((await delivery.attempt(1)).status).toBe(200)
    expect(inbox.accepted).toHaveLength(1)
    expect((await contacts.find(lan.userId))?.lastInteractionAt).toEqual(lastInteractionAt)
  })

  it.each([
    ['no message', { message: undefined }],
    ['an id that is none', { sender: { id: 'a:b' } }],
    ['an id of 500 letters', { sender: { id: 'x'.repeat(500) } }],
    ['no sender', { sender: undefined }],
    ['a time beyond all times', { timestamp: '99999999999999999' }],
    ['texts of other types', { message: { msg_id: 'm', text: { a: 1 } } }],
  ])('an event with %s: 200, malformed, nothing stored', async (_, change) => {
    const bench = await setUp()
    const event = textEvent(bench, '4318000000000000009', 'CANARY', change)
    const raw = Buffer.from(JSON.stringify(event))
    const headers = bench.oa.webhook.headersFor(raw, String(event.timestamp))
    expect(await status(bench.oa.webhook.post(raw, headers))).toBe(200)
    expect(ruleOf(bench)).toBe('malformed')
    expect(bench.inbox.accepted).toEqual([])
    expect(bench.logged()).not.toContain('CANARY')
  })

  it('an empty message still says that somebody sent something', async () => {
    const bench = await setUp()
    const event = textEvent(bench, '4318000000000000010', 'x', { message: { msg_id: 'e', text: '' } })
    await bench.oa.webhook.send(event).attempt(1)
    expect(bench.inbox.accepted[0]!.attachments).toEqual([{ kind: 'other' }])
  })

  it('a clock of Zalo that goes ahead opens no window in the future', async () => {
    const bench = await setUp()
    const later = String(bench.clock.now().getTime() + 3 * hourMs)
    const event = textEvent(bench, '4318000000000000011', 'sớm', { timestamp: later })
    await bench.oa.webhook.send(event).attempt(1)
    expect((await bench.contacts.find('4318000000000000011'))?.lastInteractionAt).toEqual(bench.clock.now())
  })
})
