import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { Secret, TOTP } from 'otpauth'
import { parse } from 'yaml'
import type { LabelledQuestion } from '../../src/catalogue/learning/measure-effect.ts'
import { deskAccess } from '../../src/desk/access.ts'
import { addOfficer } from '../../src/desk/add-officer.ts'
import { createDesk, type DeskOptions } from '../../src/desk/desk.tsx'
import { deskTexts } from '../../src/desk/desk-texts.ts'
import { figuresSection } from '../../src/desk/figures/figures-routes.tsx'
import { noticesSection } from '../../src/desk/notices/notices-routes.tsx'
import type { OfficerDetails, OfficerStore, Role } from '../../src/desk/officer.ts'
import { hashPassword } from '../../src/desk/password.ts'
import { reportsSection } from '../../src/desk/reports/reports-section.tsx'
import { followUpSection } from '../../src/desk/routes/follow-up-routes.tsx'
import { createSecretBox } from '../../src/desk/secret-box.ts'
import { zaloSection } from '../../src/desk/zalo/zalo-routes.tsx'
import type { ZaloView } from '../../src/desk/zalo/zalo-view.ts'
import { FakeClock } from '../../src/lib/clock.ts'
import { createLog, type Log } from '../../src/lib/log.ts'
import { loadTexts } from '../../src/lib/texts.ts'
import { createMetrics } from '../../src/metrics.ts'
import { buildServer } from '../../src/server.ts'
import { createAttemptStore } from '../../src/storage/attempt-store.ts'
import { createAuditStore } from '../../src/storage/audit-store.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
import { createOfficerStore } from '../../src/storage/officer-store.ts'
import { createSessionStore } from '../../src/storage/session-store.ts'
import type { TestDatabase } from '../support/database.ts'
import { openTestQuestionOffice, type TestQuestionOffice } from '../support/question-office.ts'
import { type DossierDesk, openDossierDesk } from './dossier-parts.ts'
import { figuresWords, noticeParts, openTestNotices, type TestNotices } from './notice-parts.ts'
import { openPollSections } from './poll-parts.ts'
import { openTestReports, type TestReports } from './report-parts.ts'
import { noRecords, type Records, surveySections } from './survey-parts.ts'
import { quietZalo, zaloWords } from './zalo-parts.ts'

const root = join(import.meta.dirname, '../..')

export const texts = loadTexts(parse(readFileSync(join(root, 'data/texts/desk.yaml'), 'utf8')), deskTexts)

export const agencyName = 'Sở Nội vụ tỉnh Khánh Hòa'
export const origin = 'http://localhost'
/** Good enough for the desk, and not a word of anybody. */
export const password = 'ba con meo tren mai nha'

export interface TestDesk {
  app: FastifyInstance
  clock: FakeClock
  officers: OfficerStore
  audit: ReturnType<typeof createAuditStore>
  reports: TestReports
  notices: TestNotices
  dossiers: DossierDesk
  questions: TestQuestionOffice
  /** An officer with `password`, ready to work; `secret` is that of the second step. */
  add(
    username: string,
    roles: Role[],
    more?: Partial<OfficerDetails>,
  ): Promise<{ id: string; secret: string }>
  /** Every route under /desk that the server has, as "METHOD /path". */
  routes: string[]
  close(): Promise<void>
}

