import fc from 'fast-check'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { deskAccess } from '../../src/desk/access.ts'
import { type Role, roles } from '../../src/desk/officer.ts'
import { deskActions, mayAct } from '../../src/desk/reports/may-act.ts'
import { isInScope, reportScope } from '../../src/reports/case/access.ts'
import { keepEvidence } from '../../src/reports/evidence/keep-evidence.ts'
import { type Report, reportQueues, reportStates } from '../../src/reports/report.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { hex, madeReport } from '../support/made-report.ts'
import { openDesk, type TestDesk, Visitor } from './open-desk.ts'

let database: TestDatabase
let desk: TestDesk

const unit = 'Phòng Bảo trợ xã hội'
const unitKey = 'phòng bảo trợ xã hội'
const missing = 'PA-261123-2345-6'

/** Everybody who may enter the pages of reports, with every combination of rights that matters. */
const kinds: Record<string, { roles: Role[]; mayOpenRestricted?: boolean; unit?: string }> = {
  intake: { roles: ['intake'] },
  'intake-restricted': { roles: ['intake'], mayOpenRestricted: true },
  handler: { roles: ['handler'] },
  'handler-restricted': { roles: ['handler'], mayOpenRestricted: true, unit },
  leader: { roles: ['leader'] },
  'leader-restricted': { roles: ['leader'], mayOpenRestricted: true },
  everything: { roles: ['intake', 'handler', 'leader'], mayOpenRestricted: true, unit },
}
const officers = new Map<string, { id: string; visitor: Visitor }>()

beforeAll(async () => {
  database = await openTestDatabase()
  desk = await openDesk(database)
  const add = async (name: string, given: (typeof kinds)[string]) => {
    const { id, secret } = await desk.add(name, given.roles, {
      mayOpenRestricted: given.mayOpenRestricted ?? false,
      ...(given.unit === undefined ? {} : { unit: given.unit }),
    })
    const visitor = new Visitor(desk)
    await visitor.signIn(name, secret)
    officers.set(name, { id, visitor })
  }
  for (const [name, given] of Object.entries(kinds)) await add(name, given)
  await add('admin', { roles: ['admin'], mayOpenRestricted: true })
  await add('auditor', { roles: ['auditor'], mayOpenRestricted: true })
}, 60_000)
afterAll(async () => {
  await desk?.close()
  await database?.close()
})

const viewer = (name: string) => ({
  officerId: officers.get(name)!.id,
  roles: kinds[name]!.roles as string[],
  mayOpenRestricted: kinds[name]!.mayOpenRestricted ?? false,
  ...(kinds[name]!.unit === undefined ? {} : { unit: kinds[name]!.unit }),
})

async function filed(given: Partial<Report> = {}): Promise<Report> {
  const ref = hex(16)
  const evidence = await keepEvidence(
    ref,
    { type: 'jpeg', bytes: Buffer.from('hình'), sha256: hex(32), metadata: 'removed' },
    desk.reports.evidenceRoom,
  )
  const identityRef = hex(16)
  await desk.reports.identities.put(identityRef, {
    name: 'Bí Mật Thị Canary',
    conversation: { channel: 'web', conversationId: 'c' },
  })
  const report = madeReport({
    ref,
    receivedAt: desk.clock.now(),
    identityMode: 'named',
    identityRef,
    evidenceNames: [evidence.name],
    content: { story: 'Chuyện canary-7741', evidence: [evidence] },
    ...given,
  })
  await desk.reports.store.insert(report)
  return report
}

const caseRoutes = Object.keys(deskAccess).filter((key) => key.includes(':caseNumber'))

function ask(
  visitor: Visitor,
  key: string,
  caseNumber: string,
  evidence: string,
): Promise<LightMyRequestResponse> {
  const [method, path] = key.split(' ') as ['GET' | 'POST', string]
  const url = path.replace(':caseNumber', caseNumber).replace(':name', evidence)
  const fields = { revision: '1', noteText: 'x', tellText: 'x', identityReason: 'x', reply: 'tell' }
  return method === 'GET' ? visitor.get(url) : visitor.post(url, fields)
}

/** The same route may be closed to a role altogether; of those that are open, a hidden report is a missing one. */
async function expectHidden(name: string, report: Report): Promise<void> {
  const { visitor, id } = officers.get(name)!
  const evidence = report.content.evidence[0]!.name
  for (const key of caseRoutes) {
    await visitor.get('/desk/account')
    const hidden = await ask(visitor, key, report.caseNumber, evidence)
    await visitor.get('/desk/account')
    const absent = await ask(visitor, key, missing, evidence)
    const access = deskAccess[key as keyof typeof deskAccess] as readonly Role[]
    const isOpen = kinds[name]!.roles.some((role) => access.includes(role))
    expect(hidden.statusCode, `${name} ${key}`).toBe(isOpen ? 404 : 403)
    expect(hidden.body).toBe(absent.body)
    const heads = ({ headers }: LightMyRequestResponse) =>
      Object.entries(headers).filter(([head]) => head !== 'date')
    expect(heads(hidden)).toEqual(heads(absent))
    if (isOpen) {
      const rows = await desk.audit.log.list(
        { subject: `report:${report.caseNumber}`, officer: id },
        { limit: 1 },
      )
      expect(rows[0]).toMatchObject({ action: 'access-refused' })
    }
  }
  for (const tab of ['mine', 'unit', 'all']) {
    for (const filter of ['', '&state=any', `&state=any&number=${report.caseNumber}`, '&only=unread']) {
      const list = await visitor.get(`/desk/reports?tab=${tab}${filter}`)
      // What was typed into the search is shown again; the report is not.
      expect(list.body, `${name} ${tab}${filter}`).not.toContain(`>${report.caseNumber}<`)
    }
  }
}

