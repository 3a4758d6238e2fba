import { mkdtemp, open, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conversationOf } from '../../src/channels/web/parse.ts'
import { itWithTimes, openTestDatabase, type TestDatabase } from '../support/database.ts'
import { type ServiceProcess, startServiceProcess } from '../support/service-process.ts'
import { freePort } from '../support/telegram/emulator.ts'
import {
  type FakeBotApi,
  type FakeUpdate,
  refusal,
  startFakeBotApi,
} from '../support/telegram/fake-bot-api.ts'
import { attachmentFields } from '../support/telegram/updates.ts'
import { waitUntil } from '../support/wait-until.ts'
import { WebPerson } from '../support/web-person.ts'

/**
 * Two processes of the real service on one database, both with the Telegram webhook, and people who mean no good.
 * Numbers in names are rows of the feature list.
 */
const token = '4711:AAH-CANARY_token-3hQzL0'
const webhookSecret = 'CANARY-secret_of-the-webhook'
const metricsToken = 'CANARY-metrics-token'
const signed = { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': webhookSecret }

let database: TestDatabase
let telegram: FakeBotApi
let services: [ServiceProcess, ServiceProcess]

beforeAll(async () => {
  database = await openTestDatabase()
  telegram = await startFakeBotApi({ token })
  const start = async () =>
    startServiceProcess({
      MONGODB_URI: database.uri,
      PORT: String(await freePort()),
      PUBLIC_URL: 'https://motcua.example.vn',
      METRICS_TOKEN: metricsToken,
      LOG_LEVEL: 'trace',
      TELEGRAM_BOT_TOKEN: token,
      TELEGRAM_API_ROOT: telegram.url,
      TELEGRAM_MODE: 'webhook',
      TELEGRAM_WEBHOOK_SECRET: webhookSecret,
    })
  services = await Promise.all([start(), start()])
}, 60_000)
afterAll(async () => {
  // First Telegram, so that sends which hang come to an end.
  await telegram?.close()
  await Promise.all((services ?? []).map((service) => service.stop()))
  await database?.close()
})

const webhook = (service: ServiceProcess) => `${service.url}/webhooks/telegram`
const stored = (collection: string, filter: object) =>
  database.connection.collection(collection).find(filter).toArray()
const ofPerson = (person: WebPerson) => ({ conversation: `web:${conversationOf(person.sessionId)}` })

async function visitor(service: ServiceProcess): Promise<WebPerson> {
  const person = new WebPerson(service.url)
  await person.connect()
  return person
}

/** Says the same for each code, so that an answer tells which question it belongs to. */
const unknownCode = (n: number) => `9.${String(n).padStart(6, '0')}`
const codesIn = (texts: string[]) => texts.flatMap((text) => /mã (9\.\d{6})/.exec(text)?.[1] ?? [])

let chats = 8_812_345_670_000
function newChat() {
  chats += 1
  const id = chats
  const from = { id, is_bot: false, first_name: 'CANARY-Lan', username: 'CANARY_user' }
  const chat = { id, type: 'private', first_name: 'CANARY-Lan' }
  return {
    id,
    update: (updateId: number, fields: object): FakeUpdate => ({
      update_id: updateId,
      message: { message_id: updateId, from, chat, date: 1_772_414_100, ...fields },
    }),
    tap: (updateId: number, data: string): FakeUpdate => ({
      update_id: updateId,
      callback_query: { id: String(updateId), from, message: { chat }, chat_instance: '1', data },
    }),
    shown: () =>
      telegram.shown.filter(({ chat_id }) => String(chat_id) === String(id)).map(({ text }) => String(text)),
  }
}

async function post(service: ServiceProcess, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${service.url}/web/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })
  return { status: response.status, text: await response.text() }
}