export async function openDesk(
  database: TestDatabase,
  options: Partial<DeskOptions> & {
    clock?: FakeClock
    log?: Log
    surveyRecords?: Records
    labelled?: readonly LabelledQuestion[]
    readZalo?: (now: Date) => Promise<ZaloView>
  } = {},
): Promise<TestDesk> {
  const clock = options.clock ?? new FakeClock('2026-11-23T02:00:00Z')
  const log = options.log ?? createLog({ level: 'silent' })
  const officers = createOfficerStore(database.connection)
  const audit = createAuditStore(database.connection, { clock, log })
  const routes: string[] = []
  const questions = openTestQuestionOffice(database.connection, {
    clock,
    audit: audit.log,
    ...(options.labelled ? { labelled: options.labelled } : {}),
  })
  const conversations = createConversationStore(database.connection)
  const reports = openTestReports(database.connection, { officers, clock, log, agencyName })
  const notices = openTestNotices(database.connection, { officers, reports: reports.store, clock, log })
  const dossiers = await openDossierDesk(database.connection, clock)
  const desk = createDesk({
    officers,
    sessions: createSessionStore(database.connection),
    attempts: createAttemptStore(database.connection),
    audit: audit.log,
    log,
    texts,
    branding: { name: agencyName },
    assetsDir: join(root, 'src/desk/assets'),
    access: deskAccess,
    sections: [
      reportsSection(reports),
      noticesSection({ ...noticeParts, notices: notices.notices }),
      figuresSection({ store: reports.store, calendar: reports.calendar, texts: figuresWords }),
      ...surveySections(options.surveyRecords ?? noRecords(), reports.store),
      ...openPollSections(database.connection, clock),
      ...dossiers.sections,
      zaloSection({ read: options.readZalo ?? (async () => quietZalo), texts: zaloWords }),
      ...questions.sections,
      followUpSection(texts.say('desk.follow-up.nav'), { conversations }),
    ],
    ...options,
    clock,
  })
  await ensureIndexes(database.connection)
  const app = await buildServer({
    log,
    trustedProxies: 0,
    embedOrigins: [],
    metrics: createMetrics(),
    readiness: async () => ({ isReady: true, parts: {} }),
    addRoutes(server) {
      server.addHook('onRoute', ({ method, url }) => {
        if (url.startsWith('/desk')) for (const one of [method].flat()) routes.push(`${one} ${url}`)
      })
      desk.addRoutes(server)
    },
  })
  await app.ready()

  return {
    app,
    clock,
    officers,
    audit,
    reports,
    notices,
    dossiers,
    questions,
    routes,
    async add(username, roles, more = {}) {
      const details = { name: `Cán bộ ${username}`, roles, mayOpenRestricted: false, ...more }
      const added = await addOfficer({ officers, audit: audit.log, clock, by: 'system' }, username, details)
      if (added.kind !== 'added') throw new Error('the name is taken')
      const { id } = added
      await officers.setPassword(id, await hashPassword(password), undefined)
      const secret = new Secret({ size: 20 }).base32
      const sealed = createSecretBox(options.keyRing, 'desk second step').seal(secret)
      await officers.setSecondStep(id, { secret: sealed, lastTimeStep: 0, recoveryHashes: [] })
      return { id, secret }
    },
    close: () => app.close(),
  }
}

export function codeFor(secret: string, clock: FakeClock): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.now().getTime() })
}

/** A browser without scripts: keeps the cookie, follows nothing, sends forms with the token of the last page. */
export class Visitor {
  #desk: TestDesk
  cookie = ''
  page = ''

  constructor(desk: TestDesk) {
    this.#desk = desk
  }

  get formToken(): string {
    return /name="formToken" value="([^"]+)"/.exec(this.page)?.[1] ?? ''
  }

  async get(url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    const cookie = this.cookie ? { cookie: this.cookie } : {}
    return this.#keep(await this.#desk.app.inject({ method: 'GET', url, headers: { ...cookie, ...headers } }))
  }

  async post(
    url: string,
    fields: Record<string, string> | string = {},
    headers: Record<string, string | undefined> = {},
  ): Promise<LightMyRequestResponse> {
    const form =
      typeof fields === 'string'
        ? fields
        : new URLSearchParams({ formToken: this.formToken, ...fields }).toString()
    const sent = {
      host: 'localhost',
      origin,
      'content-type': 'application/x-www-form-urlencoded',
      ...(this.cookie ? { cookie: this.cookie } : {}),
      ...headers,
    }
    const given = Object.entries(sent).filter(([, value]) => value !== undefined)
    return this.#keep(
      await this.#desk.app.inject({
        method: 'POST',
        url,
        payload: form,
        headers: Object.fromEntries(given) as Record<string, string>,
      }),
    )
  }

  #keep(response: LightMyRequestResponse): LightMyRequestResponse {
    for (const { name, value } of response.cookies) this.cookie = value ? `${name}=${value}` : ''
    if (response.headers['content-type']?.toString().startsWith('text/html')) this.page = response.body
    return response
  }

  async signIn(username: string, secret: string): Promise<LightMyRequestResponse> {
    await this.post('/desk/sign-in', { username, password })
    await this.get('/desk/second-step')
    // Two sign-ins within half a minute would show the same code, which is worth nothing the second time.
    this.#desk.clock.advanceMs(30_000)
    const passed = await this.post('/desk/second-step', { code: codeFor(secret, this.#desk.clock) })
    await this.get('/desk/account')
    return passed
  }
}
