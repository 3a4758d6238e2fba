import { Writable } from 'node:stream'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addOfficer } from '../../src/desk/add-officer.ts'
import { attemptLimits } from '../../src/desk/throttle.ts'
import { createLog } from '../../src/lib/log.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { codeFor, openDesk, password, type TestDesk, texts, Visitor } from './open-desk.ts'

let database: TestDatabase
let desk: TestDesk
let logged = ''
const log = createLog({
  level: 'trace',
  destination: new Writable({
    write(chunk, _encoding, done) {
      logged += String(chunk)
      done()
    },
  }),
})

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.close())
beforeEach(async () => {
  logged = ''
  for (const name of ['officers', 'sessions', 'attempts', 'audit', 'audit_anchors']) {
    await database.connection.collection(name).deleteMany({})
  }
  desk = await openDesk(database, { log })
})
afterEach(() => desk.close())

describe('the first time', () => {
  it('leads from the password handed out over an own one and the second step to where one wanted to go', async () => {
    const parts = { officers: desk.officers, audit: desk.audit.log, clock: desk.clock, by: 'system' }
    const details = { name: 'Lan', roles: ['auditor' as const], mayOpenRestricted: false }
    const added = await addOfficer(parts, 'lan', details)
    if (added.kind !== 'added') throw new Error()
    const visitor = new Visitor(desk)
    const asked = await visitor.get('/desk/audit?action=sign-in')
    expect(asked.headers.location).toBe('/desk/sign-in?next=%2Fdesk%2Faudit%3Faction%3Dsign-in')
    await visitor.get(asked.headers.location!)
    const next = /name="next" value="([^"]+)"/.exec(visitor.page)![1]!
    const entered = await visitor.post('/desk/sign-in', {
      username: 'LAN',
      password: added.oneTimePassword,
      next,
    })
    expect(entered.headers.location).toBe('/desk/new-password')

    expect((await visitor.get('/desk')).headers.location).toBe('/desk/new-password')
    await visitor.get('/desk/new-password')
    const cookie = visitor.cookie
    const weak = await visitor.post('/desk/new-password', { password: 'ngắn', again: 'ngắn' })
    expect(weak.statusCode).toBe(422)
    const same = { password: added.oneTimePassword, again: added.oneTimePassword }
    expect((await visitor.post('/desk/new-password', same)).body).toContain(texts.say('desk.password.same'))
    const changed = await visitor.post('/desk/new-password', { password, again: password })
    expect(changed.headers.location).toBe('/desk/enrol')
    expect(visitor.cookie).not.toBe(cookie)

    const enrol = await visitor.get('/desk/enrol')
    const secret = /id="secret">([^<]+)</.exec(enrol.body)![1]!.replaceAll(' ', '')
    expect((await visitor.post('/desk/enrol', { code: '000000' })).statusCode).toBe(422)
    const done = await visitor.post('/desk/enrol', { code: codeFor(secret, desk.clock) })
    const codes = [...done.body.matchAll(/<li><code>([^<]+)<\/code>/g)].map((match) => match[1]!)
    expect(codes).toHaveLength(8)
    expect(done.body).toContain('href="/desk/audit?action=sign-in"')
    expect((await visitor.get('/desk/enrol')).body).not.toContain(secret)
    expect((await visitor.get('/desk')).statusCode).toBe(200)

    await visitor.get('/desk/account')
    expect((await visitor.post('/desk/sign-out')).headers.location).toBe('/desk/sign-in?out=1')
    expect((await visitor.get('/desk')).statusCode).toBe(303)

    // The next time: a code that was used is worth nothing, a recovery code is worth one sign-in.
    const again = async (code: string) => {
      await visitor.post('/desk/sign-in', { username: 'lan', password })
      await visitor.get('/desk/second-step')
      return (await visitor.post('/desk/second-step', { code })).statusCode
    }
    expect(await again(codeFor(secret, desk.clock))).toBe(422)
    expect(await again(codes[0]!.toUpperCase())).toBe(303)
    visitor.cookie = ''
    expect(await again(codes[0]!)).toBe(422)
    desk.clock.advanceMs(30_000)
    expect(await again(codeFor(secret, desk.clock))).toBe(303)

    const rows = await desk.audit.log.list({}, { limit: 50 })
    const actions = new Set(rows.map(({ action }) => action))
    for (const action of ['officer-added', 'password-changed', 'second-step-enrolled', 'sign-out'] as const) {
      expect(actions).toContain(action)
    }
    expect(actions).toContain('recovery-code-used')

    for (const canary of [password, added.oneTimePassword, secret, ...codes, cookie.split('=')[1]!]) {
      expect(logged).not.toContain(canary)
      expect(JSON.stringify(rows)).not.toContain(canary)
    }
    expect(logged).not.toContain(visitor.formToken)
  })

  it('does not wait longer than a week', async () => {
    const parts = { officers: desk.officers, audit: desk.audit.log, clock: desk.clock, by: 'system' }
    const details = { name: 'Lan', roles: ['auditor' as const], mayOpenRestricted: false }
    const added = await addOfficer(parts, 'lan', details)
    if (added.kind !== 'added') throw new Error()
    desk.clock.advanceMs(7 * 86_400_000)
    const given = { username: 'lan', password: added.oneTimePassword }
    expect((await new Visitor(desk).post('/desk/sign-in', given)).statusCode).toBe(422)
  })
})

