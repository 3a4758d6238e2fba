import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { get } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { conversationOf } from '../../../src/channels/web/parse.ts'
import { MemoryMailbox } from './memory-mailbox.ts'
import { assetsDir, openWebChat, type WebChat } from './open-web-chat.ts'
import { type EventReader, readEvents } from './read-events.ts'

const opened: { close(): unknown }[] = []

async function open(...options: Parameters<typeof openWebChat>): Promise<WebChat> {
  const chat = await openWebChat(...options)
  opened.push(chat)
  return chat
}

async function listen(
  chat: WebChat,
  sessionId: string,
  query = '',
  headers?: Record<string, string>,
): Promise<EventReader> {
  const reader = await readEvents(`${chat.url}/web/events?sessionId=${sessionId}${query}`, headers)
  opened.push(reader)
  return reader
}

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

interface Answer {
  status: number
  retryAfter: string | null
  body: { status: string; reason?: string; message?: string }
}

async function post(
  chat: WebChat,
  body: string | object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${chat.url}/web/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: (await response.json()) as Answer['body'],
  }
}

const sessionId = 'sess-1234_ABCD'
const say = (text: string, messageId: string = randomUUID()) => ({ sessionId, messageId, text })
const line = (id: string) => ({ id, text: `Câu ${id}` })