describe('repeated and crossing messages', () => {
  it('row 5: 20 copies at once to one process are answered once', async () => {
    const person = await visitor(services[0])
    const copies = Array.from({ length: 20 }, () => person.post({ text: unknownCode(1), messageId: 'same' }))
    expect(await Promise.all(copies)).toEqual(Array(20).fill(202))
    await waitUntil('the answer', () => person.seen.length > 0)
    await person.ask(unknownCode(2))
    expect(codesIn(person.seen.map(({ text }) => text))).toEqual([unknownCode(1), unknownCode(2)])
    expect(await stored('inbox', ofPerson(person))).toHaveLength(2)
  })

  it('row 5: 20 copies at once to two processes are answered once, on the web and on Telegram', async () => {
    const person = await visitor(services[0])
    const body = JSON.stringify({ sessionId: person.sessionId, messageId: 'same', text: unknownCode(1) })
    const chat = newChat()
    const copies = Array.from({ length: 20 }, async (_, n) => {
      const service = services[n % 2]!
      const update = chat.update(9_001, { text: unknownCode(1) })
      const [web, status] = await Promise.all([
        post(service, body),
        telegram.deliver(update, webhook(service), signed),
      ])
      return [web.status, status]
    })
    expect(await Promise.all(copies)).toEqual(Array(20).fill([202, 200]))
    await waitUntil('both answers', () => person.seen.length > 0 && codesIn(chat.shown()).length > 0)
    await telegram.deliver(chat.update(9_002, { text: unknownCode(2) }), webhook(services[1]), signed)
    await person.ask(unknownCode(2))
    await waitUntil('the next answer', () => codesIn(chat.shown()).includes(unknownCode(2)))
    expect(codesIn(person.seen.map(({ text }) => text))).toEqual([unknownCode(1), unknownCode(2)])
    expect(codesIn(chat.shown())).toEqual([unknownCode(1), unknownCode(2)])
    expect(await stored('inbox', ofPerson(person))).toHaveLength(2)
    expect(await stored('inbox', { conversation: `telegram:${chat.id}` })).toHaveLength(2)
  })

  it('row 9: 100 messages of one chat over two processes are answered in order, others are not held up', async () => {
    const person = await visitor(services[0])
    const other = await visitor(services[1])
    const codes = Array.from({ length: 100 }, (_, n) => unknownCode(n))
    for (const [n, code] of codes.entries()) {
      const messageId = `n${n}`
      const body = JSON.stringify({ sessionId: person.sessionId, messageId, text: code })
      expect((await post(services[n % 2]!, body)).status).toBe(202)
      if (n === 50) {
        const startedAt = performance.now()
        await other.ask(unknownCode(7))
        expect(performance.now() - startedAt).toBeLessThan(2_000)
      }
    }
    await waitUntil('100 answers', () => person.seen.length >= 100, 15_000)
    expect(codesIn(person.seen.map(({ text }) => text))).toEqual(codes)
    expect(person.seen).toHaveLength(100)
  })
})

