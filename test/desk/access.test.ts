import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { type Access, deskAccess, routeKey } from '../../src/desk/access.ts'
import { type Role, roles } from '../../src/desk/officer.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { openDesk, type TestDesk, Visitor } from './open-desk.ts'

let database: TestDatabase
let desk: TestDesk
const visitors = new Map<Role, { visitor: Visitor; id: string }>()
let target: string

beforeAll(async () => {
  database = await openTestDatabase()
  desk = await openDesk(database)
  target = (await desk.add('dich', ['handler'])).id
  for (const role of roles) {
    const { id, secret } = await desk.add(`co-${role}`, [role])
    const visitor = new Visitor(desk)
    expect((await visitor.signIn(`co-${role}`, secret)).statusCode).toBe(303)
    visitors.set(role, { visitor, id })
  }
}, 60_000)
afterAll(async () => {
  await desk?.close()
  await database?.close()
})

/** What each route comes to for somebody who may use it, with an empty form. */
const allowed: Record<string, number> = {
  'GET /desk/assets/:name': 200,
  'GET /desk/sign-in': 303,
  'POST /desk/sign-in': 422,
  'GET /desk/second-step': 303,
  'POST /desk/second-step': 303,
  'GET /desk/new-password': 200,
  'POST /desk/new-password': 422,
  'GET /desk/enrol': 200,
  'POST /desk/enrol': 422,
  'GET /desk': 200,
  'GET /desk/account': 200,
  'POST /desk/account/absence': 422,
  'POST /desk/account/recovery-codes': 422,
  'POST /desk/account/other-sessions': 303,
  'GET /desk/officers': 200,
  'GET /desk/officers/new': 200,
  'POST /desk/officers': 422,
  'GET /desk/officers/:id': 200,
  'POST /desk/officers/:id': 422,
  'POST /desk/officers/:id/password': 200,
  'POST /desk/officers/:id/second-step': 303,
  'POST /desk/officers/:id/disable': 303,
  'POST /desk/officers/:id/enable': 303,
  'GET /desk/follow-up': 200,
  // Of a report that is not there; of one that is: report-access.test.ts.
  'GET /desk/reports': 200,
  'GET /desk/reports/:caseNumber': 404,
  'GET /desk/reports/:caseNumber/evidence/:name': 404,
  'POST /desk/reports/:caseNumber/assign': 404,
  'POST /desk/reports/:caseNumber/start': 404,
  'POST /desk/reports/:caseNumber/ask': 404,
  'POST /desk/reports/:caseNumber/tell': 404,
  'POST /desk/reports/:caseNumber/answer': 404,
  'POST /desk/reports/:caseNumber/forward': 404,
  'POST /desk/reports/:caseNumber/reclassify': 404,
  'POST /desk/reports/:caseNumber/concern': 404,
  'POST /desk/reports/:caseNumber/join': 404,
  'POST /desk/reports/:caseNumber/close': 404,
  'POST /desk/reports/:caseNumber/draft': 404,
  'POST /desk/reports/:caseNumber/notes': 404,
  'POST /desk/reports/:caseNumber/identity': 404,
  'GET /desk/zalo': 200,
  'GET /desk/notices': 200,
  'POST /desk/notices/read': 303,
  'GET /desk/figures': 200,
  'GET /desk/figures/reports.csv': 200,
  'GET /desk/index': 200,
  'GET /desk/index/items/:item': 200,
  'GET /desk/index/answers.csv': 200,
  'GET /desk/index/index.xlsx': 200,
  'GET /desk/yearly': 200,
  'GET /desk/yearly/report.docx': 200,
  'GET /desk/polls': 200,
  'POST /desk/polls/switch': 422,
  'GET /desk/polls/entry': 200,
  'POST /desk/polls/entry': 422,
  // Of a dossier and a review that are not there; of some that are: dossiers/*.test.ts.
  'GET /desk/dossiers': 200,
  'GET /desk/dossiers/:code': 404,
  'GET /desk/dossiers/reviews': 200,
  'POST /desk/dossiers/reviews/preview': 404,
  'POST /desk/dossiers/reviews/approve': 404,
  'POST /desk/dossiers/reviews/confirm': 404,
  'POST /desk/dossiers/reviews/dismiss': 404,
  'GET /desk/dossiers/slips': 200,
  'POST /desk/dossiers/slips': 422,
  'GET /desk/dossiers/import': 200,
  'POST /desk/dossiers/import': 422,
  'POST /desk/dossiers/import/confirm': 422,
  'POST /desk/dossiers/import/cancel': 303,
  // Of a group that is not there; of some that are: questions/*.test.ts.
  'GET /desk/questions': 200,
  'GET /desk/questions/:id': 404,
  'POST /desk/questions/:id/try': 404,
  'POST /desk/questions/:id/keep': 404,
  'POST /desk/questions/:id/link': 404,
  'POST /desk/questions/:id/dismiss': 404,
  'GET /desk/questions/words': 200,
  'GET /desk/questions/words.yaml': 200,
  'POST /desk/questions/words/take-back': 303,
  'GET /desk/audit': 200,
  // The last, since it ends the session.
  'POST /desk/sign-out': 303,
}

const table = Object.entries(deskAccess) as [string, Access][]
const fill = (path: string) =>
  path
    .replace(':id', target)
    .replace(':name', 'desk.css')
    .replace(':caseNumber', 'PA-261123-2345-6')
    .replace(':code', '000.00.06.H32-261102-9999')
    .replace(':item', '23')

describe('the table of access', () => {
  it('is the list of the routes that the server has', () => {
    const registered = new Set(
      desk.routes.map((route) => routeKey(...(route.split(' ') as [string, string]))),
    )
    expect([...registered].sort()).toEqual(Object.keys(deskAccess).sort())
    expect(Object.keys(allowed).sort()).toEqual(Object.keys(deskAccess).sort())
  })

  it('stops the start when a route is not in it', async () => {
    const section = {
      nav: [],
      addRoutes: (scope: { get(path: string, handler: () => string): unknown }) =>
        void scope.get('/forgotten', () => ''),
    }
    await expect(openDesk(database, { sections: [section] })).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining('GET /desk/forgotten'),
    })
  })
})

describe('without a session', () => {
  test.each(table)('%s (%s)', async (key, access) => {
    const [method, path] = key.split(' ') as ['GET' | 'POST', string]
    const visitor = new Visitor(desk)
    const url = fill(path)
    const response = method === 'GET' ? await visitor.get(url) : await visitor.post(url)
    if (access === 'anyone') {
      expect(response.statusCode).toBe(key === 'GET /desk/sign-in' ? 200 : allowed[key])
      return
    }
    expect(response.statusCode).toBe(303)
    expect(response.headers.location).toMatch(/^\/desk\/sign-in(\?|$)/)
    expect(response.body).toBe('')
  })
})

describe.each(roles)('with the role %s', (role) => {
  test.each(Object.keys(allowed))('%s', async (key) => {
    const access: Access = deskAccess[key as keyof typeof deskAccess]
    const { visitor } = visitors.get(role)!
    await visitor.get('/desk/account')
    const [method, path] = key.split(' ') as ['GET' | 'POST', string]
    const url = fill(path)
    const response = method === 'GET' ? await visitor.get(url) : await visitor.post(url)
    const may = typeof access === 'string' || access.includes(role)
    expect(response.statusCode).toBe(may ? allowed[key] : 403)
    if (!may) {
      const [row] = await desk.audit.log.list({}, { limit: 1 })
      expect(row).toMatchObject({
        action: 'access-refused',
        subject: `route:${key}`,
        officer: visitors.get(role)!.id,
      })
    }
  })
})
