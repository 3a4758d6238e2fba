import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addDossierRoute, type DossierRouteParts } from '../src/dossier-route.ts'
import { importDossiers } from '../src/dossiers/import-dossiers.ts'
import { createLog } from '../src/lib/log.ts'
import { createMetrics } from '../src/metrics.ts'
import { buildServer } from '../src/server.ts'
import { numbered } from './dossiers/made-dossier.ts'
import { memoryDossierStore } from './dossiers/memory-dossier-store.ts'
import { hasher, shippedContent, texts } from './dossiers/read-dossier-content.ts'
import { row } from './support/dossier-world.ts'

const apiKey = `${'K'.repeat(20)}canary-key-0123456789`
const right = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
const now = new Date('2026-11-23T02:00:00Z')
const content = shippedContent()

let app: FastifyInstance
let logged: string
let memory: ReturnType<typeof memoryDossierStore>
let imported: number

async function open(more: Partial<DossierRouteParts> = {}, isOn = true): Promise<void> {
  const write = (line: string) => {
    logged += line
  }
  const log = createLog({ level: 'trace', destination: { write } })
  app = await buildServer({
    log,
    trustedProxies: 0,
    embedOrigins: [],
    metrics: createMetrics(),
    readiness: async () => ({ isReady: true, parts: {} }),
    addRoutes(server) {
      // A neighbour with a parser of its own: the route's must not reach it.
      server.post('/neighbour', async (request) => request.body)
      if (!isOn) return
      addDossierRoute(server, {
        apiKey,
        importJson: (bytes) =>
          importDossiers({ name: 'API', bytes }, { ...content, store: memory.store, texts, hasher }, { now }),
        onImported: () => imported++,
        mapping: content.mapping,
        texts,
        log,
        ...more,
      })
    },
  })
}

beforeEach(() => {
  logged = ''
  imported = 0
  memory = memoryDossierStore()
})
afterEach(() => app.close())

const post = (body: string | Buffer, headers: Record<string, string> = right) =>
  app.inject({ method: 'POST', url: '/api/dossiers', headers, payload: body })
const rows = JSON.stringify([row(numbered(1), 'Đang xử lý'), row(numbered(2), 'Yêu cầu bổ sung giấy tờ')])

