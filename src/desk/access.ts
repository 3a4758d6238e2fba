import { AppError } from '../lib/errors.ts'
import type { Officer, Role } from './officer.ts'

/**
 * Who a page is open to.
 * - `anyone`: without a session
 * - `session`: with a session, though the sign-in may not be complete
 * - `officer`: every officer who is signed in completely
 * - a list: officers with one of these roles, and nobody else
 */
export type Access = 'anyone' | 'session' | 'officer' | readonly Role[]

/**
 * Every route of the desk and who may use it. What is not here does not exist: a route that is registered without a
 * row stops the start. A page decides further about the single case (restricted queue, own unit).
 */
export const deskAccess = {
  'GET /desk/assets/:name': 'anyone',
  'GET /desk/sign-in': 'anyone',
  'POST /desk/sign-in': 'anyone',

  'GET /desk/second-step': 'session',
  'POST /desk/second-step': 'session',
  'GET /desk/new-password': 'session',
  'POST /desk/new-password': 'session',
  'GET /desk/enrol': 'session',
  'POST /desk/enrol': 'session',
  'POST /desk/sign-out': 'session',

  'GET /desk': 'officer',
  'GET /desk/account': 'officer',
  'POST /desk/account/absence': 'officer',
  'POST /desk/account/recovery-codes': 'officer',
  'POST /desk/account/other-sessions': 'officer',

  'GET /desk/officers': ['admin'],
  'GET /desk/officers/new': ['admin'],
  'POST /desk/officers': ['admin'],
  'GET /desk/officers/:id': ['admin'],
  'POST /desk/officers/:id': ['admin'],
  'POST /desk/officers/:id/password': ['admin'],
  'POST /desk/officers/:id/second-step': ['admin'],
  'POST /desk/officers/:id/disable': ['admin'],
  'POST /desk/officers/:id/enable': ['admin'],

  'GET /desk/follow-up': ['intake', 'handler', 'leader', 'admin'],

  // Whose case it is, and who may see it at all, each page decides: `reports/report-desk.ts`, `reports/may-act.ts`.
  'GET /desk/reports': ['intake', 'handler', 'leader'],
  'GET /desk/reports/:caseNumber': ['intake', 'handler', 'leader'],
  'GET /desk/reports/:caseNumber/evidence/:name': ['intake', 'handler', 'leader'],
  'POST /desk/reports/:caseNumber/assign': ['intake', 'leader'],
  'POST /desk/reports/:caseNumber/start': ['handler', 'leader'],
  'POST /desk/reports/:caseNumber/ask': ['handler', 'leader'],
  'POST /desk/reports/:caseNumber/tell': ['intake', 'handler', 'leader'],
  'POST /desk/reports/:caseNumber/answer': ['handler', 'leader'],
  'POST /desk/reports/:caseNumber/forward': ['intake', 'handler', 'leader'],
  'POST /desk/reports/:caseNumber/reclassify': ['intake', 'handler', 'leader'],
  'POST /desk/reports/:caseNumber/concern': ['intake', 'handler', 'leader'],
  'POST /desk/reports/:caseNumber/join': ['intake', 'handler', 'leader'],
  'POST /desk/reports/:caseNumber/close': ['intake', 'handler', 'leader'],
  'POST /desk/reports/:caseNumber/draft': ['intake', 'handler', 'leader'],
  'POST /desk/reports/:caseNumber/notes': ['intake', 'handler', 'leader'],
  'POST /desk/reports/:caseNumber/identity': ['intake', 'handler', 'leader'],

  'GET /desk/notices': ['intake', 'handler', 'leader'],
  'POST /desk/notices/read': ['intake', 'handler', 'leader'],

  // Counts over everything, which name nobody; the lines go through the scope of the officer who asks.
  'GET /desk/figures': ['intake', 'leader', 'admin', 'auditor'],
  'GET /desk/figures/reports.csv': ['intake', 'leader'],

  // Counts of answers that name nobody; comments are shown to intake and leaders only.
  'GET /desk/index': ['intake', 'leader', 'admin', 'auditor'],
  'GET /desk/index/items/:item': ['intake', 'leader', 'admin', 'auditor'],
  'GET /desk/index/answers.csv': ['intake', 'leader', 'auditor'],
  'GET /desk/index/index.xlsx': ['intake', 'leader', 'auditor'],
  'GET /desk/yearly': ['intake', 'leader', 'admin', 'auditor'],
  'GET /desk/yearly/report.docx': ['intake', 'leader'],

  'GET /desk/polls': ['leader', 'admin'],
  'POST /desk/polls/switch': ['leader'],
  'GET /desk/polls/entry': ['intake', 'leader'],
  'POST /desk/polls/entry': ['intake', 'leader'],

  // Records of the one-stop software, which name nobody.
  'GET /desk/dossiers': ['intake', 'handler', 'leader'],
  'GET /desk/dossiers/:code': ['intake', 'handler', 'leader'],
  'GET /desk/dossiers/reviews': ['intake', 'leader'],
  'POST /desk/dossiers/reviews/preview': ['intake', 'leader'],
  'POST /desk/dossiers/reviews/approve': ['intake', 'leader'],
  'POST /desk/dossiers/reviews/confirm': ['intake', 'leader'],
  'POST /desk/dossiers/reviews/dismiss': ['intake', 'leader'],
  'GET /desk/dossiers/slips': ['intake', 'leader'],
  'POST /desk/dossiers/slips': ['intake', 'leader'],
  'GET /desk/dossiers/import': ['intake', 'leader'],
  'POST /desk/dossiers/import': ['intake', 'leader'],
  'POST /desk/dossiers/import/confirm': ['intake', 'leader'],
  'POST /desk/dossiers/import/cancel': ['intake', 'leader'],

  // Masked questions without who asked them, and what staff teach the search.
  'GET /desk/questions': ['intake', 'leader'],
  'GET /desk/questions/:id': ['intake', 'leader'],
  'POST /desk/questions/:id/try': ['intake', 'leader'],
  'POST /desk/questions/:id/keep': ['intake', 'leader'],
  'POST /desk/questions/:id/link': ['intake', 'leader'],
  'POST /desk/questions/:id/dismiss': ['intake', 'leader'],
  'GET /desk/questions/words': ['intake', 'leader'],
  'GET /desk/questions/words.yaml': ['intake', 'leader'],
  'POST /desk/questions/words/take-back': ['intake', 'leader'],

  // Counts and states of one channel; they name nobody.
  'GET /desk/zalo': ['admin', 'leader'],

  'GET /desk/audit': ['auditor'],
} as const satisfies Record<string, Access>

export type AccessTable = Readonly<Record<string, Access>>

/** `url` with its prefix, as registered; HEAD is what GET is. */
export function routeKey(method: string, url: string): string {
  const path = url.length > 1 ? url.replace(/\/+$/, '') : url
  return `${method === 'HEAD' ? 'GET' : method} ${path}`
}

/** @throws {AppError} for a route that is not in the table */
export function accessOf(table: AccessTable, key: string): Access {
  const access = Object.hasOwn(table, key) ? table[key] : undefined
  if (access === undefined) {
    throw new AppError('START_FAILED', `the desk's table of access has no row for "${key}"`)
  }
  return access
}

export function mayUse(access: Access, officer: Pick<Officer, 'roles'>): boolean {
  return typeof access === 'string' || officer.roles.some((role) => access.includes(role))
}
