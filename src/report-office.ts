import type { Config } from './config.ts'
import type { Content } from './content.ts'
import { createFollowUpRoom } from './conversation/dialogs/report/follow-up-room.ts'
import type { ReportTalkParts } from './conversation/dialogs/report/report-talk-parts.ts'
import { createNewsWithdrawal, createReporterNews } from './conversation/dialogs/report/reporter-news.ts'
import type { ConversationStore } from './conversation/turn/conversation.ts'
import type { ConversationNames } from './conversation/turn/names.ts'
import type { AuditLog } from './desk/audit/audit-log.ts'
import { erasureAudit } from './desk/audit/erasure-audit.ts'
import type { DeskSection } from './desk/desk-page.ts'
import { figuresSection } from './desk/figures/figures-routes.tsx'
import type { NoticeStore } from './desk/notices/notice.ts'
import { noticesSection } from './desk/notices/notices-routes.tsx'
import { createOfficerNotices, type OfficerNotices } from './desk/notices/officer-notices.ts'
import { createSmtpMailer } from './desk/notices/smtp-mailer.ts'
import type { OfficerStore } from './desk/officer.ts'
import { handOverReports as handOver } from './desk/reports/hand-over.ts'
import type { SayReach } from './desk/reports/report-desk.ts'
import { reportsSection } from './desk/reports/reports-section.tsx'
import { closeSilentReports } from './jobs/close-silent-reports.ts'
import { eraseOldReports } from './jobs/erase-old-reports.ts'
import { handOverReports } from './jobs/hand-over-reports.ts'
import type { Job } from './jobs/job.ts'
import { remindOfDeadlines } from './jobs/remind-of-deadlines.ts'
import { sendNotices } from './jobs/send-notices.ts'
import { setMissingDeadlines } from './jobs/set-missing-deadlines.ts'
import { sweepEvidence } from './jobs/sweep-evidence.ts'
import { tellLeftOvers } from './jobs/tell-left-overs.ts'
import type { Clock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'
import { openReports, type ReportStores } from './report-parts.ts'
import { createEvidencePreparation } from './reports/evidence/prepare-evidence.ts'
import { mayRemindAt } from './reports/reminders.ts'
import type { FilingCounter } from './reports/reports.ts'
import { createErasure } from './reports/retention.ts'
import type { OpenDatabase } from './storage/open-database.ts'

/** Everything that takes reports, works on them and tells of them. */
export interface ReportOffice {
  /** For the dialogs. */
  talk: ReportTalkParts
  /** Pages of the desk. */
  sections: DeskSection[]
  jobs: Job[]
  /** For digests. */
  notices: Pick<OfficerNotices, 'tellDigest'>
}

export interface ReportOfficeParts {
  connection: OpenDatabase['connection']
  stores: ReportStores
  /** What officers were told. */
  noticeStore: NoticeStore
  filings: FilingCounter
  officers: OfficerStore
  audit: AuditLog
  conversations: ConversationStore
  nameOf: ConversationNames
  fetchAttachment: ReportTalkParts['fetchAttachment']
  config: Config
  content: Content
  /** Until when news reaches a chat, for the page of a case. */
  sayReach?: SayReach | undefined
  /** As officers' browsers see the service, without a slash at the end. */
  serviceUrl: string
  clock: Clock
  log: Log
}

/** After the indexes are made. */
export async function openReportOffice(parts: ReportOfficeParts): Promise<ReportOffice> {
  const { stores, officers, audit, conversations, nameOf, config, content, clock, log } = parts
  const { clocks, calendar, settings, retention } = content.reports
  const { store, identities, notes, evidence, evidenceRoom } = stores
  const { noticeStore } = parts
  const words = { texts: content.notices, clockTexts: content.clocks, calendar }

  const news = createReporterNews({ identities, conversations, nameOf, texts: content.report, clock })
  const notices = createOfficerNotices({
    ...words,
    store: noticeStore,
    officers,
    reports: store,
    mayRemindAt: (now) => mayRemindAt(clocks.reminders, calendar, now),
    serviceUrl: parts.serviceUrl,
    ...(config.mail
      ? { sendMail: createSmtpMailer({ url: config.mail.smtpUrl, from: config.mail.from, log }) }
      : {}),
    ...(config.telegram
      ? {
          async sendTelegram(chatId: string, text: string, id: string) {
            const conversation = { channel: 'telegram', conversationId: chatId } as const
            const key = nameOf(conversation)
            await conversations.enqueue(
              { key, ...conversation },
              { id, text },
              { now: clock.now(), isBulk: true },
            )
          },
        }
      : {}),
    clock,
    log,
  })
  const { reports, hasher } = await openReports(stores, {
    connection: parts.connection,
    content: content.reports,
    officers,
    filings: parts.filings,
    listeners: [news, notices],
    clock,
    log,
  })
  const erasure = createErasure({
    store,
    identities,
    notes,
    evidence,
    withdrawNews: createNewsWithdrawal({ conversations, nameOf }),
    notices: noticeStore,
    audit: erasureAudit(audit),
    clock,
  })

  return {
    talk: {
      reports,
      evidence: createEvidencePreparation(),
      evidenceRoom,
      fetchAttachment: parts.fetchAttachment,
      hasher,
      classify: content.reports.classify,
      readAmounts: content.reports.readAmounts,
      settings,
      calendar,
      clockTexts: content.clocks,
      texts: content.report,
      words: content.reports.talkWords,
      followUps: createFollowUpRoom(),
      nameOf,
      clock,
    },
    sections: [
      reportsSection({
        reports,
        store,
        identities,
        notes,
        evidenceRoom,
        calendar,
        clockTexts: content.clocks,
        settings,
        texts: content.deskReports,
        templates: content.reports.replyTemplates,
        agencyName: content.agency.office.longName,
        sayReach: parts.sayReach,
      }),
      noticesSection({ ...words, notices }),
      figuresSection({ store, calendar, texts: content.figures }),
    ],
    notices,
    jobs: [
      tellLeftOvers(reports),
      sendNotices(notices),
      remindOfDeadlines({
        plan: clocks.reminders,
        calendar,
        reports: store,
        remind: (report, deadline, reminder) => notices.remind(report, deadline, reminder),
        log,
      }),
      handOverReports((signal) => handOver({ store, reports, officers, clock }, signal)),
      setMissingDeadlines({ reports, store, calendar }),
      closeSilentReports({ reports, store }),
      sweepEvidence({ files: evidence, store, draftDays: settings.limits.draftDays }),
      eraseOldReports({ erasure, keepDays: retention.daysOf('closed-reports'), log }),
    ],
  }
}