describe('a refused sign-in', () => {
  const withoutEcho = (body: string, username: string) => body.replace(`value="${username}"`, '')

  it('reads the same for a wrong password, nobody, and a disabled account', async () => {
    const { id } = await desk.add('khoa', ['handler'])
    await desk.officers.setDisabled(id, desk.clock.now())
    await desk.add('lan', ['handler'])
    const bodies = []
    for (const [username, given] of [
      ['lan', 'sai mật khẩu rồi'],
      ['khong-ai', password],
      ['khoa', password],
    ] as const) {
      const response = await new Visitor(desk).post('/desk/sign-in', { username, password: given })
      expect(response.statusCode).toBe(422)
      expect(response.cookies).toEqual([])
      bodies.push(withoutEcho(response.body, username))
    }
    expect(new Set(bodies).size).toBe(1)
    expect(bodies[0]).toContain(texts.say('desk.sign-in.refused'))
  })

  it('takes as long whether there is such an officer or not', async () => {
    await desk.add('lan', ['handler'])
    const time = async (username: string) => {
      const startedAt = performance.now()
      await new Visitor(desk).post('/desk/sign-in', { username, password: 'sai mật khẩu rồi' })
      return performance.now() - startedAt
    }
    const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!
    const known: number[] = []
    const unknown: number[] = []
    for (let n = 0; n < 9; n++) {
      known.push(await time('lan'))
      unknown.push(await time(`khong-ai-${n}`))
    }
    const ratio = median(known) / median(unknown)
    // Without the decoy the second takes a fifth of the first.
    expect(ratio).toBeGreaterThan(0.5)
    expect(ratio).toBeLessThan(2)
  })

  it('is one too many after so many tries, whether there is such an officer or not', async () => {
    const { attempts } = attemptLimits.username
    const { id } = await desk.add('lan', ['handler'])
    const bodies = []
    for (const username of ['lan', 'khong-ai']) {
      const given = { username, password: 'sai mật khẩu rồi' }
      const all = await Promise.all(
        Array.from({ length: attempts + 3 }, () => new Visitor(desk).post('/desk/sign-in', given)),
      )
      const count = (status: number) => all.filter(({ statusCode }) => statusCode === status).length
      expect([count(422), count(429)]).toEqual([attempts, 3])
      const right = await new Visitor(desk).post('/desk/sign-in', { username, password })
      expect(right.statusCode).toBe(429)
      expect(right.headers['retry-after']).toBe('900')
      bodies.push(withoutEcho(right.body, username))
    }
    expect(bodies[0]).toBe(bodies[1])
    const throttled = await desk.audit.log.list({ actions: ['sign-in-throttled'] }, { limit: 9 })
    expect(throttled.map(({ subject }) => subject)).toEqual(['officer:unknown', `officer:${id}`])
    desk.clock.advanceMs(attemptLimits.username.windowMs)
    expect((await new Visitor(desk).post('/desk/sign-in', { username: 'lan', password })).statusCode).toBe(
      303,
    )
  })

  it('counts by address over all names', async () => {
    const statuses = []
    for (let n = 0; n < attemptLimits.address.attempts + 1; n++) {
      const given = { username: `ai-${n}`, password: 'x' }
      statuses.push((await new Visitor(desk).post('/desk/sign-in', given)).statusCode)
    }
    expect(statuses.filter((status) => status === 422)).toHaveLength(attemptLimits.address.attempts)
    expect(statuses.at(-1)).toBe(429)
  })

  it('counts codes of the second step', async () => {
    const { secret } = await desk.add('lan', ['handler'])
    const visitor = new Visitor(desk)
    await visitor.post('/desk/sign-in', { username: 'lan', password })
    await visitor.get('/desk/second-step')
    for (let n = 0; n < attemptLimits.code.attempts; n++) {
      expect((await visitor.post('/desk/second-step', { code: '000000' })).statusCode).toBe(422)
    }
    const right = await visitor.post('/desk/second-step', { code: codeFor(secret, desk.clock) })
    expect(right.statusCode).toBe(429)
    expect((await visitor.get('/desk')).headers.location).toBe('/desk/second-step')
  })
})

