import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { networkOf } from '../../src/desk/network.ts'
import { checkOfficerForm } from '../../src/desk/officer-form.ts'
import { hashPassword, newOneTimePassword, passwordFault, verifyPassword } from '../../src/desk/password.ts'
import { ownPath } from '../../src/desk/routes/sign-in-routes.tsx'
import {
  hashRecoveryCode,
  newRecoveryCodes,
  newSecondStepSecret,
  timeStepOf,
} from '../../src/desk/second-step.ts'
import { createSecretBox } from '../../src/desk/secret-box.ts'
import { createSessions, type Session, type SessionStore } from '../../src/desk/session.ts'
import { FakeClock } from '../../src/lib/clock.ts'
import { keyRingNamed } from '../support/key-ring.ts'
import { codeFor, texts } from './open-desk.ts'

describe('passwords', () => {
  it.each([
    ['ngắn', 'too-short'],
    ['a'.repeat(129), 'too-long'],
    ['xin chào lan.nguyen nhé', 'holds-username'],
    ['123456789012', 'too-simple'],
    ['ababababababab', 'too-simple'],
    ['matkhau123456', 'too-simple'],
    ['ba con mèo trên mái nhà', undefined],
    ['Tr0ng-đầm gì đẹp', undefined],
  ])('%s: %s', (password, fault) => {
    expect(passwordFault(password, 'lan.nguyen')).toBe(fault)
  })

  it('are the same however the keyboard composes the letters, and hashed with argon2id', async () => {
    const hash = await hashPassword('mái nhà đỏ rực rỡ'.normalize('NFD'))
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await verifyPassword(hash, 'mái nhà đỏ rực rỡ'.normalize('NFC'))).toBe(true)
    expect(await verifyPassword(hash, 'mai nha do ruc ro')).toBe(false)
  })

  it('are handed out with no two alike, and good enough', () => {
    const made = Array.from({ length: 500 }, newOneTimePassword)
    expect(new Set(made).size).toBe(500)
    for (const one of made) expect(passwordFault(one, 'quantri')).toBeUndefined()
  })
})

describe('the second step', () => {
  const secret = newSecondStepSecret()

  it('takes the code of now and of the half minute beside it, and knows which', () => {
    const clock = new FakeClock('2026-11-23T02:00:10Z')
    const code = codeFor(secret, clock)
    const step = timeStepOf(code, secret, clock.now())
    expect(step).toBe(Math.floor(clock.now().getTime() / 30_000))
    clock.advanceMs(30_000)
    expect(timeStepOf(code, secret, clock.now())).toBe(step)
    clock.advanceMs(30_000)
    expect(timeStepOf(code, secret, clock.now())).toBeUndefined()
  })

  it.each(['', '12345', '1234567', 'abcdef', '000000 OR 1=1'])('refuses %j', (code) => {
    expect(timeStepOf(code, secret, new Date(0))).toBeUndefined()
  })

  it('hashes recovery codes as people type them', () => {
    const { codes, hashes } = newRecoveryCodes()
    expect(new Set(codes).size).toBe(8)
    expect(codes.map((code) => hashRecoveryCode(` ${code.toUpperCase().replaceAll('-', ' ')} `))).toEqual(
      hashes,
    )
  })
})

describe('sealed secrets', () => {
  const box = createSecretBox(keyRingNamed('một khóa'), 'thử')
  it('open under their key and purpose only', () => {
    const sealed = box.seal('JBSWY3DPEHPK3PXP')
    expect(sealed).not.toContain('JBSWY3DP')
    expect(box.open(sealed)).toBe('JBSWY3DPEHPK3PXP')
    expect(() => createSecretBox(keyRingNamed('khóa khác'), 'thử').open(sealed)).toThrow()
    expect(() => createSecretBox(keyRingNamed('một khóa'), 'việc khác').open(sealed)).toThrow()
    expect(() => createSecretBox(undefined, 'thử').open(sealed)).toThrow()
  })
  it('notice any byte that was changed', () => {
    const bytes = Buffer.from(box.seal('bí mật').slice(3), 'base64url')
    for (let n = 0; n < bytes.length; n++) {
      const touched = Buffer.from(bytes)
      touched[n]! ^= 1
      expect(() => box.open(`v1.${touched.toString('base64url')}` as ReturnType<typeof box.seal>)).toThrow()
    }
  })
  it('made before there was a key still open', () => {
    expect(box.open(createSecretBox(undefined, 'thử').seal('cũ'))).toBe('cũ')
  })
})

