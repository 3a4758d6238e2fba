import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { mediaAddress } from '../../../src/channels/zalo/fetch-media.ts'
import { zaloHosts } from '../../../src/channels/zalo/settings.ts'
import type { KeptMedia } from '../../support/zalo/media.ts'
import { setUp } from './in-bench.ts'

const mebibyte = 1024 * 1024
const bytes = Buffer.from('%PDF-1.7 đơn')

async function fetching(media: KeptMedia, maxBytes = 10 * mebibyte) {
  const bench = await setUp({ channel: { fetchTimeoutMs: 300 } })
  const reference = bench.oa.media.keep({ bytes, name: 'CANARY.pdf', ...media })
  const attachment = { kind: 'file' as const, reference, fileName: 'đơn.pdf' }
  return { bench, fetched: await bench.channel.fetchAttachment!(attachment, maxBytes) }
}

const inner: Server[] = []
afterEach(() => {
  for (const server of inner.splice(0)) server.close()
})

/** Somebody's inner service, which must never hear from us. */
async function innerService(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url!)
    response.end('inner secret')
  })
  inner.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked }
}

describe('row 82 (Zalo): fetching what people sent', () => {
  it.each([
    ['https://f21-zpc.zdn.vn/a/b.jpg?x=1', 'https://f21-zpc.zdn.vn/a/b.jpg?x=1'],
    ['http://t.zdn.vn/a.jpg', 'https://t.zdn.vn/a.jpg'],
    ['HTTPS://T.ZDN.VN/a.jpg', 'https://t.zdn.vn/a.jpg'],
    ['https://zdn.vn/a.jpg', 'https://zdn.vn/a.jpg'],
  ])('scenario 31: %s is asked for as %s', (reference, asked) => {
    expect(mediaAddress(reference, zaloHosts.openapi)?.href).toBe(asked)
  })

  it.each([
    'https://example.com/a.jpg',
    'https://evilzdn.vn/a.jpg',
    'https://zdn.vn.example.com/a.jpg',
    'https://zdn.vn@127.0.0.1/a.jpg',
    'https://user:word@t.zdn.vn/a.jpg',
    'https://t.zdn.vn:8443/a.jpg',
    'https://t.zdn.vn\\@127.0.0.1/',
    'http://127.0.0.1/a.jpg',
    'http://[::1]/a.jpg',
    'http://169.254.169.254/latest/meta-data',
    'https://openapi.zalo.me/v2.0/oa/getoa',
    'ftp://t.zdn.vn/a.jpg',
    'file:///etc/passwd',
    'data:text/plain,zdn.vn',
    '//t.zdn.vn/a.jpg',
    't.zdn.vn/a.jpg',
    '',
  ])('scenario 31: %j is never asked for', (reference) => {
    const address = mediaAddress(reference, zaloHosts.openapi)
    // What a browser would read as a path of Zalo's may be one.
    if (address) expect(address.origin).toBe('https://t.zdn.vn')
    else expect(address).toBeUndefined()
  })

  it('scenario 31: what is there is given with the name it had', async () => {
    const { fetched } = await fetching({})
    expect(fetched).toEqual({ kind: 'fetched', bytes, fileName: 'đơn.pdf' })
  })

  it('scenario 31: a redirect to an inner address is not followed', async () => {
    const service = await innerService()
    for (const status of [301, 302, 307, 308]) {
      const { fetched } = await fetching({ status, redirectTo: service.url })
      expect(fetched).toEqual({ kind: 'refused', reason: 'not-allowed' })
    }
    expect(service.asked).toEqual([])
  })

  it('scenario 31: another host, also one on this machine, is not asked', async () => {
    const service = await innerService()
    const bench = await setUp()
    bench.settings.hosts.openapi = zaloHosts.openapi
    const fetched = await bench.channel.fetchAttachment!({ kind: 'image', reference: service.url }, 1_000)
    expect(fetched).toEqual({ kind: 'refused', reason: 'not-allowed' })
    expect(service.asked).toEqual([])
  })

  it('scenario 31: gone, too large by its word and in truth, slow, broken', async () => {
    expect((await fetching({ status: 404 })).fetched).toEqual({ kind: 'refused', reason: 'gone' })
    expect((await fetching({ claimedBytes: 50 * mebibyte, bytes: Buffer.alloc(10) })).fetched).toEqual({
      kind: 'refused',
      reason: 'too-large',
    })
    expect((await fetching({ claimedBytes: null, bytes: Buffer.alloc(50 * mebibyte) })).fetched).toEqual({
      kind: 'refused',
      reason: 'too-large',
    })
    expect((await fetching({ serve: () => {} })).fetched).toEqual({ kind: 'failed', reason: 'timeout' })
    expect((await fetching({ serve: (response) => void response.destroy() })).fetched).toEqual({
      kind: 'failed',
      reason: 'network',
    })
    expect((await fetching({ status: 500 })).fetched).toEqual({ kind: 'failed', reason: 'server' })
  })

  it('row 79 (Zalo): neither address nor name stands in the log', async () => {
    for (const media of [{ status: 404 }, { serve: () => {} }, { status: 302, redirectTo: '/CANARY' }]) {
      const { bench } = await fetching(media)
      expect(bench.logged()).toContain('file not fetched from Zalo')
      expect(bench.logged()).not.toContain('CANARY')
    }
  })
})