describe('a session', () => {
  it('has a cookie that scripts, other sites and plain http do not get', async () => {
    await desk.add('lan', ['handler'])
    const local = await new Visitor(desk).post('/desk/sign-in', { username: 'lan', password })
    expect(local.cookies).toMatchObject([{ name: 'desk', path: '/', httpOnly: true, sameSite: 'Strict' }])
    const secure = await openDesk(database, { publicUrl: 'https://motcua.example.gov.vn' })
    const headers = { origin: 'https://motcua.example.gov.vn', host: '10.0.0.5:3000' }
    const response = await new Visitor(secure).post('/desk/sign-in', { username: 'lan', password }, headers)
    expect(response.cookies).toMatchObject([
      { name: '__Host-desk', path: '/', secure: true, httpOnly: true, sameSite: 'Strict' },
    ])
    expect(response.cookies[0]).not.toHaveProperty('domain')
    await secure.close()
  })

  it('ends when idle, and says so', async () => {
    const { secret } = await desk.add('lan', ['handler'])
    const visitor = new Visitor(desk)
    await visitor.signIn('lan', secret)
    desk.clock.advanceMs(31 * 60_000)
    const { location } = (await visitor.get('/desk/account')).headers
    expect(location).toBe('/desk/sign-in?next=%2Fdesk%2Faccount')
    expect((await visitor.get(location!)).body).toContain(texts.say('desk.sign-in.expired'))
    const partial = await visitor.get('/desk/audit', { 'hx-request': 'true' })
    expect([partial.statusCode, partial.headers['hx-redirect']]).toEqual([
      401,
      '/desk/sign-in?next=%2Fdesk%2Faudit',
    ])
  })

  it('ends elsewhere when the password is changed, everywhere when it is reset or the account disabled', async () => {
    const { secret } = await desk.add('lan', ['handler'])
    const admin = await desk.add('quan', ['admin'])
    const [here, elsewhere, boss] = [new Visitor(desk), new Visitor(desk), new Visitor(desk)]
    await boss.signIn('quan', admin.secret)
    await here.signIn('lan', secret)
    await elsewhere.signIn('lan', secret)
    const lan = (await desk.officers.findByUsername('lan'))!.officer
    const fresh = 'mot mat khau moi hoan toan'
    const wrong = await here.post('/desk/new-password', { current: 'sai', password: fresh, again: fresh })
    expect(wrong.statusCode).toBe(422)
    await here.post('/desk/new-password', { current: password, password: fresh, again: fresh })
    expect((await here.get('/desk')).statusCode).toBe(200)
    expect((await elsewhere.get('/desk')).statusCode).toBe(303)
    await boss.get(`/desk/officers/${lan.id}`)
    await boss.post(`/desk/officers/${lan.id}/password`)
    const handedOut = /id="one-time-password">([^<]+)</.exec(boss.page)![1]!
    expect((await here.get('/desk')).statusCode).toBe(303)
    expect(
      (await here.post('/desk/sign-in', { username: 'lan', password: handedOut })).headers.location,
    ).toBe('/desk/second-step')
    await boss.get(`/desk/officers/${lan.id}`)
    await boss.post(`/desk/officers/${lan.id}/disable`)
    expect((await here.get('/desk/second-step')).headers.location).toContain('/desk/sign-in')
    expect(logged).not.toContain(handedOut)
  })

  it('loses a right at once when a role is taken away, and nobody takes the last one from himself', async () => {
    const lan = await desk.add('lan', ['auditor', 'handler'])
    const boss = await desk.add('quan', ['admin'])
    const [visitor, admin] = [new Visitor(desk), new Visitor(desk)]
    await visitor.signIn('lan', lan.secret)
    await admin.signIn('quan', boss.secret)
    expect((await visitor.get('/desk/audit')).statusCode).toBe(200)
    await admin.get(`/desk/officers/${lan.id}`)
    const form = { name: 'Lan', roles: 'handler', contactKind: '', contactAddress: '', unit: '' }
    expect((await admin.post(`/desk/officers/${lan.id}`, form)).statusCode).toBe(303)
    expect((await visitor.get('/desk/audit')).statusCode).toBe(403)
    await admin.get(`/desk/officers/${boss.id}`)
    expect((await admin.post(`/desk/officers/${boss.id}`, form)).statusCode).toBe(422)
    await admin.post(`/desk/officers/${boss.id}/disable`)
    expect((await admin.get('/desk')).statusCode).toBe(200)
  })

  it('survives being asked for from another site, which does not see the cookie', async () => {
    const visitor = new Visitor(desk)
    const response = await visitor.get('/desk/account', { 'sec-fetch-site': 'cross-site' })
    expect(response.statusCode).toBe(200)
    expect(response.body).toContain('content="0;url=/desk/account"')
  })
})