describe('POST /web/messages', () => {
  it('answers 202 {status: accepted}, and again for a repeat', async () => {
    const chat = await open()
    for (let n = 0; n < 2; n++) {
      const answer = await post(chat, say('Xin chào', 'm1'))
      expect(answer).toEqual({ status: 202, retryAfter: null, body: { status: 'accepted' } })
    }
    expect(chat.inbox.accepted).toHaveLength(1)
  })

  it('gives message ids that differ between sessions though pages choose the same', async () => {
    const chat = await open()
    await post(chat, { sessionId: 'session-one', messageId: '1', text: 'A' })
    await post(chat, { sessionId: 'session-two', messageId: '1', text: 'B' })
    expect(chat.inbox.accepted.map(({ text }) => text)).toEqual(['A', 'B'])
    expect(chat.inbox.accepted.map(({ messageId }) => messageId)).toEqual([
      `${conversationOf('session-one')}:1`,
      `${conversationOf('session-two')}:1`,
    ])
  })

  it('hands on no session id: neither ids nor names hold what opens the conversation', async () => {
    const chat = await open()
    await post(chat, say('Xin chào'))
    expect(JSON.stringify(chat.inbox.accepted)).not.toContain(sessionId)
  })

  const good = { sessionId, messageId: 'm1' }
  const hostile: [name: string, body: string | object][] = [
    ['nothing', ''],
    ['not JSON', '{"sessionId": '],
    ['a list', []],
    ['null', 'null'],
    ['a number', '42'],
    ['neither text nor choice', good],
    ['both text and choice', { ...good, text: 'a', choice: 'b' }],
    ['an operator as text', { ...good, text: { $gt: '' } }],
    ['an operator as session', { sessionId: { $ne: null }, messageId: 'm1', text: 'a' }],
    ['an operator as id', { sessionId, messageId: { $regex: '.*' }, text: 'a' }],
    ['an operator as choice', { ...good, choice: { $where: 'sleep(1000)' } }],
    ['a list as text', { ...good, text: ['a', 'b'] }],
    ['a number as text', { ...good, text: 7 }],
    ['null as text', { ...good, text: null, choice: 'a' }],
    ['an unknown field', { ...good, text: 'a', $where: '1' }],
    ['a prototype', `{"sessionId":"${sessionId}","messageId":"m1","text":"a","__proto__":{"isAdmin":true}}`],
    [
      'a constructor',
      `{"sessionId":"${sessionId}","messageId":"m1","text":"a","constructor":{"prototype":{"x":1}}}`,
    ],
    ['a short session', { sessionId: 'abc', messageId: 'm1', text: 'a' }],
    ['a long session', { sessionId: 'a'.repeat(129), messageId: 'm1', text: 'a' }],
    ['a session with a dot', { sessionId: 'abcdefgh.$x', messageId: 'm1', text: 'a' }],
    ['a session with a line end', { sessionId: 'abcdefgh\n', messageId: 'm1', text: 'a' }],
    ['an empty id', { sessionId, messageId: '', text: 'a' }],
    ['an id with a colon', { sessionId, messageId: 'a:b', text: 'a' }],
    ['an empty text', { ...good, text: '' }],
    ['a text of blanks and control characters', { ...good, text: ' \n\u0000\u0007\u202E ' }],
    ['an empty choice', { ...good, choice: '' }],
    ['a long choice', { ...good, choice: 'c'.repeat(257) }],
    ['a choice with control characters', { ...good, choice: 's1:a\u0000b' }],
  ]
  it.each(hostile)('refuses %s with 400 and stores nothing', async (_, body) => {
    const chat = await open()
    const answer = await post(chat, body)
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({ status: 'refused', reason: 'invalid', message: expect.any(String) })
    expect(chat.inbox.accepted).toHaveLength(0)
    expect(await chat.mailbox.changedSince()).toHaveLength(0)
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])(
    'refuses JSON dressed as %s, which foreign pages could send without asking',
    async (contentType) => {
      const chat = await open()
      expect((await post(chat, say('Xin chào'), { 'content-type': contentType })).status).toBe(400)
      expect(chat.inbox.accepted).toHaveLength(0)
    },
  )

  it('refuses what pages of other sites send', async () => {
    const chat = await open()
    for (const site of ['cross-site', 'same-site']) {
      expect((await post(chat, say('Xin chào'), { 'sec-fetch-site': site })).status).toBe(403)
    }
    expect((await post(chat, say('Xin chào'), { 'sec-fetch-site': 'same-origin' })).status).toBe(202)
  })

  it('takes 4,000 characters, counted after composing, and refuses 4,001 with a reason in Vietnamese', async () => {
    const chat = await open()
    const longest = 'ế'.repeat(4_000)
    expect((await post(chat, say(longest.normalize('NFD')))).status).toBe(202)
    expect(chat.inbox.accepted[0]!.text).toBe(longest)
    const answer = await post(chat, say(`${longest}ế`))
    expect(answer.status).toBe(413)
    expect(answer.body.reason).toBe('too-long')
    expect(answer.body.message).toContain('4.000 ký tự')
    expect(chat.inbox.accepted).toHaveLength(1)
    expect((await chat.mailbox.changedSince()).length).toBe(1)
  })

  it('refuses a body above 32 KB before reading it as JSON', async () => {
    const chat = await open()
    const answer = await post(chat, say('a'.repeat(33_000)))
    expect(answer.status).toBe(413)
    expect(answer.body.reason).toBe('too-long')
  })

  it('removes control characters and direction marks, keeps line ends and joined emoji', async () => {
    const chat = await open()
    await post(chat, say('\uFEFF  Dòng\u0000 1\r\nDòng\t2\u202E\u0085 👨‍👩‍👧 \uD83D ạ  '))
    expect(chat.inbox.accepted[0]!.text).toBe('Dòng 1\nDòng\t2 👨‍👩‍👧 \uFFFD ạ')
  })

  it('answers 503 with Retry-After while storage is down, and takes the same message afterwards', async () => {
    const chat = await open()
    chat.inbox.storageDown(true)
    const answer = await post(chat, say('Đừng mất', 'm1'))
    expect([answer.status, answer.retryAfter]).toEqual([503, '5'])
    expect(answer.body.reason).toBe('unavailable')
    chat.inbox.storageDown(false)
    expect((await post(chat, say('Đừng mất', 'm1'))).status).toBe(202)
    expect(chat.inbox.accepted).toHaveLength(1)
    const reader = await listen(chat, sessionId)
    await reader.until('ready')
    expect(reader.events.filter(({ event }) => event === 'own')).toHaveLength(1)
  })

  it('answers for what the inbox took, even when the history could not be written', async () => {
    const chat = await open()
    chat.mailbox.isDown = true
    expect((await post(chat, say('Đã nhận', 'm1'))).status).toBe(202)
    chat.mailbox.isDown = false
    expect(chat.inbox.accepted).toHaveLength(1)
    expect(chat.logged()).toContain('own line of a web message not kept')
  })

  it('lets no answer stand before the line that it answers, however fast it is', async () => {
    let release = () => {}
    const gate = new Promise<void>((resolve) => (release = resolve))
    class SlowMailbox extends MemoryMailbox {
      override async append(...given: Parameters<MemoryMailbox['append']>) {
        if (given[1].from === 'person') await gate
        return super.append(...given)
      }
    }
    const chat = await open({ mailbox: new SlowMailbox() })
    const posting = post(chat, say('Hỏi', 'm1'))
    await expect.poll(() => chat.inbox.accepted.length, { timeout: 5_000 }).toBe(1)
    const sending = chat.channel.send(conversationOf(sessionId), line('answer'))
    await new Promise((resolve) => setTimeout(resolve, 30))
    release()
    expect((await posting).status).toBe(202)
    expect(await sending).toEqual({ kind: 'sent' })
    const lines = await chat.mailbox.after(conversationOf(sessionId), undefined, 10)
    expect(lines.map(({ from }) => from)).toEqual(['person', 'bot'])
  })

  it('slows down one session, then one address, and says how long to wait', async () => {
    const chat = await open({ limits: { messagesPerMinutePerSession: 3, messagesPerMinutePerAddress: 6 } })
    for (let n = 0; n < 3; n++) expect((await post(chat, say('a'))).status).toBe(202)
    const answer = await post(chat, say('a'))
    expect(answer.status).toBe(429)
    expect(Number(answer.retryAfter)).toBeGreaterThan(0)
    expect(Number(answer.retryAfter)).toBeLessThanOrEqual(60)
    expect(answer.body.reason).toBe('too-many')
    const fromOthers = []
    for (let n = 0; n < 4; n++) {
      fromOthers.push(
        (await post(chat, { sessionId: `other-session-${n}`, messageId: '1', text: 'a' })).status,
      )
    }
    expect(fromOthers).toEqual([202, 202, 429, 429])
    expect(chat.inbox.accepted).toHaveLength(5)
  })

  it('does not count what it refuses as malformed', async () => {
    const chat = await open({ limits: { messagesPerMinutePerSession: 1 } })
    for (let n = 0; n < 5; n++) expect((await post(chat, { sessionId, messageId: 'x' })).status).toBe(400)
    expect((await post(chat, say('a'))).status).toBe(202)
  })

  it('answers only after the message is stored, and waits for that when stopping', async () => {
    let store = () => {}
    let arrived = () => {}
    const arrival = new Promise<void>((resolve) => (arrived = resolve))
    const chat = await open({
      accept: () => {
        arrived()
        return new Promise((resolve) => (store = () => resolve('stored')))
      },
    })
    const steps: string[] = []
    const answering = post(chat, say('Xin chào')).then((answer) => {
      steps.push('answered')
      return answer
    })
    await arrival
    const stopping = chat.channel.stop().then(() => steps.push('stopped'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(steps).toEqual([])
    store()
    expect((await answering).status).toBe(202)
    await stopping
  })
})

describe('GET /web/events', () => {
  it('gives bot messages as plain events with sequence, text and buttons', async () => {
    const chat = await open()
    const conversation = conversationOf(sessionId)
    const reader = await listen(chat, sessionId)
    expect(reader.status).toBe(200)
    expect(reader.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(reader.headers.get('cache-control')).toContain('no-store')
    await reader.until('ready')
    const buttons = [
      { label: 'Hồ sơ', choice: 'ask:documents' },
      { label: 'Nộp trực tuyến', url: 'https://dichvucong.gov.vn/' },
    ]
    await chat.channel.send(conversation, { id: 'x:1#0', text: 'Một\nhai', buttons })
    await chat.channel.send(conversation, { id: 'x:1#1', text: 'Ba', buttons: [] })
    const [first, second] = await reader.until('message', 2)
    expect(first).toEqual({
      id: expect.stringMatching(/^\d+$/),
      event: 'message',
      data: { id: 'x:1#0', text: 'Một\nhai', buttons },
    })
    expect(second!.data).toEqual({ id: 'x:1#1', text: 'Ba' })
    expect(Number(second!.id)).toBeGreaterThan(Number(first!.id))
  })

  it('shows a page that opens afresh both sides of the conversation in order', async () => {
    const chat = await open()
    await post(chat, say('Lệ phí?', 'p1'))
    await chat.channel.send(conversationOf(sessionId), {
      id: 'b1',
      text: 'Không thu',
      buttons: [{ label: 'Có', choice: 'yes' }],
    })
    await post(chat, { sessionId, messageId: 'p2', choice: 'yes' })
    const reader = await listen(chat, sessionId)
    await reader.until('ready')
    expect(reader.events.map(({ event, data }) => [event, data])).toEqual([
      ['own', { id: 'p1', text: 'Lệ phí?' }],
      ['message', { id: 'b1', text: 'Không thu', buttons: [{ label: 'Có', choice: 'yes' }] }],
      ['own', { id: 'p2', choice: 'yes' }],
      ['ready', {}],
    ])
  })

  it('shows no one else what was said', async () => {
    const chat = await open()
    await post(chat, say('Bí mật'))
    const reader = await listen(chat, 'another-session')
    await chat.channel.send(conversationOf(sessionId), line('1'))
    await chat.channel.send(conversationOf('another-session'), line('2'))
    const found = await reader.until('message')
    expect(found.map(({ data }) => data)).toEqual([line('2')])
    expect(reader.events.filter(({ event }) => event === 'own')).toEqual([])
  })

  it.each(['header', 'query'])(
    'goes on after Last-Event-ID (%s) with what was missed, in order',
    async (where) => {
      const chat = await open()
      const conversation = conversationOf(sessionId)
      const before = await listen(chat, sessionId)
      for (const id of ['1', '2', '3']) await chat.channel.send(conversation, line(id))
      const seen = await before.until('message', 3)
      before.close()
      for (let n = 4; n <= 260; n++) await chat.channel.send(conversation, line(String(n)))
      const lastEventId = seen[1]!.id
      const after =
        where === 'header'
          ? await listen(chat, sessionId, '', { 'last-event-id': lastEventId })
          : await listen(chat, sessionId, `&lastEventId=${lastEventId}`)
      await after.until('ready')
      const ids = after.events
        .filter(({ event }) => event === 'message')
        .map(({ data }) => (data as { id: string }).id)
      expect(ids).toEqual(Array.from({ length: 258 }, (_, n) => String(n + 3)))
      await chat.channel.send(conversation, line('261'))
      expect((await after.until('message', 259)).at(-1)!.data).toEqual(line('261'))
    },
  )

  it('shows the newest 200 lines of a long conversation and goes on from there', async () => {
    const chat = await open()
    const conversation = conversationOf(sessionId)
    for (let n = 1; n <= 230; n++) await chat.channel.send(conversation, line(String(n)))
    const reader = await listen(chat, sessionId, '&lastEventId=nonsense')
    await reader.until('ready')
    await chat.channel.send(conversation, line('231'))
    const found = await reader.until('message', 201)
    expect(found).toHaveLength(201)
    expect([found[0]!.data, found.at(-1)!.data]).toEqual([line('31'), line('231')])
  })

  it('serves several tabs, each with everything once', async () => {
    const chat = await open()
    const tabs = await Promise.all([1, 2, 3].map(() => listen(chat, sessionId)))
    for (const id of ['1', '2', '3']) await chat.channel.send(conversationOf(sessionId), line(id))
    await post(chat, say('Từ thẻ một', 'own-1'))
    for (const tab of tabs) {
      await tab.until('own')
      expect(tab.events.filter(({ event }) => event !== 'ready').map(({ data }) => data)).toEqual([
        line('1'),
        line('2'),
        line('3'),
        { id: 'own-1', text: 'Từ thẻ một' },
      ])
    }
  })

  it('wakes at once for what is said in this instance, by either side', async () => {
    const chat = await open({ limits: { pollMs: 60_000, keepAliveMs: 60_000 } })
    const reader = await listen(chat, sessionId)
    await reader.until('ready')
    const startedAt = performance.now()
    await chat.channel.send(conversationOf(sessionId), line('1'))
    await reader.until('message')
    await post(chat, say('Xin chào'))
    await reader.until('own')
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })

  it('notices within a second what another instance said', async () => {
    const mailbox = new MemoryMailbox()
    const here = await open({ mailbox })
    const there = await open({ mailbox })
    const reader = await listen(here, sessionId)
    await reader.until('ready')
    const startedAt = performance.now()
    await there.channel.send(conversationOf(sessionId), line('1'))
    await reader.until('message')
    expect(performance.now() - startedAt).toBeLessThan(1_500)
  })

  it('asks about other instances only while someone listens', async () => {
    let polls = 0
    class CountingMailbox extends MemoryMailbox {
      override changedSince() {
        polls++
        return super.changedSince()
      }
    }
    const chat = await open({ mailbox: new CountingMailbox(), limits: { pollMs: 20 } })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(polls).toBe(0)
    const reader = await listen(chat, sessionId)
    await reader.until('ready')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(polls).toBeGreaterThan(0)
    reader.close()
    await new Promise((resolve) => setTimeout(resolve, 60))
    const whenGone = polls
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(polls).toBe(whenGone)
  })

  it('keeps a silent connection alive with comments', async () => {
    const chat = await open({ limits: { keepAliveMs: 20 } })
    const reader = await listen(chat, sessionId)
    await reader.until('ready')
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(reader.comments.filter((comment) => comment === 'keep-alive').length).toBeGreaterThan(2)
  })

  it('limits the streams of a session and of an address, and frees the place of one that ends', async () => {
    const chat = await open({ limits: { streamsPerSession: 2, streamsPerAddress: 3 } })
    const first = await listen(chat, sessionId)
    await listen(chat, sessionId)
    expect((await listen(chat, sessionId)).status).toBe(429)
    await listen(chat, 'another-session')
    const refused = await listen(chat, 'third-session')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30'])
    await first.until('ready')
    first.close()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await listen(chat, 'third-session')).status).toBe(200)
  })

  it('ends streams when the server stops, so that stopping does not hang', async () => {
    const chat = await open()
    const readers = await Promise.all([1, 2, 3].map((n) => listen(chat, `session-number-${n}`)))
    for (const reader of readers) await reader.until('ready')
    const startedAt = performance.now()
    await chat.close()
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    await Promise.all(readers.map((reader) => reader.ended))
  })

  it('answers 503 while storage is down, and ends a stream that can no longer be served', async () => {
    const chat = await open({ limits: { keepAliveMs: 30 } })
    const reader = await listen(chat, sessionId)
    await reader.until('ready')
    chat.mailbox.isDown = true
    await reader.ended
    const refused = await listen(chat, sessionId)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
  })

  it.each([
    '',
    'short',
    'has%20blank',
    `${'a'.repeat(129)}`,
    'abcdefgh&sessionId=ijklmnop',
    '%00%00%00%00%00%00%00%00',
  ])('refuses the session id "%s"', async (id) => {
    const chat = await open()
    expect((await listen(chat, id)).status).toBe(400)
  })

  it('survives a person who connects and vanishes a hundred times', async () => {
    const chat = await open()
    for (let n = 0; n < 100; n++) {
      await new Promise<void>((resolve, reject) => {
        const socket = connect(chat.port, '127.0.0.1', () => {
          socket.write(`GET /web/events?sessionId=${sessionId} HTTP/1.1\r\nhost: x\r\n\r\n`)
          socket.once('data', () => socket.destroy())
        })
        socket.on('close', () => resolve())
        socket.on('error', reject)
      })
    }
    const reader = await listen(chat, sessionId)
    await chat.channel.send(conversationOf(sessionId), line('1'))
    expect((await reader.until('message')).map(({ data }) => data)).toEqual([line('1')])
  })
})

describe('send', () => {
  it('keeps a message that comes twice once', async () => {
    const chat = await open()
    for (let n = 0; n < 2; n++) {
      expect(await chat.channel.send('conversation', line('1'))).toEqual({ kind: 'sent' })
    }
    expect(await chat.mailbox.after('conversation', undefined, 10)).toHaveLength(1)
  })

  it('rejects what is beyond its limits and asks for another try when storage is down', async () => {
    const chat = await open()
    const long = { id: '1', text: 'a'.repeat(chat.channel.limits.maxTextChars + 1) }
    expect((await chat.channel.send('conversation', long)).kind).toBe('rejected')
    const buttons = Array(chat.channel.limits.maxButtons + 1).fill({ label: 'a', choice: 'a' })
    expect((await chat.channel.send('conversation', { id: '2', text: 'a', buttons })).kind).toBe('rejected')
    chat.mailbox.isDown = true
    expect((await chat.channel.send('conversation', line('3'))).kind).toBe('retry')
  })
})

describe('the page and what belongs to it', () => {
  it('serves the page with a policy that allows only our own origin and nothing inline', async () => {
    const chat = await open()
    const response = await fetch(chat.url)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = response.headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(policy).toMatch(/frame-ancestors 'self'$/)
    const html = await response.text()
    expect(html).toMatch(/^<!doctype html><html lang="vi">/)
    expect(html).not.toMatch(/\son\w+=|style=|javascript:/)
    for (const [, attributes, content] of html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
      expect(attributes!.includes('type="application/json"') || content === '').toBe(true)
    }
    for (const [, address] of html.matchAll(/(?:src|href)="([^"]*)"/g)) {
      expect(address).toMatch(/^(\/web\/assets\/|#|tel:)/)
    }
  })

  it('lets only the named sites frame it', async () => {
    const chat = await open({ embedOrigins: ['https://snv.khanhhoa.gov.vn'] })
    const response = await fetch(`${chat.url}/?embed=1`)
    expect(response.headers.get('content-security-policy')).toMatch(
      /frame-ancestors 'self' https:\/\/snv\.khanhhoa\.gov\.vn$/,
    )
    expect(response.headers.get('x-frame-options')).toBeNull()
    expect(await response.text()).toContain('<body class="embedded">')
  })

  it('writes the name of the office as text, whatever is in it', async () => {
    const chat = await open({
      branding: { name: '</script><img src=x onerror=alert(1)>"\'&', hotline: '"><script>alert(1)</script>' },
    })
    const html = await (await fetch(chat.url)).text()
    const outsideOfQuotes = html.replace(/="[^"]*"/g, '')
    expect(outsideOfQuotes).not.toMatch(/<img src|<script>alert/)
    expect(outsideOfQuotes).toContain('&lt;img src=x onerror=alert(1)>')
  })

  it('answers 304 to a browser that has the page already', async () => {
    const chat = await open()
    for (const path of ['/', '/widget.js']) {
      const first = await fetch(`${chat.url}${path}`)
      await first.text()
      const etag = first.headers.get('etag')!
      const again = await fetch(`${chat.url}${path}`, { headers: { 'if-none-match': `"other", W/${etag}` } })
      expect([path, again.status, await again.text()]).toEqual([path, 304, ''])
    }
  })

  it('serves scripts and styles for ever under their version, and with an ETag without it', async () => {
    const chat = await open()
    const html = await (await fetch(chat.url)).text()
    const style = /href="([^"]+chat\.css)"/.exec(html)![1]!
    const versioned = await fetch(chat.url + style)
    expect(versioned.status).toBe(200)
    expect(versioned.headers.get('content-type')).toContain('text/css')
    expect(versioned.headers.get('cache-control')).toContain('immutable')
    expect(await versioned.text()).toBe(await readFile(join(assetsDir, 'chat.css'), 'utf8'))

    const plain = await fetch(`${chat.url}/web/assets/chat.js`)
    expect(plain.headers.get('content-type')).toContain('javascript')
    await plain.text()
    // Not with fetch, which asks for a fresh copy as soon as one sets this header oneself.
    const again = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'if-none-match': plain.headers.get('etag')! }
      get(plain.url, { headers }, (response) => resolve(response.resume().statusCode)).on('error', reject)
    })
    expect(again).toBe(304)
  })

  it.each(['..%2fpage.tsx', '../page.tsx', '%2e%2e/start.ts', '.git', 'nothing.js'])(
    'serves nothing outside the folder: %s',
    async (path) => {
      const chat = await open()
      const socket = connect(chat.port, '127.0.0.1')
      socket.write(`GET /web/assets/${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
      let answer = ''
      for await (const chunk of socket) answer += chunk
      expect(answer).toMatch(/^HTTP\/1\.1 (403|404|400)/)
      expect(answer).not.toContain('import')
    },
  )

  it('serves the widget as a script that any site may load and that parses', async () => {
    const chat = await open()
    const response = await fetch(`${chat.url}/widget.js`)
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    const script = await response.text()
    expect(() => new Function(script)).not.toThrow()
    expect(script).toContain('Hỏi đáp thủ tục')
  })
})

describe('the log', () => {
  it('holds no session id and no words, though every request is logged', async () => {
    const chat = await open()
    const secret = 'CANARY-session-0001'
    await post(chat, { sessionId: secret, messageId: 'm', text: 'CANARY-words' })
    await post(chat, `{"sessionId":"${secret}" CANARY`)
    const reader = await listen(chat, secret, '&lastEventId=CANARY')
    await reader.until('ready')
    chat.inbox.storageDown(true)
    await post(chat, { sessionId: secret, messageId: 'm2', text: 'CANARY-words' })
    await fetch(`${chat.url}/web/events?sessionId=CANARY`).then((response) => response.text())
    const logged = chat.logged()
    expect(logged).toContain('/web/events')
    expect(logged).toContain('/web/messages')
    expect(logged).toContain('web message not stored')
    expect(logged).not.toContain('CANARY')
    expect(logged).not.toContain(conversationOf(secret))
  })
})
