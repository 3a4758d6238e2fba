import { join } from 'node:path'
import { auditKey } from './desk/audit/audit-key.ts'
import { openDossierStores } from './dossier-office.ts'
import type { Clock } from './lib/clock.ts'
import type { KeyRing } from './lib/key-ring.ts'
import type { Log } from './lib/log.ts'
import { openReportStores } from './report-parts.ts'
import type { RetentionSettings } from './reports/retention-settings.ts'
import { createAliasStore } from './storage/alias-store.ts'
import { createAnswerArchive } from './storage/answer-archive.ts'
import { createAttemptStore } from './storage/attempt-store.ts'
import { createAuditStore } from './storage/audit-store.ts'
import { createCampaignCounter } from './storage/campaign-counter.ts'
import { createCatalogueStore } from './storage/catalogue-store.ts'
import { ensureIndexes } from './storage/connect.ts'
import { createConversationStore } from './storage/conversation-store.ts'
import { createInboxStore } from './storage/inbox-store.ts'
import { createLeaseStore } from './storage/lease-store.ts'
import { createLowScoreCounter } from './storage/low-score-counter.ts'
import { createNoticeStore } from './storage/notice-store.ts'
import { createOfficerStore } from './storage/officer-store.ts'
import type { OpenDatabase } from './storage/open-database.ts'
import { createQuestionStore } from './storage/question-store.ts'
import { createQuestionnaireStore } from './storage/questionnaire-store.ts'
import { createRecordCodec } from './storage/record-codec.ts'
import { createSessionStore } from './storage/session-store.ts'
import { createSurveyComments } from './storage/survey-comments.ts'
import { createSurveyStores } from './storage/survey-store.ts'
import { createUploadFiles } from './storage/upload-files.ts'
import { createWaitingStore } from './storage/waiting-store.ts'
import { createWebMailboxStore } from './storage/web-mailbox-store.ts'
import { openZaloStores } from './zalo-office.ts'

/** Everything that the service keeps, with its indexes. Without a key ring there are neither reports nor uploads. */
export async function openStores(
  connection: OpenDatabase['connection'],
  parts: {
    keyRing?: KeyRing | undefined
    dataDir: string
    retention: RetentionSettings
    clock: Clock
    log: Log
  },
) {
  const { keyRing, dataDir, retention, clock, log } = parts
  const records = createRecordCodec(keyRing)
  const dossiers = openDossierStores(connection, { keyRing, retention, clock })
  const stores = {
    inbox: createInboxStore(connection, () => clock.now(), records),
    conversations: createConversationStore(connection, records),
    questions: createQuestionStore(connection, {
      keepDays: retention.daysOf('unanswered-questions'),
      records,
    }),
    waiting: createWaitingStore(connection, { keepDays: retention.daysOf('waiting-people'), records }),
    aliases: createAliasStore(connection),
    mailbox: createWebMailboxStore(connection, clock, 24 * retention.daysOf('web-messages'), records),
    catalogue: createCatalogueStore(connection),
    officers: createOfficerStore(connection),
    sessions: createSessionStore(connection),
    attempts: createAttemptStore(connection),
    leases: createLeaseStore(connection),
    notices: createNoticeStore(connection, { keepDays: retention.daysOf('notices') }),
    audit: createAuditStore(connection, { clock, log, key: auditKey(keyRing) }),
    dossiers,
    campaign: createCampaignCounter(connection),
    lowScores: createLowScoreCounter(connection),
    answers: createAnswerArchive(connection, { keyRing, clock }),
    comments: keyRing && createSurveyComments(connection, keyRing),
    questionnaires: createQuestionnaireStore(connection),
    sealed: keyRing && {
      keyRing,
      reports: openReportStores(connection, keyRing, { dataDir, clock }),
      surveys: createSurveyStores(connection, keyRing),
      zalo: openZaloStores(connection, { keyRing, retention, clock }),
      uploads: createUploadFiles({ directory: join(dataDir, 'uploads'), keyRing, clock }),
    },
  }
  await ensureIndexes(connection)
  return stores
}

export type Stores = Awaited<ReturnType<typeof openStores>>