describe('a form from elsewhere', () => {
  it('is refused: other origin, no origin, no token, the token of another session', async () => {
    const { secret } = await desk.add('lan', ['handler'])
    const visitor = new Visitor(desk)
    await visitor.signIn('lan', secret)
    const other = new Visitor(desk)
    await other.signIn('lan', secret)
    await visitor.get('/desk/account')
    const absence = { absentUntil: '', deputy: '' }
    const send = async (fields: Record<string, string>, headers: Record<string, string | undefined> = {}) =>
      (await visitor.post('/desk/account/absence', { ...absence, ...fields }, headers)).statusCode
    const formToken = visitor.formToken
    expect(await send({ formToken })).toBe(303)
    expect(await send({ formToken }, { origin: 'https://evil.example' })).toBe(403)
    expect(await send({ formToken }, { origin: 'null' })).toBe(403)
    expect(await send({ formToken }, { origin: undefined })).toBe(403)
    expect(await send({ formToken }, { origin: undefined, 'sec-fetch-site': 'same-origin' })).toBe(303)
    expect(await send({ formToken: '' })).toBe(403)
    expect(await send({ formToken: other.formToken })).toBe(403)
    expect(await send({ formToken: '' }, { 'x-form-token': 'x' })).toBe(403)
    const foreign = { origin: 'https://evil.example' }
    const login = await new Visitor(desk).post('/desk/sign-in', { username: 'lan', password }, foreign)
    expect([login.statusCode, login.cookies]).toEqual([403, []])
  })

  it.each([
    ['operators as keys', 'username[$ne]=x&password[$gt]='],
    ['a list for a text', 'username=lan&username=mai&password=x&password=y'],
    ['nothing', ''],
    ['a broken escape', 'username=%E0%A4%A&password=%'],
    ['prototype keys', '__proto__[x]=1&constructor=2&username=lan'],
  ])('with %s is a form that is not filled in', async (_, body) => {
    await desk.add('lan', ['handler'])
    const response = await new Visitor(desk).post('/desk/sign-in', body)
    expect(response.statusCode).toBe(422)
    expect(response.cookies).toEqual([])
  })

  it('that is not a form at all is refused', async () => {
    const json = { 'content-type': 'application/json' }
    const response = await new Visitor(desk).post(
      '/desk/sign-in',
      '{"username":{"$ne":1},"password":{}}',
      json,
    )
    expect(response.statusCode).toBe(415)
    const large = await new Visitor(desk).post('/desk/sign-in', { username: 'x'.repeat(300_000) })
    expect(large.statusCode).toBe(413)
  })
})