describe('sessions', () => {
  const open = () => {
    const kept = new Map<string, Session>()
    const store: SessionStore = {
      insert: async (session) => void kept.set(session.id, session),
      find: async (id) => kept.get(id),
      change: async (id, change) => void kept.set(id, { ...kept.get(id)!, ...change } as Session),
      remove: async (id) => void kept.delete(id),
      removeOfOfficer: async () => {},
      ofOfficer: async () => [...kept.values()],
    }
    const clock = new FakeClock('2026-11-23T01:00:00Z')
    return { kept, clock, sessions: createSessions({ store, clock }) }
  }
  const minute = 60_000

  it('end after half an hour without a request', async () => {
    const { clock, sessions } = open()
    const { token } = await sessions.start({ officerId: 'a', network: 'n' })
    for (let n = 0; n < 4; n++) {
      clock.advanceMs(29 * minute)
      expect(await sessions.find(token)).toBeDefined()
    }
    clock.advanceMs(30 * minute)
    expect(await sessions.find(token)).toBeUndefined()
  })

  it('end after ten hours, however busy', async () => {
    const { clock, sessions } = open()
    const { token } = await sessions.start({ officerId: 'a', network: 'n' })
    for (let n = 0; n < 59; n++) {
      clock.advanceMs(10 * minute)
      expect(await sessions.find(token)).toBeDefined()
    }
    clock.advanceMs(10 * minute)
    expect(await sessions.find(token)).toBeUndefined()
  })

  it('get a new id and form token when they gain rights, but no more time', async () => {
    const { kept, clock, sessions } = open()
    const first = await sessions.start({ officerId: 'a', network: 'n' })
    clock.advanceMs(minute)
    const second = await sessions.renew(first.session, { secondStepAt: clock.now() })
    expect(await sessions.find(first.token)).toBeUndefined()
    expect(second.session.formToken).not.toBe(first.session.formToken)
    expect(second.session.createdAt).toEqual(first.session.createdAt)
    expect(Buffer.from(second.token, 'base64url')).toHaveLength(32)
    expect(JSON.stringify([...kept])).not.toContain(second.token)
  })
})

test.each([
  ['/desk', '/desk'],
  ['/desk/audit?officer=x', '/desk/audit?officer=x'],
  ['/desk/../x', undefined],
  ['/deskx', undefined],
  ['//evil.example/desk', undefined],
  ['https://evil.example/desk', undefined],
  ['/desk/\\..\\..//evil.example', undefined],
  ['/desk/sign-in', undefined],
  ['javascript:alert(1)', undefined],
  [undefined, undefined],
])('after signing in, %s leads to %s', (given, path) => {
  expect(ownPath(given)).toBe(path)
})

test('no address leads away from the desk', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.webUrl(),
        fc.string(),
        fc.string().map((text) => `/desk${text}`),
      ),
      (given) => {
        const path = ownPath(given)
        if (path === undefined) return
        expect(new URL(path, 'http://localhost:3000').origin).toBe('http://localhost:3000')
        expect(path).toMatch(/^\/desk(?:[/?]|$)/)
      },
    ),
    { numRuns: 1_000 },
  )
})

test.each([
  ['203.113.4.9', '203.113.4.0/24'],
  ['::ffff:203.113.4.9', '203.113.4.0/24'],
  ['2405:4800:1:2:aaaa::1', '2405:4800:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['x', 'unknown'],
])('%s is of network %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

describe('the form about an officer', () => {
  const form = {
    username: ' Lan.Nguyen ',
    name: '  Nguyễn   Thị Lan ',
    unit: '',
    roles: ['handler', 'intake'],
    restricted: [],
    contactKind: '',
    contactAddress: '',
  }
  it('is tidied', () => {
    expect(checkOfficerForm(form, texts, { isNew: true })).toEqual({
      kind: 'right',
      username: 'lan.nguyen',
      details: { name: 'Nguyễn Thị Lan', roles: ['intake', 'handler'], mayOpenRestricted: false },
    })
  })
  it.each([
    ['name', { name: ' ' }],
    ['username', { username: 'á' }],
    ['username', { username: 'có dấu' }],
    ['roles', { roles: [] }],
    ['roles', { roles: ['admin', 'root'] }],
    ['contactAddress', { contactKind: 'email', contactAddress: 'không phải' }],
    ['contactAddress', { contactKind: 'telegram', contactAddress: '@ten' }],
    ['contactAddress', { contactKind: '', contactAddress: 'a@b.vn' }],
    ['unit', { unit: 'x'.repeat(121) }],
  ])('says what is wrong with %s', (field, change) => {
    const checked = checkOfficerForm({ ...form, ...change }, texts, { isNew: true })
    expect(checked.kind === 'wrong' && Object.keys(checked.errors)).toEqual([field])
  })
})
