import { join } from 'node:path'
import type { OfficerStore } from './desk/officer.ts'
import type { Clock } from './lib/clock.ts'
import type { KeyRing } from './lib/key-ring.ts'
import type { Log } from './lib/log.ts'
import type { ReportContentFiles } from './report-content.ts'
import type { EvidenceRoom } from './reports/evidence/keep-evidence.ts'
import { createReceiptHasher, type ReceiptHasher } from './reports/receipt-hash.ts'
import { createReceiptThrottle } from './reports/receipt-throttle.ts'
import type { IdentityStore, NoteStore, ReportStore } from './reports/report-store.ts'
import { createReports, type FilingCounter, type ReportListener, type Reports } from './reports/reports.ts'
import { createEvidenceFiles, type EvidenceFiles } from './storage/evidence-files.ts'
import { createIdentityStore } from './storage/identity-store.ts'
import { createInstallationSecretStore } from './storage/installation-secret-store.ts'
import { createNoteStore } from './storage/note-store.ts'
import type { OpenDatabase } from './storage/open-database.ts'
import { createReportStore } from './storage/report-store.ts'

/** Where reports are kept; everything in it is sealed. */
export interface ReportStores {
  store: ReportStore
  identities: IdentityStore
  notes: NoteStore
  evidence: EvidenceFiles
  evidenceRoom: EvidenceRoom
}

export interface ReportParts extends ReportStores {
  reports: Reports
  hasher: ReceiptHasher
}

/** Before the indexes are made: registers the collections. */
export function openReportStores(
  connection: OpenDatabase['connection'],
  keyRing: KeyRing,
  { dataDir, clock }: { dataDir: string; clock: Clock },
): ReportStores {
  const evidence = createEvidenceFiles({ directory: join(dataDir, 'evidence'), clock })
  return {
    store: createReportStore(connection, keyRing),
    identities: createIdentityStore(connection, keyRing),
    notes: createNoteStore(connection, keyRing),
    evidence,
    evidenceRoom: { keyRing, store: evidence },
  }
}

/** After the indexes are made: two processes that start together keep one receipt salt. */
export async function openReports(
  stores: ReportStores,
  parts: {
    connection: OpenDatabase['connection']
    content: ReportContentFiles
    officers: Pick<OfficerStore, 'list'>
    filings: FilingCounter
    listeners: readonly ReportListener[]
    clock: Clock
    log: Log
  },
): Promise<ReportParts> {
  const { content, clock, log } = parts
  const hasher = await createReceiptHasher(createInstallationSecretStore(parts.connection))
  const reports = createReports({
    store: stores.store,
    identities: stores.identities,
    filings: parts.filings,
    async officers() {
      const officers = await parts.officers.list()
      return officers
        .filter(({ disabledAt }) => disabledAt === undefined)
        .map(({ id, name, unit, roles }) => ({ id, name, unit, isLeader: roles.includes('leader') }))
    },
    hasher,
    throttle: createReceiptThrottle({
      wrongTriesPerHour: content.settings.limits.wrongReceiptsPerHour,
    }),
    clocks: content.clocks,
    calendar: content.calendar,
    settings: content.settings,
    listeners: parts.listeners,
    clock,
    log,
  })
  return { ...stores, reports, hasher }
}
