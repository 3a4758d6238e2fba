import type mongoose from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addOfficer } from '../../src/desk/add-officer.ts'
import { verifyChain } from '../../src/desk/audit/verify-chain.ts'
import { ensureFirstOfficer } from '../../src/desk/ensure-first-officer.ts'
import { createSecretBox } from '../../src/desk/secret-box.ts'
import { createSessions } from '../../src/desk/session.ts'
import { attemptLimits, createThrottle } from '../../src/desk/throttle.ts'
import { FakeClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { createAttemptStore } from '../../src/storage/attempt-store.ts'
import { createAuditStore } from '../../src/storage/audit-store.ts'
import { connectDatabase, ensureIndexes } from '../../src/storage/connect.ts'
import { createOfficerStore } from '../../src/storage/officer-store.ts'
import { createSessionStore } from '../../src/storage/session-store.ts'
import { texts } from '../desk/open-desk.ts'
import { itWithPlans, openTestDatabase, type TestDatabase } from '../support/database.ts'
import { keyRingNamed } from '../support/key-ring.ts'

/** Everything as two instances of the service have it: each its own connection and stores. */
let database: TestDatabase
let instances: ReturnType<typeof openInstance>[]
const clock = new FakeClock('2026-11-23T02:00:00Z')
const log = createLog({ level: 'silent' })
const key = keyRingNamed('một khóa thử').deriveKey('audit anchors')
let other: mongoose.Connection

function openInstance(connection: mongoose.Connection) {
  return {
    officers: createOfficerStore(connection),
    sessions: createSessionStore(connection),
    throttle: createThrottle({ store: createAttemptStore(connection), clock }),
    audit: createAuditStore(connection, { clock, log, key }),
  }
}

beforeAll(async () => {
  database = await openTestDatabase()
  other = await connectDatabase(database.uri)
  instances = [openInstance(database.connection), openInstance(other)]
  await ensureIndexes(database.connection)
})
afterAll(async () => {
  await other?.close()
  await database?.close()
})
beforeEach(async () => {
  for (const name of ['officers', 'sessions', 'attempts', 'audit', 'audit_anchors']) {
    await database.connection.collection(name).deleteMany({})
  }
})

describe('officers', () => {
  const details = { name: 'Trần Văn Đức', roles: ['handler' as const], mayOpenRestricted: false }
  const add = async (username: string, name = details.name) => {
    const [{ officers, audit }] = instances as [(typeof instances)[0]]
    const parts = { officers, audit: audit.log, clock, by: 'system' }
    const added = await addOfficer(parts, username, { ...details, name })
    if (added.kind !== 'added') throw new Error(added.kind)
    return added.id
  }

  it('are found by name and id, without their secrets', async () => {
    const { officers } = instances[0]!
    const id = await add('duc')
    const officer = await officers.find(id)
    expect(officer).toMatchObject({ id, username: 'duc', mustChangePassword: true, hasSecondStep: false })
    await officers.setSecondStep(id, {
      secret: createSecretBox(undefined, 'thử').seal('JBSWY3DP'),
      lastTimeStep: 5,
      recoveryHashes: ['băm'],
    })
    for (const seen of [await officers.find(id), ...(await officers.list())]) {
      expect(seen?.hasSecondStep).toBe(true)
      expect(JSON.stringify(seen)).not.toMatch(/argon2|JBSWY3DP|băm/)
    }
    expect((await officers.findByUsername('duc'))?.credentials.secondStep?.lastTimeStep).toBe(5)
    expect(await officers.findByUsername('ai')).toBeUndefined()
  })

  it('are listed in Vietnamese order', async () => {
    await add('b', 'Đặng Bình')
    await add('c', 'Ánh Dương')
    await add('d', 'Dương Chi')
    await add('e', 'Ân Điền')
    expect((await instances[0]!.officers.list()).map(({ name }) => name)).toEqual([
      'Ánh Dương',
      'Ân Điền',
      'Dương Chi',
      'Đặng Bình',
    ])
  })

  it('lose what a change leaves out', async () => {
    const { officers } = instances[0]!
    const id = await add('duc')
    const contact = { kind: 'email', address: 'duc@example.gov.vn' } as const
    await officers.change(id, { ...details, unit: 'Phòng Việc làm', contact, absentUntil: '2026-12-01' })
    expect(await officers.find(id)).toMatchObject({ unit: 'Phòng Việc làm', contact })
    const changed = await officers.change(id, { ...details, roles: ['leader'] })
    expect(changed).toMatchObject({ roles: ['leader'] })
    for (const field of ['unit', 'contact', 'absentUntil']) expect(changed).not.toHaveProperty(field)
    expect(await officers.change('ai', details)).toBeUndefined()
  })

  it('use a time step and a recovery code once, whichever instance is asked', async () => {
    const id = await add('duc')
    const secret = createSecretBox(undefined, 'thử').seal('JBSWY3DP')
    await instances[0]!.officers.setSecondStep(id, { secret, lastTimeStep: 7, recoveryHashes: ['a', 'b'] })
    const race = async (use: (instance: (typeof instances)[0]) => Promise<boolean>) => {
      const won = await Promise.all(Array.from({ length: 10 }, (_, n) => use(instances[n % 2]!)))
      return won.filter(Boolean).length
    }
    expect(await race(({ officers }) => officers.useTimeStep(id, 8))).toBe(1)
    expect(await race(({ officers }) => officers.useTimeStep(id, 8))).toBe(0)
    expect(await race(({ officers }) => officers.useTimeStep(id, 6))).toBe(0)
    expect(await race(({ officers }) => officers.useRecoveryHash(id, 'a'))).toBe(1)
    expect(await race(({ officers }) => officers.useRecoveryHash(id, 'c'))).toBe(0)
    const { secondStep } = (await instances[0]!.officers.findCredentials(id))!
    expect(secondStep).toMatchObject({ lastTimeStep: 8, recoveryHashes: ['b'] })
  })

  it('begin with one administrator, made by one of the instances that start together', async () => {
    const start = () =>
      Promise.all(
        instances.map(({ officers, audit }) =>
          ensureFirstOfficer({ officers, audit: audit.log, clock, texts }),
        ),
      )
    const made = (await start()).filter((first) => first !== undefined)
    expect(made).toHaveLength(1)
    expect(made[0]).toMatchObject({ username: 'quantri' })
    expect(await instances[0]!.officers.list()).toMatchObject([
      { roles: ['admin'], mustChangePassword: true },
    ])
    expect((await start()).filter((first) => first !== undefined)).toEqual([])
  })
})

describe('sessions', () => {
  it('are kept under the hash of their token, changed and ended', async () => {
    const { sessions: store } = instances[0]!
    const sessions = createSessions({ store, clock })
    const elsewhere = createSessions({ store: instances[1]!.sessions, clock })
    const { token } = await sessions.start({
      officerId: 'a',
      network: '203.113.4.0/24',
      returnTo: '/desk/audit',
    })
    const here = await sessions.start({ officerId: 'a', network: '203.113.4.0/24' })
    await sessions.start({ officerId: 'b', network: '203.113.4.0/24' })
    const found = (await elsewhere.find(token))!
    expect(found).toMatchObject({ officerId: 'a', returnTo: '/desk/audit' })
    await sessions.change(found, { returnTo: undefined, notice: 'Đã lưu.' })
    const changed = (await elsewhere.find(token))!
    expect(changed.notice).toBe('Đã lưu.')
    expect(changed).not.toHaveProperty('returnTo')
    const stored = JSON.stringify(await database.connection.collection('sessions').find().toArray())
    expect(stored).not.toContain(token)
    await elsewhere.endAllOf('a', here.session)
    expect(await sessions.find(token)).toBeUndefined()
    expect(await sessions.listOf('a')).toHaveLength(1)
    expect(await sessions.listOf('b')).toHaveLength(1)
  })
})

describe('tries to sign in', () => {
  const limit = attemptLimits.username.attempts

  it('are counted exactly by two instances at once', async () => {
    const tries = await Promise.all(
      Array.from({ length: 60 }, (_, n) => instances[n % 2]!.throttle.attempt('username', 'lan')),
    )
    expect(tries.filter(({ kind }) => kind === 'allowed')).toHaveLength(limit)
    expect(tries.filter((attempt) => attempt.kind === 'refused' && attempt.isFirst)).toHaveLength(1)
    expect(await instances[1]!.throttle.attempt('username', 'mai')).toEqual({ kind: 'allowed' })
  })

  it('row 81: of 200 at once, over two instances, exactly the 50 of the limit are let through', async () => {
    expect(attemptLimits.address.attempts).toBe(50)
    const tries = await Promise.all(
      Array.from({ length: 200 }, (_, n) => instances[n % 2]!.throttle.attempt('address', '203.113.4.0/24')),
    )
    expect(tries.filter(({ kind }) => kind === 'allowed')).toHaveLength(50)
  })

  it('count anew after the window, exactly then too', async () => {
    const all = () =>
      Promise.all(Array.from({ length: 40 }, (_, n) => instances[n % 2]!.throttle.attempt('username', 'lan')))
    await all()
    clock.advanceMs(attemptLimits.username.windowMs - 1)
    expect(await instances[0]!.throttle.attempt('username', 'lan')).toMatchObject({
      kind: 'refused',
      minutes: 1,
    })
    clock.advanceMs(1)
    expect((await all()).filter(({ kind }) => kind === 'allowed')).toHaveLength(limit)
  })

  it('that were good do not count, and a name is not stored as typed', async () => {
    const { throttle } = instances[0]!
    for (let n = 0; n < 3 * limit; n++) {
      expect((await throttle.attempt('username', 'lan')).kind).toBe('allowed')
      await throttle.takeBack('username', 'lan')
    }
    for (let n = 0; n < limit; n++) await throttle.attempt('username', 'mật khẩu gõ nhầm chỗ')
    await throttle.forget('username', 'mật khẩu gõ nhầm chỗ')
    expect((await throttle.attempt('username', 'mật khẩu gõ nhầm chỗ')).kind).toBe('allowed')
    const stored = JSON.stringify(await database.connection.collection('attempts').find().toArray())
    expect(stored).not.toContain('gõ nhầm')
  })
})

describe('the audit', () => {
  const append = (n: number, subject = `officer:${n}`) =>
    instances[n % 2]!.audit.log.append({
      officer: `o${n % 3}`,
      action: n % 2 === 0 ? 'sign-in' : 'sign-out',
      subject,
      detail: { n, big: 2 ** 40 + n, ratio: n / 7, network: '203.113.4.0/24', roles: ['admin'] },
    })

  it('is one whole chain when two instances append at once', async () => {
    await Promise.all(Array.from({ length: 80 }, (_, n) => append(n)))
    const report = await verifyChain(instances[0]!.audit.archive, { key })
    expect(report).toMatchObject({ rows: 80, faults: [], rowsAfterHead: 0, isSigned: true })
  })

  it.each([
    [
      'edited',
      (rows: mongoose.mongo.Collection<{ _id: number }>) =>
        rows.updateOne({ _id: 3 }, { $set: { 'detail.n': 9 } }),
      3,
    ],
    [
      'edited',
      (rows: mongoose.mongo.Collection<{ _id: number }>) =>
        rows.updateOne({ _id: 4 }, { $set: { note: 'x' } }),
      4,
    ],
    ['dropped', (rows: mongoose.mongo.Collection<{ _id: number }>) => rows.deleteOne({ _id: 1 }), 1],
    ['dropped', (rows: mongoose.mongo.Collection<{ _id: number }>) => rows.deleteOne({ _id: 3 }), 3],
    [
      'truncated',
      (rows: mongoose.mongo.Collection<{ _id: number }>) => rows.deleteMany({ _id: { $gte: 5 } }),
      5,
    ],
  ] as const)('tells of a row that was %s in the database', async (kind, tamper, sequence) => {
    for (let n = 0; n < 6; n++) await append(n)
    await tamper(
      database.connection.collection('audit') as unknown as mongoose.mongo.Collection<{ _id: number }>,
    )
    const { faults } = await verifyChain(instances[1]!.audit.archive, { key })
    expect(faults).toContainEqual(expect.objectContaining({ kind, sequence }))
  })

  it('keeps anchors for good, which find an end cut off together with the head', async () => {
    for (let n = 0; n < 4; n++) await append(n)
    await instances[0]!.audit.log.anchor()
    await instances[1]!.audit.log.anchor()
    const anchors = database.connection.collection<{ _id: string }>('audit_anchors')
    expect(await anchors.countDocuments({})).toBe(2)
    await database.connection.collection<{ _id: number }>('audit').deleteOne({ _id: 4 })
    await anchors.deleteOne({ _id: 'head' })
    const { faults } = await verifyChain(instances[0]!.audit.archive, { key })
    expect(faults).toContainEqual({ kind: 'truncated', sequence: 4, last: 4 })
  })

  it('is read from the newest on, page by page, filtered', async () => {
    for (let n = 0; n < 9; n++) {
      await append(n)
      clock.advanceMs(60_000)
    }
    const { log: rows } = instances[0]!.audit
    const sequences = async (...given: Parameters<typeof rows.list>) =>
      (await rows.list(...given)).map(({ sequence }) => sequence)
    expect(await sequences({}, { limit: 3 })).toEqual([9, 8, 7])
    expect(await sequences({}, { limit: 3, before: 7 })).toEqual([6, 5, 4])
    expect(await sequences({ officer: 'o1' }, { limit: 9 })).toEqual([8, 5, 2])
    expect(await sequences({ actions: ['sign-out'] }, { limit: 9 })).toEqual([8, 6, 4, 2])
    expect(await sequences({ subject: 'officer:3' }, { limit: 9 })).toEqual([4])
    const [first] = await rows.list({}, { limit: 1, before: 4 })
    expect(await sequences({ from: first!.at, to: clock.now() }, { limit: 2 })).toEqual([9, 8])
  })

  it('refuses a detail that the database would give back changed', async () => {
    const { log: rows } = instances[0]!.audit
    const event = { officer: 'a', action: 'sign-in', subject: 'officer:a' } as const
    await expect(rows.append({ ...event, detail: { $where: 'x' } })).rejects.toThrow(TypeError)
    await expect(rows.append({ ...event, detail: { n: Number.NaN } })).rejects.toThrow(TypeError)
    expect(await rows.append(event)).toMatchObject({ sequence: 1 })
  })

  itWithPlans('reads and appends with indexes', async () => {
    for (let n = 0; n < 30; n++) await append(n)
    const rows = database.connection.collection('audit')
    for (const filter of [
      { officer: 'o1' },
      { subject: 'officer:3' },
      { action: { $in: ['sign-in'] } },
      {},
    ]) {
      const plan = JSON.stringify(await rows.find(filter).sort({ _id: -1 }).limit(5).explain())
      expect(plan, JSON.stringify(filter)).not.toContain('COLLSCAN')
    }
  })
})