describe('what people wrote', () => {
  const hostile = `"><img src=x onerror=alert(1)><script>alert(2)</script>'&lt;`
  /** In a quoted attribute only a quotation mark could do harm, and it would end the quotation here too. */
  const withoutValues = (body: string) => body.replace(/="[^"]*"/g, '=""')
  const isHarmless = (body: string) => !/<img src=x|<script>alert/.test(withoutValues(body))

  it('is shown as text on every page', async () => {
    const admin = await desk.add('quan', ['admin', 'auditor'], { name: hostile, unit: hostile })
    const target = await desk.add('dich', ['handler'], {
      name: hostile,
      unit: hostile,
      contact: { kind: 'email', address: hostile },
    })
    const visitor = new Visitor(desk)
    await visitor.signIn('quan', admin.secret)
    const query = new URLSearchParams({
      officer: hostile.slice(0, 40),
      action: hostile,
      from: hostile,
      x: hostile,
    })
    const pages = [
      '/desk',
      '/desk/account',
      '/desk/officers',
      `/desk/officers/${target.id}`,
      `/desk/audit?${query}`,
      '/desk/audit',
      `/desk/officers/${encodeURIComponent(hostile)}`,
      `/desk/${encodeURIComponent(hostile)}`,
    ]
    for (const page of pages) {
      const { body, headers } = await visitor.get(page)
      expect(isHarmless(body), page).toBe(true)
      expect(headers['content-security-policy']).toContain("script-src 'self'")
      expect(headers['content-security-policy']).not.toContain('unsafe')
      expect(headers['cache-control']).toBe('no-store')
      expect(withoutValues(body)).not.toMatch(/ on[a-z]+="|style="|<script(?![^>]* src=)|<style/)
    }
    expect((await visitor.get('/desk/officers')).body).toContain('&lt;img src=x')
    await visitor.get('/desk/officers/new')
    const form = {
      name: hostile.repeat(5),
      username: hostile,
      unit: hostile,
      roles: hostile,
      contactKind: hostile,
      contactAddress: hostile,
    }
    const refused = await visitor.post('/desk/officers', form)
    expect(refused.statusCode).toBe(422)
    expect(isHarmless(refused.body)).toBe(true)
    const login = await new Visitor(desk).post('/desk/sign-in', {
      username: hostile,
      password: 'x',
      next: hostile,
    })
    expect(isHarmless(login.body)).toBe(true)
  })
})

describe('scripts and styles', () => {
  it('come from here, with an ETag, and htmx is the published file', async () => {
    const visitor = new Visitor(desk)
    await visitor.get('/desk/sign-in')
    const urls = [...visitor.page.matchAll(/(?:src|href)="(\/desk\/assets\/[^"]+)"/g)].map(
      (match) => match[1]!,
    )
    expect(new Set(urls).size).toBe(4)
    for (const url of new Set(urls)) {
      const first = await visitor.get(url)
      expect(first.statusCode).toBe(200)
      expect(first.headers['cache-control']).toContain('immutable')
      const etag = String(first.headers.etag)
      expect((await visitor.get(url.split('?')[0]!, { 'if-none-match': etag })).statusCode).toBe(304)
    }
    expect((await visitor.get('/desk/assets/htmx.js')).body).toContain('htmx')
    expect((await visitor.get('/desk/assets/..%2Fdesk.tsx')).statusCode).toBe(404)
  })
})
