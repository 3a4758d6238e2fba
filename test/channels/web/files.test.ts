import { randomUUID } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { cleanFileName, conversationOf } from '../../../src/channels/web/parse.ts'
import { MemoryUploads } from './memory-uploads.ts'
import { openWebChat, type WebChat } from './open-web-chat.ts'
import { readEvents } from './read-events.ts'

const mebibyte = 1024 * 1024
const sessionId = 'sess-1234_ABCD'
const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function open(
  options: Parameters<typeof openWebChat>[0] = {},
): Promise<{ chat: WebChat; uploads: MemoryUploads }> {
  const uploads = new MemoryUploads()
  const chat = await openWebChat({ uploads, ...options })
  closing.push(() => chat.close())
  return { chat, uploads }
}

interface Sent {
  fields?: Record<string, string>
  files?: { name?: string; type?: string; bytes: Uint8Array }[]
}

const fieldsOf = (messageId: string = randomUUID(), more = {}) => ({ sessionId, messageId, ...more })
const photo = { name: 'anh.jpg', type: 'image/jpeg', bytes: Buffer.from([0xff, 0xd8, 1, 2, 3]) }
const paper = { name: 'Đơn đề nghị.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.7') }

async function post(chat: WebChat, { fields = fieldsOf(), files = [photo] }: Sent, headers = {}) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  for (const { name = 'x', type = '', bytes } of files)
    form.append('files', new Blob([bytes], { type }), name)
  const response = await fetch(`${chat.url}/web/files`, { method: 'POST', body: form, headers })
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: (await response.json()) as { status: string; reason?: string; message?: string },
  }
}

/** Sends exactly these bytes; gives all that comes back until the server ends the connection. */
async function postRaw(chat: WebChat, head: string, body: (socket: Socket) => unknown): Promise<string> {
  const socket = connect(chat.port, '127.0.0.1')
  closing.push(() => socket.destroy())
  let answer = ''
  const ended = new Promise<void>((resolve) => {
    socket
      .on('data', (chunk) => (answer += chunk))
      .on('close', resolve)
      .on('error', () => {})
  })
  socket.write(
    `POST /web/files HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\n${head}\r\n\r\n`,
  )
  await body(socket)
  await ended
  return answer
}

