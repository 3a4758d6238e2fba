import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { readReference, writeReference } from '../../../src/channels/telegram/file-reference.ts'
import type { InboundAttachment } from '../../../src/conversation/message.ts'
import { type KeptFile, refusal, tooManyRequests } from '../../support/telegram/fake-bot-api.ts'
import { type Bench, setUp, token } from '../../support/telegram/set-up.ts'

const mebibyte = 1024 * 1024
const document: InboundAttachment = { kind: 'file', reference: 'BQACAgUAAxkBAAIB', fileName: 'đơn.pdf' }
const bytes = Buffer.from('%PDF-1.7 đơn')

async function keeping(file: Partial<KeptFile>, overrides = {}): Promise<Bench> {
  const bench = await setUp(overrides)
  bench.telegram.keepFile(document.reference!, { bytes, ...file })
  return bench
}
const fetchFrom = ({ channel }: Bench, attachment = document, maxBytes = 10 * mebibyte) =>
  channel.fetchAttachment!(attachment, maxBytes)

const others: Server[] = []
afterEach(() => {
  for (const server of others.splice(0)) server.close()
})

/** Somebody's inner service, which must never hear from us. */
async function innerService(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url!)
    response.end('inner secret')
  })
  others.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked }
}

describe('row 82: fetching what people sent', () => {
  it('asks Telegram where the file is and gets it from there, with the name it had', async () => {
    const bench = await keeping({ path: 'documents/file_17.pdf' })
    expect(await fetchFrom(bench)).toEqual({ kind: 'fetched', bytes, fileName: 'đơn.pdf' })
    expect(bench.telegram.callsOf('getFile')).toEqual([{ file_id: document.reference }])
    expect(bench.telegram.downloads).toEqual(['documents/file_17.pdf'])
  })

  it('takes of a picture the largest size within what is asked for', async () => {
    const bench = await setUp()
    for (const [fileId, size] of [
      ['large', 300],
      ['middle', 200],
      ['small', 100],
    ] as const) {
      bench.telegram.keepFile(fileId, { bytes: Buffer.alloc(size, fileId) })
    }
    const picture: InboundAttachment = { kind: 'image', reference: 'large:300 middle:200 small:100' }
    const sizeWithin = async (maxBytes: number) => {
      const fetched = await fetchFrom(bench, picture, maxBytes)
      return fetched.kind === 'fetched' ? fetched.bytes.length : fetched
    }
    expect(await sizeWithin(1_000)).toBe(300)
    expect(await sizeWithin(299)).toBe(200)
    expect(await sizeWithin(100)).toBe(100)
    expect(await sizeWithin(99)).toEqual({ kind: 'refused', reason: 'too-large' })
  })

  it.each([
    ['302 to an inner address', 302],
    ['307 to an inner address', 307],
    ['301 to an inner address', 301],
  ])('does not follow %s', async (_, status) => {
    const inner = await innerService()
    const bench = await keeping({
      serve: (response) => response.writeHead(status, { location: inner.url }).end(),
    })
    expect(await fetchFrom(bench)).toEqual({ kind: 'refused', reason: 'not-allowed' })
    expect(inner.asked).toEqual([])
  })

  it('does not follow a redirect of getFile either', async () => {
    const inner = await innerService()
    const bench = await keeping({})
    bench.telegram.treat('getFile', [
      { status: 200, body: { ok: true, result: { file_id: 'x', file_path: inner.url } } },
    ])
    expect(await fetchFrom(bench)).toEqual({ kind: 'refused', reason: 'not-allowed' })
    expect(inner.asked).toEqual([])
  })

  it.each([
    'http://127.0.0.1/x',
    '//127.0.0.1/x',
    '@127.0.0.1/x',
    '../../../secret',
    'documents/../../bot1/getMe',
    'documents/..',
    '.',
    './documents/x',
    '/etc/passwd',
    'documents//x',
    'documents\\..\\x',
    'documents/%2e%2e/x',
    'documents/x?y=1',
    'documents/x#y',
    'documents/x y',
    '',
  ])('asks for no path that leads out of the folder: %j', async (path) => {
    const bench = await keeping({ path })
    const before = bench.telegram.calls.length
    const fetched = await fetchFrom(bench)
    // "./documents/x" stays within, but is nothing that Telegram says.
    expect(fetched.kind).toBe('refused')
    expect(bench.telegram.calls.length).toBe(before + 1)
    expect(bench.telegram.downloads.filter((asked) => asked !== 'documents/x')).toEqual([])
  })

  it('cuts off a file of eleven megabytes that was said to be small, and reads no more of it', async () => {
    let sent = 0
    let isCut = false
    const bench = await keeping({
      claimedBytes: 1_000,
      serve(response) {
        response.writeHead(200)
        response.on('close', () => (isCut = true))
        const push = () => {
          while (!isCut && sent < 40 * mebibyte) {
            sent += 65_536
            if (!response.write(Buffer.alloc(65_536))) return void response.once('drain', push)
          }
          response.end()
        }
        push()
      },
    })
    expect(await fetchFrom(bench)).toEqual({ kind: 'refused', reason: 'too-large' })
    await expect.poll(() => isCut, { timeout: 5_000 }).toBe(true)
    expect(sent).toBeLessThan(30 * mebibyte)
  })

  it('refuses eleven megabytes by what getFile says and by what the answer says, without reading', async () => {
    const said = await keeping({ claimedBytes: 11 * mebibyte })
    expect(await fetchFrom(said)).toEqual({ kind: 'refused', reason: 'too-large' })
    expect(said.telegram.downloads).toEqual([])
    const announced = await keeping({ claimedBytes: 5, bytes: Buffer.alloc(11 * mebibyte) })
    expect(await fetchFrom(announced)).toEqual({ kind: 'refused', reason: 'too-large' })
  })

  it('takes a lying content-length for what it is: nothing arrived whole', async () => {
    const bench = await keeping({
      serve(response) {
        response.writeHead(200, { 'content-length': 5_000 })
        response.write(bytes)
        setTimeout(() => response.destroy(), 20)
      },
    })
    expect(await fetchFrom(bench)).toEqual({ kind: 'failed', reason: 'network' })
  })

  it.each([
    ['never answers', () => {}],
    ['stops half-way', (response: Parameters<NonNullable<KeptFile['serve']>>[0]) => response.write('x')],
  ])('gives up in time on a server that %s', async (_, serve) => {
    const bench = await keeping({ serve: (response) => void serve(response) }, { fetchTimeoutMs: 150 })
    const startedAt = performance.now()
    expect(await fetchFrom(bench)).toEqual({ kind: 'failed', reason: 'timeout' })
    expect(performance.now() - startedAt).toBeLessThan(1_500)
  })

  it('counts the time of both requests together', async () => {
    const bench = await keeping({}, { fetchTimeoutMs: 150 })
    bench.telegram.treat('getFile', ['hang'])
    const startedAt = performance.now()
    expect((await fetchFrom(bench)).kind).toBe('failed')
    expect(performance.now() - startedAt).toBeLessThan(1_500)
  })

  it.each([
    ['a file that is too big for bots', refusal(400, 'Bad Request: file is too big'), 'too-large'],
    ['a file that nobody knows', refusal(400, 'Bad Request: wrong file_id'), 'gone'],
  ])('says what a refusal means: %s', async (_, treatment, reason) => {
    const bench = await keeping({})
    bench.telegram.treat('getFile', [treatment])
    expect(await fetchFrom(bench)).toEqual({ kind: 'refused', reason })
  })

  it('says that a path has expired, and that trouble is trouble', async () => {
    const expired = await keeping({ serve: (response) => response.writeHead(404).end() })
    expect(await fetchFrom(expired)).toEqual({ kind: 'refused', reason: 'gone' })
    for (const status of [500, 403, 206]) {
      const bench = await keeping({ serve: (response) => response.writeHead(status).end('x') })
      expect(await fetchFrom(bench)).toEqual({ kind: 'failed', reason: 'server' })
    }
    const bench = await keeping({})
    for (const treatment of [tooManyRequests(3), refusal(401, 'Unauthorized'), 'cut', 'page'] as const) {
      bench.telegram.treat('getFile', [treatment])
      expect((await fetchFrom(bench)).kind).toBe('failed')
    }
  })

  it('row 79: neither token, nor file id, nor path, nor name stands in the log or in what is answered', async () => {
    const canary = { kind: 'file' as const, reference: 'CANARY_file', fileName: 'CANARY-đơn.pdf' }
    const bench = await setUp({ fetchTimeoutMs: 200, requestTimeoutMs: 200 })
    const serves: KeptFile['serve'][] = [
      undefined,
      (response) => response.writeHead(302, { location: `http://127.0.0.1:1/bot${token}/CANARY` }).end(),
      (response) => response.writeHead(500).end(`CANARY ${token}`),
      (response) => void response.destroy(),
      () => {},
    ]
    const results: unknown[] = []
    for (const serve of serves) {
      bench.telegram.keepFile('CANARY_file', { bytes, path: 'CANARY/path', ...(serve ? { serve } : {}) })
      results.push(await fetchFrom(bench, canary, 1_000))
    }
    for (const treatment of [
      refusal(400, `CANARY ${token}`),
      refusal(403, `"CANARY" ${token}`),
      'cut',
    ] as const) {
      bench.telegram.treat('getFile', [treatment])
      results.push(await fetchFrom(bench, canary, 1_000))
    }
    const answered = JSON.stringify(results.slice(1))
    expect(bench.logged()).toContain('file not fetched from Telegram')
    for (const secret of [token, token.split(':')[1]!, 'CANARY']) {
      expect(bench.logged()).not.toContain(secret)
      expect(answered).not.toContain(secret)
    }
  })
})

describe('a file reference', () => {
  it('is read as it was written', () => {
    const fileId = fc.stringMatching(/^[A-Za-z0-9_-]{1,100}$/)
    const one = fc.record({ file_id: fileId, file_size: fc.option(fc.nat(), { nil: undefined }) })
    fc.assert(
      fc.property(fc.array(one, { minLength: 2, maxLength: 6 }), (files) => {
        const expected = files.map(({ file_id, file_size }) => ({
          fileId: file_id,
          ...(file_size === undefined ? {} : { sizeBytes: file_size }),
        }))
        expect(readReference(writeReference(files))).toEqual(expected)
      }),
    )
    expect(readReference(writeReference([{ file_id: 'x', file_size: 7 }]))).toEqual([{ fileId: 'x' }])
  })

  it('leaves out sizes that are none', () => {
    const sizes = [-1, 1.5, Number.NaN, 2 ** 60].map((file_size) => ({ file_id: 'x', file_size }))
    expect(readReference(writeReference(sizes))).toEqual(sizes.map(() => ({ fileId: 'x' })))
  })
})