describe('what is not a message', () => {
  const good = { sessionId: 'CANARY-session-0001', messageId: 'm1', text: 'CANARY hỏi' }
  const json = JSON.stringify

  it.each<[string, string, number, Record<string, string>?]>([
    ['cut JSON', '{"sessionId":"CANARY-session-0001",', 400],
    ['nothing', '', 400],
    ['a number', '42', 400],
    ['null', 'null', 400],
    ['a list', json([good]), 400],
    ['plain text', json(good), 400, { 'content-type': 'text/plain' }],
    ['a form', 'sessionId=CANARY', 400, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['no session', json({ ...good, sessionId: undefined }), 400],
    ['a short session', json({ ...good, sessionId: 'x' }), 400],
    ['an operator as session', json({ ...good, sessionId: { $gt: '' } }), 400],
    ['an operator as message id', json({ ...good, messageId: { $ne: null } }), 400],
    ['an operator as text', json({ ...good, text: { $where: 'CANARY' } }), 400],
    ['an operator as choice', json({ ...good, text: undefined, choice: { $gt: '' } }), 400],
    ['a message id with a dollar', json({ ...good, messageId: '$CANARY' }), 400],
    ['a field too many', json({ ...good, CANARY: 1 }), 400],
    ['__proto__ as a field', '{"__proto__":{"CANARY":1},"sessionId":"CANARY-session-0001"}', 400],
    ['text and choice', json({ ...good, choice: 'CANARY' }), 400],
    ['neither text nor choice', json({ ...good, text: undefined }), 400],
    ['blanks only', json({ ...good, text: ' \u00a0\n\t ' }), 400],
    ['control characters only', json({ ...good, text: '\u0000\u0007\u001b' }), 400],
    ['10 000 characters', json({ ...good, text: 'ế'.repeat(10_000) }), 413],
    ['a body too large', json({ ...good, text: 'CANARY'.repeat(100_000) }), 413],
    ['a page of another site', json(good), 403, { 'sec-fetch-site': 'cross-site' }],
  ])('row 83: %s is refused with a short reason, and nothing is stored', async (_, body, status, headers) => {
    const answer = await post(services[0], body, headers)
    expect(answer.status).toBe(status)
    const refused = JSON.parse(answer.text) as Record<string, string>
    expect(refused).toMatchObject({ status: 'refused', message: expect.stringMatching(/\p{L}/u) })
    expect(answer.text.length).toBeLessThan(300)
    expect(answer.text).not.toContain('CANARY')
    const conversationId = conversationOf(good.sessionId)
    expect(await stored('inbox', { conversation: `web:${conversationId}` })).toEqual([])
    expect(await stored('web_messages', { conversationId })).toEqual([])
  })

  it('row 4: a forged or unsigned webhook gets 401 and stores nothing', async () => {
    const chat = newChat()
    const forged = chat.update(7_001, { text: 'CANARY giả' })
    const json = { 'content-type': 'application/json' }
    const header = 'x-telegram-bot-api-secret-token'
    for (const headers of [
      json,
      { ...json, [header]: '' },
      { ...json, [header]: 'CANARY-wrong' },
      { ...json, [header]: webhookSecret.slice(0, -1) },
      { ...json, authorization: `Bearer ${webhookSecret}` },
    ]) {
      expect(await telegram.deliver(forged, webhook(services[0]), headers)).toBe(401)
    }
    const queried = `${webhook(services[0])}?secret=${webhookSecret}`
    expect(await telegram.deliver(forged, queried, json)).toBe(401)
    expect(await stored('inbox', { conversation: `telegram:${chat.id}` })).toEqual([])
    expect(await stored('inbox', { _id: 'telegram:u7001' })).toEqual([])
  })

  it('row 2: signed updates of odd shapes are taken or refused, never an error of ours', async () => {
    const chat = newChat()
    const odd: [FakeUpdate | string, number][] = [
      ['CANARY', 400],
      ['[]', 400],
      ['{"update_id":{"$gt":0}}', 400],
      ['{"__proto__":{"update_id":1}}', 400],
      [{ update_id: 7_101, message: 'CANARY' }, 200],
      [{ update_id: 7_102, message: { $where: 'CANARY' } }, 200],
      [chat.update(7_103, { text: { $ne: 'CANARY' } }), 200],
      [chat.update(7_104, { date: -1, text: 'CANARY' }), 200],
      [{ update_id: 7_105, edited_message: { text: 'CANARY' } }, 200],
      [`{"update_id":7106,"message":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 200],
      [chat.update(7_107, { text: 'CANARY'.repeat(100_000) }), 413],
    ]
    for (const [update, status] of odd) {
      expect([
        String(JSON.stringify(update)).slice(0, 80),
        await telegram.deliver(update, webhook(services[0]), signed),
      ]).toEqual([String(JSON.stringify(update)).slice(0, 80), status])
    }
    expect(await stored('inbox', { conversation: `telegram:${chat.id}` })).toEqual([])
  })
})

describe('odd things that people write', () => {
  it.each([
    ['a letter of no width', '\u200b', '\u200b'],
    ['emoji only', '😀👩‍👩‍👧‍👦🇻🇳', '😀👩‍👩‍👧‍👦🇻🇳'],
    ['marks apart (NFD)', 'trợ cấp thất nghiệp'.normalize('NFD'), 'trợ cấp thất nghiệp'],
    ['control characters', 'trợ\u0000 cấp\u0007 thất\u001b[31m nghiệp\u202e', 'trợ cấp thất[31m nghiệp'],
    ['a query of the database', '{"$where":"sleep(9)"}', '{"$where":"sleep(9)"}'],
    ['HTML', '<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['a placeholder of ours', '{question} {agency} $& $1', '{question} {agency} $& $1'],
    ['half a surrogate pair', 'mai \ud800 táng', 'mai \ufffd táng'],
    ['4 000 characters', 'ơ'.repeat(4_000), 'ơ'.repeat(4_000)],
    ['a name that objects have', '__proto__ constructor toString', '__proto__ constructor toString'],
    ['a regular expression', '(a+)+$ .* [', '(a+)+$ .* ['],
  ])('row 83: %s is answered, and kept as text', async (_, typed, kept) => {
    const person = await visitor(services[0])
    const startedAt = performance.now()
    const [answer] = await person.ask(typed)
    expect(performance.now() - startedAt).toBeLessThan(3_000)
    expect(answer!.text).toMatch(/\p{L}{2}/u)
    expect(answer!.text).not.toMatch(/gặp lỗi/)
    const lines = await stored('web_messages', { conversationId: conversationOf(person.sessionId) })
    expect(lines.filter(({ from }) => from === 'person').map(({ content }) => content.text)).toEqual([kept])
  })

  it('row 83: a forged choice is declined, and the conversation goes on', async () => {
    const person = await visitor(services[0])
    for (const choice of [
      '$where',
      '{"$gt":""}',
      'p:1.014199:__proto__',
      'p:__proto__:fee',
      'm:constructor',
    ]) {
      const [answer] = await person.tap(choice)
      expect(answer!.text).not.toMatch(/gặp lỗi/)
      expect(answer!.buttons?.length).toBeGreaterThan(0)
    }
    expect((await person.ask('1.014199'))[0]!.text).toContain('Cấp giấy phép lao động')
  })

  it('row 81: the 61st message of a minute to one process is asked to wait, and another person is not', async () => {
    const person = await visitor(services[1])
    const bodies = Array.from({ length: 80 }, (_, n) =>
      JSON.stringify({ sessionId: person.sessionId, messageId: `n${n}`, text: unknownCode(n) }),
    )
    const statuses = (await Promise.all(bodies.map((body) => post(services[1], body)))).map(
      ({ status }) => status,
    )
    expect(statuses.filter((status) => status === 202)).toHaveLength(60)
    expect(statuses.filter((status) => status === 429)).toHaveLength(20)
    const other = await visitor(services[1])
    expect(await other.post({ text: unknownCode(1) })).toBe(202)
  })
})

describe('while Telegram takes calls and never answers', () => {
  itWithTimes(
    'row 7: 50 webhooks a second get 200 within 1 s, the web 202 within 100 ms, both at p99, and its answers',
    async () => {
      telegram.treat('sendMessage', ['hang'], true)
      telegram.treat('answerCallbackQuery', ['hang'], true)
      const machine = await listenPlainly()
      // 120 chats and not one each, so that queues grow as well.
      const webhooks = await paced(250, 50, machine.url, (n) => {
        const chatId = 7_700_000_000 + (n % 120)
        const chat = { id: chatId, type: 'private' }
        const message = {
          message_id: n,
          from: { id: chatId },
          chat,
          date: 1_772_414_100,
          text: unknownCode(n),
        }
        return telegram.deliver({ update_id: 50_000 + n, message }, webhook(services[0]), signed)
      })
      const people = Array.from({ length: 100 }, () => new WebPerson(services[0].url))
      const reader = people[50]!
      await reader.connect()
      const web = await paced(100, 33, machine.url, (n) => people[n]!.post({ text: unknownCode(n) }))
      await machine.close()

      expect(webhooks.statuses).toEqual(Array(250).fill(200))
      expect(web.statuses).toEqual(Array(100).fill(202))
      console.info(
        `p99 while sending hangs: webhook ${webhooks.p99} ms (the machine alone ${webhooks.machineP99}), ` +
          `web ${web.p99} ms (${web.machineP99})`,
      )
      // Storing goes through three processes and the disk; five times one of them when the machine has other work.
      expect(webhooks.p99).toBeLessThan(Math.max(1_000, 5 * webhooks.machineP99))
      expect(web.p99).toBeLessThan(Math.max(100, 5 * web.machineP99))
      await waitUntil('the answer on the web', () => reader.seen.length > 0, 2_000)

      // Nothing is lost: what was taken is either still to be worked in or waits in an outbox.
      const chatIds = Array.from({ length: 120 }, (_, n) => String(7_700_000_000 + n))
      const waiting = async () => {
        const conversations = await stored('conversations', { conversationId: { $in: chatIds } })
        return conversations.flatMap(({ outbox }) =>
          codesIn((outbox as { content: { text: string } }[]).map(({ content }) => content.text)),
        )
      }
      await waitUntil('all turns', async () => (await waiting()).length >= 250, 10_000)
      expect((await waiting()).toSorted()).toEqual(Array.from({ length: 250 }, (_, n) => unknownCode(n)))
      telegram.mend('sendMessage')
      telegram.mend('answerCallbackQuery')
    },
    40_000,
  )
})

/**
 * What this machine is busy with is not ours: a server that writes to the disk twice, as storing a message does, and
 * answers.
 */
async function listenPlainly(): Promise<{ url: string; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'motcua-plain-'))
  const file = await open(join(folder, 'plain'), 'w')
  const server = createServer(async (request, response) => {
    request.resume()
    for (let n = 0; n < 2; n++) {
      await file.write('x'.repeat(1_000))
      await file.datasync()
    }
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections()
      server.close()
      await file.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** So many calls at an even pace, each beside one to the plain server; times in whole milliseconds. */
async function paced(
  count: number,
  perSecond: number,
  plainUrl: string,
  call: (n: number) => Promise<number>,
) {
  const timed = async <T>(into: number[], work: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now()
    const result = await work()
    into.push(Math.round(performance.now() - startedAt))
    return result
  }
  const timings: number[] = []
  const machine: number[] = []
  const plain = async () => void (await (await fetch(plainUrl)).arrayBuffer())
  const calls = Array.from({ length: count }, async (_, n) => {
    await wait((n * 1_000) / perSecond)
    const [status] = await Promise.all([timed(timings, () => call(n)), timed(machine, plain)])
    return status
  })
  const statuses = await Promise.all(calls)
  const p99 = (list: number[]) => list.toSorted((a, b) => a - b)[Math.ceil(list.length * 0.99) - 1]!
  return { statuses, p99: p99(timings), machineP99: p99(machine) }
}

describe('row 79: no word, name, number, token or session in logs and metrics', () => {
  const phone = '0905 123 987'
  const identity = '056089012345'
  const account = '1903 4567 8901 23'
  const sessions: string[] = []

  async function throughEveryRoute(service: ServiceProcess): Promise<void> {
    const person = await visitor(service)
    sessions.push(person.sessionId, conversationOf(person.sessionId))
    await person.ask(`CANARY tôi tên Trần CANARY, số ${phone}, căn cước ${identity}, tài khoản ${account}`)
    await person.tap('CANARY-choice')
    const get = (path: string, headers: Record<string, string> = {}) =>
      fetch(`${service.url}${path}`, { headers }).then(async (r) => [r.status, await r.text()] as const)
    const query = `name=CANARY&sessionId=${person.sessionId}`
    expect((await get(`/CANARY/${phone.replaceAll(' ', '')}?${query}`))[0]).toBe(404)
    expect((await get(`/web/assets/CANARY.js?${query}`))[0]).toBe(404)
    expect((await get('/%E0%A4%A-CANARY'))[0]).toBe(400)
    expect((await get('/web/events?sessionId=CANARY!'))[0]).toBe(400)
    expect((await get(`/?embed=CANARY&${query}`, { cookie: 'CANARY=1', 'user-agent': 'CANARY' }))[0]).toBe(
      200,
    )
    for (const authorization of ['', 'Bearer CANARY', `Bearer ${metricsToken}x`, `Basic ${metricsToken}`]) {
      const [status, text] = await get('/metrics', { authorization })
      expect([status, text.includes('CANARY')]).toEqual([401, false])
    }
    for (const path of ['/web/messages', '/webhooks/telegram', '/healthz']) {
      const response = await fetch(`${service.url}${path}?${query}`, { method: 'PUT', body: 'CANARY' })
      expect(response.status).toBe(404)
    }
    expect((await post(service, `{"sessionId":"${person.sessionId}","text":"CANARY`)).status).toBe(400)
    expect((await post(service, JSON.stringify({ sessionId: person.sessionId, CANARY: phone }))).status).toBe(
      400,
    )

    const chat = newChat()
    sessions.push(String(chat.id))
    const contact = { phone_number: phone, user_id: chat.id, first_name: 'CANARY' }
    const at = webhook(service)
    const base = chat.id % 1_000_000
    telegram.treat('sendMessage', [
      refusal(400, `Bad Request: can't parse "CANARY" in chat ${chat.id}`),
      refusal(400, `Bad Request: wrong URL https://x.vn/bot${token}/CANARY`),
      'page',
      'cut',
    ])
    for (const update of [
      chat.update(base * 10 + 1, { text: `CANARY ${phone} ${identity}` }),
      chat.update(base * 10 + 2, { contact }),
      chat.update(base * 10 + 3, { ...attachmentFields.image, caption: 'CANARY' }),
      chat.tap(base * 10 + 4, 'CANARY'),
    ]) {
      expect(await telegram.deliver(update, at, signed)).toBe(200)
    }
    await telegram.deliver(chat.update(base * 10 + 5, { text: 'CANARY' }), at, {
      ...signed,
      'x-telegram-bot-api-secret-token': 'CANARY',
    })
    await waitUntil('sends', () =>
      telegram.callsOf('sendMessage').some(({ chat_id }) => chat_id === String(chat.id)),
    )
    person.disconnect()
  }

  it('on every route of both processes, with everything that this file did before', async () => {
    await Promise.all(services.map(throughEveryRoute))
    await wait(300)
    const forbidden = ['CANARY', token, token.split(':')[1]!, webhookSecret, metricsToken, ...sessions]
    forbidden.push(...[phone, identity, account].flatMap((number) => [number, number.replaceAll(' ', '')]))
    forbidden.push('trợ cấp thất nghiệp', 'sleep(9)', '881234567', '77000000')
    for (const service of services) {
      const response = await fetch(`${service.url}/metrics`, {
        headers: { authorization: `Bearer ${metricsToken}` },
      })
      const metrics = await response.text()
      expect(metrics).toMatch(/motcua_inbound_total\{channel="web",outcome="repeat"\} \d/)
      const logged = service.output()
      expect(logged.split('\n').length).toBeGreaterThan(5)
      for (const canary of forbidden) {
        expect(logged).not.toContain(canary)
        expect(metrics).not.toContain(canary)
      }
    }
    expect(services[0].output()).toContain('webhook call without the right secret')
  })
})