const field = (name: string, value: string) =>
  `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const fileHead = (name = 'a.jpg') =>
  `--b\r\ncontent-disposition: form-data; name="files"; filename="${name}"\r\ncontent-type: image/jpeg\r\n\r\n`
const start = field('sessionId', sessionId) + field('messageId', 'raw-1')

describe('POST /web/files', () => {
  it('makes one message of text and files, whose bytes can be fetched as often as wanted', async () => {
    const { chat } = await open()
    const answer = await post(chat, {
      fields: fieldsOf('m1', { text: '  Biên lai đây ' }),
      files: [photo, paper],
    })
    expect(answer).toEqual({ status: 202, retryAfter: null, body: { status: 'accepted' } })
    const conversationId = conversationOf(sessionId)
    const [message] = chat.inbox.accepted
    expect(message).toEqual({
      channel: 'web',
      conversationId,
      messageId: `${conversationId}:m1`,
      senderId: conversationId,
      sentAt: chat.clock.now(),
      text: 'Biên lai đây',
      attachments: [
        { kind: 'image', reference: expect.any(String), fileName: 'anh.jpg', sizeBytes: 5 },
        { kind: 'file', reference: expect.any(String), fileName: 'Đơn đề nghị.pdf', sizeBytes: 8 },
      ],
    })
    for (let n = 0; n < 2; n++) {
      const fetched = await Promise.all(
        message!.attachments.map((one) => chat.channel.fetchAttachment!(one, 10 * mebibyte)),
      )
      expect(fetched).toEqual([
        { kind: 'fetched', bytes: photo.bytes, fileName: 'anh.jpg' },
        { kind: 'fetched', bytes: paper.bytes, fileName: 'Đơn đề nghị.pdf' },
      ])
    }
    expect(JSON.stringify(message)).not.toContain(sessionId)
  })

  it('shows in the history how many files were sent, and never what they are called', async () => {
    const { chat } = await open()
    await post(chat, { fields: fieldsOf('m1', { text: 'Biên lai đây' }), files: [photo, paper] })
    await post(chat, { fields: fieldsOf('m2'), files: [paper] })
    const reader = await readEvents(`${chat.url}/web/events?sessionId=${sessionId}`)
    await reader.until('ready')
    reader.close()
    expect(reader.events.filter(({ event }) => event === 'own').map(({ data }) => data)).toEqual([
      { id: 'm1', text: 'Biên lai đây\nĐã gửi: 2 tệp' },
      { id: 'm2', text: 'Đã gửi: 1 tệp' },
    ])
  })

  it('answers 202 again for a repeat, takes it once and keeps its files once', async () => {
    const { chat, uploads } = await open()
    for (let n = 0; n < 3; n++) expect((await post(chat, { fields: fieldsOf('m1') })).status).toBe(202)
    expect(chat.inbox.accepted).toHaveLength(1)
    expect(uploads.size).toBe(1)
    const [attachment] = chat.inbox.accepted[0]!.attachments
    expect((await chat.channel.fetchAttachment!(attachment!, 100)).kind).toBe('fetched')
  })

  it('gives the file of one person to nobody else', async () => {
    const { chat } = await open()
    await post(chat, { fields: { sessionId: 'session-one', messageId: '1' } })
    await post(chat, { fields: { sessionId: 'session-two', messageId: '1' } })
    const [one, two] = chat.inbox.accepted.map(({ attachments }) => attachments[0]!)
    const [owner, id] = [two!.reference!.split('.')[0]!, one!.reference!.split('.')[1]!]
    const stolen = { ...one!, reference: `${owner}.${id}` }
    expect(await chat.channel.fetchAttachment!(stolen, 100)).toEqual({ kind: 'refused', reason: 'gone' })
    expect((await chat.channel.fetchAttachment!(one!, 100)).kind).toBe('fetched')
  })

  it('takes five files of ten megabytes, and one byte or one file more not at all', async () => {
    const { chat, uploads } = await open({
      limits: { uploadBytesPerHourPerSession: 1_000 * mebibyte },
    })
    const full = { ...photo, bytes: Buffer.alloc(10 * mebibyte, 7) }
    expect((await post(chat, { files: Array(5).fill(full) })).status).toBe(202)
    expect(chat.inbox.accepted[0]!.attachments.map(({ sizeBytes }) => sizeBytes)).toEqual(
      Array(5).fill(10 * mebibyte),
    )
    const over = await post(chat, { files: [photo, { ...photo, bytes: Buffer.alloc(10 * mebibyte + 1) }] })
    expect([over.status, over.body.reason]).toEqual([413, 'file-too-large'])
    expect(over.body.message).toContain('10 MB')
    const six = await post(chat, { files: Array(6).fill(photo) })
    expect([six.status, six.body.reason]).toEqual([413, 'too-many-files'])
    expect(six.body.message).toContain('5 tệp')
    expect(chat.inbox.accepted).toHaveLength(1)
    expect(uploads.size).toBe(5)
  })

  it('refuses eleven megabytes in the middle of others and keeps none of them', async () => {
    const { chat, uploads } = await open()
    const files = [photo, { ...photo, bytes: Buffer.alloc(11 * mebibyte) }, photo]
    expect((await post(chat, { files })).body.reason).toBe('file-too-large')
    expect([chat.inbox.accepted.length, uploads.size]).toEqual([0, 0])
  })

  it('keeps to the same rules for session, id and text as for messages', async () => {
    const { chat, uploads } = await open()
    const bad: Record<string, string>[] = [
      {},
      { sessionId },
      { messageId: 'm1' },
      { sessionId: 'short', messageId: 'm1' },
      { sessionId: 'abcdefgh.$x', messageId: 'm1' },
      { sessionId, messageId: 'a:b' },
      { sessionId, messageId: 'm1', choice: 'yes' },
      { sessionId, messageId: 'm1', $where: '1' },
      { sessionId, messageId: 'm1', __proto__x: '1' },
    ]
    for (const fields of bad) {
      const answer = await post(chat, { fields })
      expect(answer).toMatchObject({ status: 400, body: { status: 'refused', reason: 'invalid' } })
    }
    const long = await post(chat, { fields: fieldsOf('m1', { text: 'ế'.repeat(4_001) }) })
    expect([long.status, long.body.reason]).toEqual([413, 'too-long'])
    expect((await post(chat, { files: [] })).status).toBe(400)
    expect([chat.inbox.accepted.length, uploads.size]).toEqual([0, 0])
    expect((await post(chat, { fields: fieldsOf('m1', { text: 'ế'.repeat(4_000) }) })).status).toBe(202)
  })

  it.each([
    ['a field after the files', `${start}${fileHead()}x\r\n${field('text', 'sau')}--b--\r\n`],
    ['a field twice', `${start}${field('messageId', 'other')}${fileHead()}x\r\n--b--\r\n`],
    ['a prototype as field', `${start}${field('__proto__', '{}')}${fileHead()}x\r\n--b--\r\n`],
    ['no end', `${start}${fileHead()}x\r\n`],
    ['no end in the middle of a file', `${start}${fileHead()}xxxx`],
    ['no end after a whole file', `${start}${fileHead()}xxxx\r\n--b\r\n`],
    ['nothing at all', ''],
    ['noise', '\u0000\u0001\r\n--b\r\n\r\n--b--'],
  ])('refuses %s', async (_, body) => {
    const { chat, uploads } = await open()
    const bytes = Buffer.from(body)
    const head = `content-length: ${bytes.length}\r\nconnection: close`
    const answer = await postRaw(chat, head, (socket) => socket.write(bytes))
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect([chat.inbox.accepted.length, uploads.size]).toEqual([0, 0])
  })

  it('refuses what is not multipart, and what pages of other sites send', async () => {
    const { chat } = await open()
    for (const type of ['application/json', 'text/plain', 'application/octet-stream']) {
      const response = await fetch(`${chat.url}/web/files`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: JSON.stringify({ sessionId, messageId: 'm1' }),
      })
      expect(response.status).toBe(400)
    }
    expect((await post(chat, {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect(chat.inbox.accepted).toHaveLength(0)
  })

  it('cuts off whoever announces or sends more than five full files', async () => {
    const { chat, uploads } = await open()
    const announced = await postRaw(chat, `content-length: ${60 * mebibyte}`, (socket) => socket.write(start))
    expect(announced).toMatch(/^HTTP\/1\.1 413 /)
    expect(announced).toContain('file-too-large')

    let sent = 0
    await postRaw(chat, 'transfer-encoding: chunked', async (socket) => {
      const chunk = (text: Uint8Array | string) =>
        Buffer.concat([
          Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n`),
          Buffer.from(text as string),
          Buffer.from('\r\n'),
        ])
      socket.write(chunk(start + fileHead()))
      while (!socket.destroyed && sent < 100 * mebibyte) {
        sent += mebibyte
        if (!socket.write(chunk(Buffer.alloc(mebibyte)))) {
          await new Promise((resolve) => setTimeout(resolve, 2))
        }
      }
    })
    expect(sent).toBeLessThan(70 * mebibyte)
    expect([chat.inbox.accepted.length, uploads.size]).toEqual([0, 0])
  })

  it('takes a content-length that lies for what arrives: too short is broken, too long is waited for a while', async () => {
    const { chat, uploads } = await open({ limits: { uploadIdleMs: 100 } })
    const body = Buffer.from(`${start}${fileHead()}${'x'.repeat(1_000)}\r\n--b--\r\n`)
    const short = await postRaw(chat, `content-length: ${body.length - 400}`, (socket) => socket.write(body))
    expect(short).toMatch(/^HTTP\/1\.1 400 /)
    const startedAt = performance.now()
    const long = await postRaw(chat, `content-length: ${body.length + 400}`, (socket) =>
      socket.write(body.subarray(0, -8)),
    )
    expect(long).not.toContain('202')
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    expect([chat.inbox.accepted.length, uploads.size]).toEqual([0, 0])
  })

  it('gives up on a sender who drips for too long', async () => {
    const { chat, uploads } = await open({ limits: { uploadIdleMs: 200, uploadMaxMs: 300 } })
    const startedAt = performance.now()
    await postRaw(chat, 'content-length: 100000', async (socket) => {
      socket.write(start + fileHead())
      while (!socket.destroyed && performance.now() - startedAt < 3_000) {
        socket.write('x')
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    })
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    expect(uploads.size).toBe(0)
  })

  it('leaves nothing behind of a person who goes away in the middle, and has room for their next try', async () => {
    const { chat, uploads } = await open()
    for (let n = 0; n < 20; n++) {
      const socket = connect(chat.port, '127.0.0.1')
      socket.write(
        'POST /web/files HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\n' +
          `content-length: 5000\r\n\r\n${start}${fileHead()}whole\r\n${fileHead()}half`,
      )
      await expect.poll(() => uploads.size, { timeout: 5_000 }).toBe(1)
      socket.destroy()
      await expect.poll(() => uploads.size, { timeout: 5_000 }).toBe(0)
    }
    expect((await post(chat, {})).status).toBe(202)
    expect(chat.inbox.accepted).toHaveLength(1)
  })

  it('answers 503 while storage is down, and takes the same message afterwards', async () => {
    const { chat, uploads } = await open()
    uploads.isDown = true
    const full = await post(chat, { fields: fieldsOf('m1') })
    expect([full.status, full.retryAfter, full.body.reason]).toEqual([503, '5', 'unavailable'])
    uploads.isDown = false
    chat.inbox.storageDown(true)
    expect((await post(chat, { fields: fieldsOf('m1') })).status).toBe(503)
    chat.inbox.storageDown(false)
    expect((await post(chat, { fields: fieldsOf('m1') })).status).toBe(202)
    const [attachment] = chat.inbox.accepted[0]!.attachments
    expect((await chat.channel.fetchAttachment!(attachment!, 100)).kind).toBe('fetched')
    uploads.isDown = true
    expect((await chat.channel.fetchAttachment!(attachment!, 100)).kind).toBe('failed')
  })

  it('keeps to a budget of bytes an hour, for a session and for an address, and says how long to wait', async () => {
    const { chat } = await open({
      limits: { uploadBytesPerHourPerSession: 20_000, uploadBytesPerHourPerAddress: 31_000 },
    })
    const tenThousand = { ...photo, bytes: Buffer.alloc(10_000) }
    const send = (session: string) =>
      post(chat, { fields: { sessionId: session, messageId: randomUUID() }, files: [tenThousand] })
    expect([(await send('session-one')).status, (await send('session-one')).status]).toEqual([202, 202])
    const refused = await send('session-one')
    expect([refused.status, refused.body.reason]).toEqual([429, 'too-much'])
    expect(Number(refused.retryAfter)).toBeGreaterThan(3_000)
    expect((await send('session-two')).status).toBe(202)
    expect((await send('session-three')).status).toBe(429)
    // Words cost nothing of it.
    const words = await fetch(`${chat.url}/web/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sessionId: 'session-one', messageId: 'w', text: 'Vẫn nói được' }),
    })
    expect(words.status).toBe(202)
  })

  it('reads one upload of a session at a time, and few of an address', async () => {
    const { chat } = await open({ limits: { uploadsAtOncePerAddress: 2 } })
    const begin = (session: string) => {
      const socket = connect(chat.port, '127.0.0.1')
      closing.push(() => socket.destroy())
      const fields = field('sessionId', session) + field('messageId', 'slow')
      socket.write(
        'POST /web/files HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\n' +
          `content-length: 5000\r\n\r\n${fields}${fileHead()}half`,
      )
      return socket
    }
    const first = begin('session-one')
    await expect
      .poll(async () => (await post(chat, { fields: { sessionId: 'session-one', messageId: '2' } })).status, {
        timeout: 5_000,
      })
      .toBe(429)
    begin('session-two')
    await expect
      .poll(
        async () => (await post(chat, { fields: { sessionId: 'session-four', messageId: '2' } })).body.reason,
      )
      .toBe('too-many')
    first.destroy()
    await expect
      .poll(async () => (await post(chat, { fields: { sessionId: 'session-one', messageId: '3' } })).status, {
        timeout: 5_000,
      })
      .toBe(202)
  })

  it('does not keep the service from stopping, and cuts off what is half-way', async () => {
    const { chat, uploads } = await open()
    const cut = postRaw(chat, 'content-length: 5000', (socket) => socket.write(`${start}${fileHead()}half`))
    await new Promise((resolve) => setTimeout(resolve, 100))
    const startedAt = performance.now()
    await chat.channel.stop()
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    expect(await cut).not.toContain('202')
    expect([chat.inbox.accepted.length, uploads.size]).toEqual([0, 0])
    expect((await post(chat, {})).status).toBe(503)
  })

  it('does not exist without a store for the bytes, says so kindly, and the page does not offer it', async () => {
    const chat = await openWebChat()
    closing.push(() => chat.close())
    const answer = await post(chat, {})
    expect([answer.status, answer.body.reason]).toEqual([404, 'no-files'])
    expect(answer.body.message).toContain('chưa nhận tệp')
    expect(await (await fetch(chat.url)).text()).not.toContain('id="attach"')
    const { chat: other } = await open()
    expect(await (await fetch(other.url)).text()).toContain('id="attach"')
  })

  it('row 79: neither names, nor words, nor contents, nor session ids stand in the log', async () => {
    const { chat, uploads } = await open({ limits: { uploadIdleMs: 100 } })
    const secret = 'CANARY-session-0001'
    const file = { name: 'CANARY-Nguyễn Văn A.pdf', type: 'application/CANARY', bytes: Buffer.from('CANARY') }
    const fields = { sessionId: secret, messageId: 'm', text: 'CANARY' }
    await post(chat, { fields, files: [file] })
    await post(chat, { fields: { ...fields, extra: 'CANARY' }, files: [file] })
    await post(chat, { fields, files: Array(6).fill(file) })
    await post(chat, { fields, files: [{ ...file, bytes: Buffer.alloc(11 * mebibyte, 'CANARY') }] })
    chat.inbox.storageDown(true)
    await post(chat, { fields: { ...fields, messageId: 'm2' }, files: [file] })
    uploads.isDown = true
    await post(chat, { fields: { ...fields, messageId: 'm3' }, files: [file] })
    const attachment = chat.inbox.accepted[0]!.attachments[0]!
    await chat.channel.fetchAttachment!(attachment, 100)
    await postRaw(chat, 'content-length: 900', (socket) =>
      socket.write(`${start}${fileHead('CANARY')}CANARY`),
    )
    const logged = chat.logged()
    expect(logged).toContain('web upload not stored')
    expect(logged).toContain('upload not read')
    expect(logged).not.toContain('CANARY')
    expect(logged).not.toContain(conversationOf(secret))
  })
})

describe('the name of a file', () => {
  it.each([
    ['C:\\fakepath\\anh.jpg', 'anh.jpg'],
    ['../../etc/passwd', 'passwd'],
    ['Đơn\r\nđề\tnghị\u0000\u202E.pdf'.normalize('NFD'), 'Đơn đề nghị.pdf'],
    ['   ', undefined],
    ['', undefined],
  ])('is cleaned: %j', (given, fileName) => {
    expect(cleanFileName(given)).toEqual(fileName === undefined ? {} : { fileName })
  })

  it('has one line, no path, at most 200 characters, and its end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
        const { fileName } = cleanFileName(`${given}.pdf`)
        expect(fileName).toMatch(/^[^/\\\n\t\p{Cc}]{1,200}$/u)
        expect(fileName!.endsWith('.pdf')).toBe(true)
      }),
    )
  })
})
