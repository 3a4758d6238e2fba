import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Content } from '../../src/content.ts'
import { createFollowUpRoom } from '../../src/conversation/dialogs/report/follow-up-room.ts'
import type { ReportTalkParts } from '../../src/conversation/dialogs/report/report-talk-parts.ts'
import { type ReportTexts, reportTexts } from '../../src/conversation/dialogs/report/report-texts.ts'
import type { FetchedAttachment, InboundAttachment } from '../../src/conversation/message.ts'
import { createConversationNames } from '../../src/conversation/turn/names.ts'
import type { FakeClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { loadTexts } from '../../src/lib/texts.ts'
import { createEvidencePreparation } from '../../src/reports/evidence/prepare-evidence.ts'
import type { ReceiptHash } from '../../src/reports/receipt-hash.ts'
import { createReceiptThrottle } from '../../src/reports/receipt-throttle.ts'
import type { Report, ReporterIdentity } from '../../src/reports/report.ts'
import type { ReportStore } from '../../src/reports/report-store.ts'
import { createReports, type ReportListener, type Reports } from '../../src/reports/reports.ts'
import { keyRingNamed } from './key-ring.ts'

export const reportWords: ReportTexts = loadTexts(
  parse(readFileSync(join(import.meta.dirname, '../../data/texts/report.yaml'), 'utf8')),
  reportTexts,
)

/** Everything behind the talk about reports, shared by the talks of a test: real rules, storage in memory. */
export interface ReportWorld {
  clock: FakeClock
  reports: Reports
  all(): Report[]
  identities: Map<string, ReporterIdentity>
  evidence: Map<string, Buffer>
  /** What a channel would fetch, by `reference`. */
  files: Map<string, { bytes: Uint8Array; fileName?: string } | FetchedAttachment>
  listeners: ReportListener[]
  /** Of one process: after a restart another one. */
  talkParts(): ReportTalkParts
}

export function createReportWorld(content: Content, clock: FakeClock): ReportWorld {
  const stored = new Map<string, Report>()
  const identities = new Map<string, ReporterIdentity>()
  const evidence = new Map<string, Buffer>()
  const files: ReportWorld['files'] = new Map()
  const listeners: ReportListener[] = []
  const filed = new Map<string, number>()
  const { settings, clocks, calendar, classify, readAmounts } = content.reports
  /** Fast, for the slowness of the real one has a test of its own. */
  const hasher = {
    hash: async (receipt: string) => `t:${createHash('sha256').update(receipt).digest('hex')}` as ReceiptHash,
  }
  const found = (report: Report | undefined) => report && structuredClone(report)
  const find = (matches: (report: Report) => boolean) => found([...stored.values()].find(matches))
  const store: Pick<
    ReportStore,
    'insert' | 'findByRef' | 'findByCaseNumber' | 'findByReceiptHash' | 'update' | 'markTold'
  > = {
    async insert(report) {
      if (stored.has(report.ref)) return 'exists'
      stored.set(report.ref, structuredClone(report))
      return 'stored'
    },
    findByRef: async (ref) => found(stored.get(ref)),
    findByCaseNumber: async (caseNumber) => find((report) => report.caseNumber === caseNumber),
    findByReceiptHash: async (hash) => find((report) => report.receiptHash === hash),
    async update(report) {
      if (stored.get(report.ref)?.revision !== report.revision - 1) return 'conflict'
      stored.set(report.ref, structuredClone(report))
      return 'saved'
    },
    async markTold(ref, eventIds) {
      const report = stored.get(ref)
      if (report) report.untold = report.untold.filter((id) => !eventIds.includes(id))
    },
  }
  const reports = createReports({
    store: store as ReportStore,
    identities: {
      put: async (ref, identity) => void identities.set(ref, structuredClone(identity)),
      get: async (ref) => identities.get(ref),
      remove: async (ref) => void identities.delete(ref),
      async removeOf({ channel, conversationId }) {
        for (const [ref, { conversation }] of identities) {
          if (conversation.channel === channel && conversation.conversationId === conversationId)
            identities.delete(ref)
        }
      },
    },
    filings: {
      async count(key) {
        filed.set(key, (filed.get(key) ?? 0) + 1)
        return { count: filed.get(key)! }
      },
    },
    officers: async () => [],
    hasher,
    throttle: createReceiptThrottle({ wrongTriesPerHour: settings.limits.wrongReceiptsPerHour }),
    clocks,
    calendar,
    settings,
    listeners: [
      {
        async reportChanged(report, event) {
          for (const listener of listeners) await listener.reportChanged(report, event)
        },
      },
    ],
    clock,
    log: createLog({ level: 'silent' }),
  })
  const preparation = createEvidencePreparation()

  return {
    clock,
    reports,
    all: () => [...stored.values()],
    identities,
    evidence,
    files,
    listeners,
    talkParts: () => ({
      reports,
      evidence: preparation,
      evidenceRoom: {
        keyRing: keyRingNamed('talk'),
        store: {
          async put(sealed) {
            const name = randomBytes(16).toString('hex')
            evidence.set(name, Buffer.from(sealed))
            return name
          },
          get: async (name) => evidence.get(name),
          remove: async (name) => void evidence.delete(name),
        },
      },
      fetchAttachment: async (_channel, attachment: InboundAttachment) => {
        const file = files.get(attachment.reference ?? '')
        if (!file) return { kind: 'refused', reason: 'gone' }
        return 'kind' in file ? file : { kind: 'fetched', ...file }
      },
      hasher,
      classify,
      readAmounts,
      settings,
      calendar,
      clockTexts: content.clocks,
      texts: reportWords,
      words: content.reports.talkWords,
      followUps: createFollowUpRoom(),
      nameOf: createConversationNames(Buffer.alloc(32, 7)),
      clock,
    }),
  }
}