describe('POST /api/dossiers', () => {
  it('takes an array, says what it did, and does nothing the second time', async () => {
    await open()
    const first = await post(rows)
    expect(first.statusCode).toBe(200)
    expect(first.headers['cache-control']).toBe('no-store')
    expect(first.json()).toMatchObject({ kind: 'imported', number: 1, summary: { rows: 2, new: 2 } })
    expect(memory.kept.get(numbered(1))).toMatchObject({ status: 'processing', receivedDay: '2026-11-02' })
    expect((await post(rows)).json()).toMatchObject({ kind: 'unchanged', summary: { unchanged: 2 } })
    expect(imported).toBe(1)
  })

  it('takes a byte order mark and blanks before the array, and markup within it', async () => {
    await open()
    const marked = `\ufeff \n${JSON.stringify([{ 'Ghi chú': '<table>', ...row(numbered(1), 'Đang xử lý') }])}`
    expect((await post(marked)).json()).toMatchObject({ kind: 'imported' })
  })

  it('tells each fault with its record, and keeps nothing', async () => {
    await open()
    const bad = JSON.stringify([
      row(numbered(1), 'Đang xử lý'),
      row(numbered(2), 'Đang xử lý', { 'Ngày hẹn trả': '01/10/2026' }),
      row('CANARY-9999', 'Không rõ', { 'Số điện thoại': '0912345678' }),
      row(numbered(1), 'Đang xử lý'),
    ])
    const answer = await post(bad)
    expect(answer.statusCode).toBe(422)
    const { problems, count } = answer.json() as {
      problems: { line: number; message: string }[]
      count: number
    }
    expect(count).toBe(4)
    expect(problems.map(({ line }) => line).toSorted()).toEqual([2, 3, 3, 4])
    expect(memory.kept.size).toBe(0)
    expect(imported).toBe(0)
  })

  it.each([
    ['no JSON', '[{"Mã hồ sơ": '],
    ['an object', '{"Mã hồ sơ": "1"}'],
    ['a csv', 'Mã hồ sơ;Trạng thái\n1;2'],
    ['nothing', ''],
    ['blanks', ' \n '],
    ['an empty array', '[]'],
    ['an array of arrays', '[[1,2]]'],
    ['nested objects', '[{"Mã hồ sơ": {"a": 1}}]'],
    ['numbers', '[1,2,3]'],
    ['no columns', '[{}]'],
    ['bytes that are no UTF-8', Buffer.from([0x5b, 0xff, 0xfe, 0x5d])],
    ['prototype names', '[{"__proto__": "x", "constructor": "y"}]'],
    ['deep nesting', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ])('refuses %s with 422 and words', async (_name, body) => {
    await open()
    const answer = await post(body)
    expect(answer.statusCode).toBe(422)
    expect((answer.json() as { problems: { message: string }[] }).problems[0]!.message).toMatch(/\p{L}{3}/u)
    expect(memory.kept.size).toBe(0)
  })

  it('says 409 while another import is under way, 413 to more than 16 MB, 415 to another type', async () => {
    await open()
    const { beginImport } = memory.store
    memory.store.beginImport = async () => 'busy'
    expect((await post(rows)).statusCode).toBe(409)
    memory.store.beginImport = beginImport
    expect((await post(`[${' '.repeat(17 * 1024 * 1024)}]`)).statusCode).toBe(413)
    expect((await post(rows, { ...right, 'content-type': 'text/csv' })).statusCode).toBe(415)
    expect(memory.kept.size).toBe(0)
  })

  it('opens to the right key only, and to nobody when there is none', async () => {
    await open({ perMinute: { wrong: 1_000 } })
    const wrong = [
      '',
      'Bearer',
      'Bearer ',
      `Bearer ${apiKey}x`,
      `Bearer ${apiKey.slice(1)}`,
      `bearer ${apiKey}`,
      apiKey,
    ]
    for (const authorization of wrong) {
      const answer = await post(rows, { ...right, authorization })
      expect(answer.statusCode).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Bearer')
    }
    expect(memory.kept.size).toBe(0)
    expect((await app.inject({ method: 'GET', url: '/api/dossiers', headers: right })).statusCode).toBe(404)
    await app.close()
    await open({}, false)
    expect((await post(rows)).statusCode).toBe(404)
  })

  it('makes whoever guesses wait, without shutting out the one who knows', async () => {
    await open()
    const codes: number[] = []
    for (let n = 0; n < 12; n++)
      codes.push((await post(rows, { ...right, authorization: `Bearer ${n}` })).statusCode)
    expect(codes).toEqual([...Array(10).fill(401), 429, 429])
    expect((await post(rows)).statusCode).toBe(200)
    const more = await Promise.all(Array.from({ length: 30 }, () => post(rows)))
    const refused = more.filter(({ statusCode }) => statusCode === 429)
    expect(refused).toHaveLength(1)
    expect(Number(refused[0]!.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('leaves the parsers of other routes alone', async () => {
    await open()
    const answer = await app.inject({ method: 'POST', url: '/neighbour', payload: { a: 1 } })
    expect(answer.json()).toEqual({ a: 1 })
  })

  it('logs counts alone: no key, telephone, code or name', async () => {
    await open()
    await post(rows)
    await post(JSON.stringify([row('CANARY-9999', 'CANARY-status', { 'Họ tên': 'CANARY' })]))
    await post(rows, { ...right, authorization: 'Bearer CANARY' })
    expect(logged).toContain('dossiers: imported')
    for (const secret of ['CANARY', 'canary', numbered(1), '0905', '123 456'])
      expect(logged).not.toContain(secret)
  })
})