describe('a report that an officer may not see is like one that is not there (features 44, 70)', () => {
  test.each(Object.keys(kinds))(
    'about the officer: %s',
    async (name) => {
      const { id } = officers.get(name)!
      await expectHidden(name, await filed({ assignee: id, concerns: { officers: [id], units: [] } }))
    },
    60_000,
  )

  test.each(['handler-restricted', 'everything'])(
    'about the unit of %s',
    async (name) => {
      const { id } = officers.get(name)!
      await expectHidden(name, await filed({ assignee: id, concerns: { officers: [], units: [unitKey] } }))
    },
    60_000,
  )

  test.each(['intake', 'handler', 'leader'])(
    'of the restricted queue: %s',
    async (name) => {
      await expectHidden(name, await filed({ queue: 'restricted', assignee: officers.get(name)!.id }))
    },
    60_000,
  )

  test.each(['intake', 'handler', 'leader', 'leader-restricted', 'everything'])(
    'about leaders: %s',
    async (name) => {
      await expectHidden(name, await filed({ queue: 'outside', assignee: officers.get(name)!.id }))
    },
    60_000,
  )

  test.each(['handler', 'handler-restricted'])(
    'of somebody else: %s',
    async (name) => {
      await expectHidden(name, await filed({ assignee: officers.get('everything')!.id, unit: 'phòng khác' }))
    },
    60_000,
  )

  it('holds for any report and any officer: the page, the list and the counts show what the scope lets', async () => {
    const ids = () => [...officers.values()].map(({ id }) => id)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(kinds)),
        fc.constantFrom(...reportQueues),
        fc.constantFrom(...reportStates),
        fc.option(fc.nat(8), { nil: undefined }),
        fc.array(fc.nat(8), { maxLength: 3 }),
        fc.boolean(),
        fc.boolean(),
        async (name, queue, state, assignee, concerned, isUnitConcerned, isInUnit) => {
          const report = await filed({
            queue,
            state,
            ...(assignee === undefined ? {} : { assignee: ids()[assignee]! }),
            ...(isInUnit ? { unit: unitKey } : {}),
            concerns: { officers: concerned.map((n) => ids()[n]!), units: isUnitConcerned ? [unitKey] : [] },
          })
          const isVisible = isInScope(report, reportScope(viewer(name))!)
          const { visitor } = officers.get(name)!
          const page = await visitor.get(`/desk/reports/${report.caseNumber}`)
          expect(page.statusCode).toBe(isVisible ? 200 : 404)
          expect(page.body.includes('canary-7741')).toBe(isVisible)
          const list = await visitor.get(`/desk/reports?tab=all&state=any&number=${report.caseNumber}`)
          expect(list.body.includes(`>${report.caseNumber}<`)).toBe(isVisible)
          expect(list.body).not.toContain('canary-7741')
        },
      ),
      { numRuns: 60 },
    )
  }, 120_000)
})

describe('administrators and auditors', () => {
  test.each(['admin', 'auditor'])('%s is refused on every page of reports', async (name) => {
    const report = await filed({ assignee: officers.get(name)!.id })
    const { visitor } = officers.get(name)!
    for (const key of [...caseRoutes, 'GET /desk/reports']) {
      await visitor.get('/desk/account')
      const response = await ask(visitor, key, report.caseNumber, report.content.evidence[0]!.name)
      expect(response.statusCode, key).toBe(403)
      expect(response.body).not.toContain(report.caseNumber)
    }
    const home = await visitor.get('/desk')
    expect(home.body).not.toContain('/desk/reports')
  })
})

describe('the first page', () => {
  it('counts nothing that the officer must not see', async () => {
    const { id, visitor } = officers.get('intake')!
    const countOf = async (label: string) => {
      const { body } = await visitor.get('/desk')
      return Number(new RegExp(`>([\\d.]+)</span><span>${label}<`).exec(body)![1])
    }
    const before = [
      await countOf('Có tin mới'),
      await countOf('Chưa giao'),
      await countOf('Được giao cho tôi, đang mở'),
    ]
    await filed({ concerns: { officers: [id], units: [] } })
    await filed({ assignee: id, concerns: { officers: [id], units: [] } })
    await filed({ queue: 'restricted' })
    await filed({ queue: 'outside' })
    expect([
      await countOf('Có tin mới'),
      await countOf('Chưa giao'),
      await countOf('Được giao cho tôi, đang mở'),
    ]).toEqual(before)
    await filed()
    expect(await countOf('Chưa giao')).toBe(before[1]! + 1)
  })

  it('tells an administrator how many reports nobody can work on, never which (feature 73)', async () => {
    const { visitor } = officers.get('admin')!
    // Counted once a minute.
    const count = async () => {
      desk.clock.advanceMs(60_000)
      return Number(/Có (\d+) phản ánh đang mở mà/.exec((await visitor.get('/desk')).body)?.[1] ?? 0)
    }
    const before = await count()
    const everybody = [...officers.values()].map(({ id }) => id)
    const report = await filed({ concerns: { officers: everybody, units: [] } })
    expect(await count()).toBe(before + 1)
    expect((await visitor.get('/desk')).body).not.toContain(report.caseNumber)
    await filed()
    expect(await count()).toBe(before + 1)
  })
})

it('lets no role in by the table whom the action would refuse, and the other way round', () => {
  for (const action of deskActions) {
    const access: readonly Role[] = deskAccess[`POST /desk/reports/:caseNumber/${action}`]
    for (const role of roles) {
      const could = reportStates.some((state) =>
        mayAct(
          { officerId: 'me', roles: [role], mayOpenRestricted: true },
          { state, assignee: 'me' },
          action,
        ),
      )
      expect(access.includes(role), `${role} ${action}`).toBe(could)
    }
  }
})
