import { createHash } from 'node:crypto'
import type mongoose from 'mongoose'
import { FakeClock } from '../../src/lib/clock.ts'
import type { KeyRing } from '../../src/lib/key-ring.ts'
import { createLog } from '../../src/lib/log.ts'
import { formatProblem } from '../../src/lib/problem.ts'
import type { KnownOfficer } from '../../src/reports/case/routing.ts'
import { makeReceipt } from '../../src/reports/receipt.ts'
import type { ReceiptHash, ReceiptHasher } from '../../src/reports/receipt-hash.ts'
import { createReceiptThrottle } from '../../src/reports/receipt-throttle.ts'
import { parseReportSettings } from '../../src/reports/report-settings.ts'
import { type CompleteDraft, createReports, type ReportsParts } from '../../src/reports/reports.ts'
import { createAttemptStore } from '../../src/storage/attempt-store.ts'
import { createFilingCounter } from '../../src/storage/filing-counter.ts'
import { createIdentityStore } from '../../src/storage/identity-store.ts'
import { createReportStore } from '../../src/storage/report-store.ts'
import { keyRingNamed } from '../support/key-ring.ts'
import { calendar, clocks, hex } from '../support/made-report.ts'
import { checkTexts, instant, source } from './read-clocks.ts'

/** As shipped. */
export const reportSettings = (() => {
  const parsed = parseReportSettings(source('data/reporting.yaml'), checkTexts)
  if (parsed.kind === 'settings') return parsed.settings
  throw new Error(parsed.problems.map(formatProblem).join('\n'))
})()

/** Takes no time; the real one is tested by itself. */
export const quickHasher: ReceiptHasher = {
  hash: async (receipt) => quickHash(receipt),
}
const quickHash = (receipt: string) =>
  `t:${createHash('sha256').update(receipt).digest('hex')}` as ReceiptHash

const knownOfficers: KnownOfficer[] = [
  { id: 'intake-1', name: 'Phạm Thu Hà', isLeader: false },
  { id: 'handler-1', name: 'Nguyễn Văn Nam', unit: 'Phòng Việc làm', isLeader: false },
  { id: 'handler-2', name: 'Lê Thị Hoa', unit: 'Phòng Người có công', isLeader: false },
  { id: 'leader-1', name: 'Trần Quốc Toản', isLeader: true },
]

/** The report domain on a real store, as one instance of the service has it. */
export function openReports(
  connection: mongoose.Connection,
  { keyRing = keyRingNamed('reports'), ...given }: Partial<ReportsParts> & { keyRing?: KeyRing } = {},
) {
  const parts: ReportsParts = {
    store: createReportStore(connection, keyRing),
    identities: createIdentityStore(connection, keyRing),
    filings: createFilingCounter(createAttemptStore(connection), keyRing.deriveKey('filing counts')),
    officers: async () => knownOfficers,
    hasher: quickHasher,
    throttle: createReceiptThrottle(),
    clocks,
    calendar,
    settings: reportSettings,
    listeners: [],
    clock: new FakeClock(instant('23/11/2026 09:17')),
    log: createLog({ level: 'silent' }),
    ...given,
  }
  return { ...parts, reports: createReports(parts) }
}

/** A draft that can be sent, with the receipt of which it holds the hash. */
export function madeDraft(given: Partial<CompleteDraft> = {}): CompleteDraft & { receipt: string } {
  const receipt = makeReceipt()
  return {
    receipt,
    ref: hex(16),
    receiptHash: quickHash(receipt),
    kind: 'delay',
    identityMode: 'anonymous',
    content: { story: 'Hồ sơ nộp ngày 02/11 đến nay chưa có kết quả.', evidence: [] },
    sender: `web:${hex(8)}`,
    ...given,
  }
}
