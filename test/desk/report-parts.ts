import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type mongoose from 'mongoose'
import { parse } from 'yaml'
import type { OfficerStore } from '../../src/desk/officer.ts'
import { parseReplyTemplates } from '../../src/desk/reply-templates.ts'
import { reportDeskTexts } from '../../src/desk/report-texts.ts'
import type { ReportDeskParts } from '../../src/desk/reports/report-desk.ts'
import type { Clock } from '../../src/lib/clock.ts'
import type { Log } from '../../src/lib/log.ts'
import { formatProblem } from '../../src/lib/problem.ts'
import { loadTexts } from '../../src/lib/texts.ts'
import type { EvidenceStore } from '../../src/reports/evidence/evidence.ts'
import type { Report, ReportEvent } from '../../src/reports/report.ts'
import { parseReportSettings } from '../../src/reports/report-settings.ts'
import { createReports } from '../../src/reports/reports.ts'
import { createAttemptStore } from '../../src/storage/attempt-store.ts'
import { createIdentityStore } from '../../src/storage/identity-store.ts'
import { createNoteStore } from '../../src/storage/note-store.ts'
import { createReportStore } from '../../src/storage/report-store.ts'
import { checkTexts, clockTexts, shippedClocks, source } from '../reports/read-clocks.ts'
import { keyRingNamed } from '../support/key-ring.ts'

const root = join(import.meta.dirname, '../..')

export const reportTexts = loadTexts(
  parse(readFileSync(join(root, 'data/texts/desk-reports.yaml'), 'utf8')),
  reportDeskTexts,
)

export function shippedTemplates() {
  const parsed = parseReplyTemplates(source('data/reply-templates.yaml'), checkTexts)
  if (parsed.kind === 'templates') return parsed.templates
  throw new Error(parsed.problems.map(formatProblem).join('\n'))
}

export interface TestReports extends ReportDeskParts {
  /** What listeners were told: everything that leaves the desk. */
  told: { report: Report; event: ReportEvent }[]
}

/** Reports over a real database; evidence in memory; nobody files or looks up by receipt here. */
export function openTestReports(
  connection: mongoose.Connection,
  {
    officers,
    clock,
    log,
    agencyName,
  }: { officers: OfficerStore; clock: Clock; log: Log; agencyName: string },
): TestReports {
  const keyRing = keyRingNamed('desk-reports')
  const store = createReportStore(connection, keyRing)
  const identities = createIdentityStore(connection, keyRing)
  const settings = parseReportSettings(source('data/reporting.yaml'), checkTexts)
  if (settings.kind === 'problems') throw new Error(settings.problems.map(formatProblem).join('\n'))
  const { clocks, calendar } = shippedClocks()
  const told: TestReports['told'] = []
  const unused = () => Promise.reject(new Error('not at the desk'))
  const reports = createReports({
    store,
    identities,
    filings: createAttemptStore(connection),
    officers: async () =>
      (await officers.list()).map(({ id, name, unit, roles }) => ({
        id,
        name,
        ...(unit === undefined ? {} : { unit }),
        isLeader: roles.includes('leader'),
      })),
    hasher: { hash: unused },
    throttle: { take: unused },
    clocks,
    calendar,
    settings: settings.settings,
    listeners: [{ reportChanged: async (report, event) => void told.push({ report, event }) }],
    clock,
    log,
  })
  return {
    reports,
    store,
    identities,
    notes: createNoteStore(connection, keyRing),
    evidenceRoom: { keyRing, store: evidenceInMemory() },
    calendar,
    clockTexts,
    settings: settings.settings,
    texts: reportTexts,
    templates: shippedTemplates(),
    agencyName,
    told,
  }
}

function evidenceInMemory(): EvidenceStore {
  const files = new Map<string, Buffer>()
  return {
    async put(sealed) {
      const name = randomBytes(16).toString('hex')
      files.set(name, sealed)
      return name
    },
    get: async (name) => files.get(name),
    remove: async (name) => void files.delete(name),
  }
}
