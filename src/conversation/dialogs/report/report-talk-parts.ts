import type { Clock } from '../../../lib/clock.ts'
import type { HolidayCalendar } from '../../../lib/working-days/holiday-calendar.ts'
import type { ReadAmounts } from '../../../reports/amount/amount-reader.ts'
import type { ClassifyReport } from '../../../reports/classify-report.ts'
import type { ClockTexts } from '../../../reports/clock-texts.ts'
import type { EvidenceRoom } from '../../../reports/evidence/keep-evidence.ts'
import type { EvidencePreparation } from '../../../reports/evidence/prepare-evidence.ts'
import type { ReceiptHasher } from '../../../reports/receipt-hash.ts'
import type { ReportSettings } from '../../../reports/report-settings.ts'
import type { Reports } from '../../../reports/reports.ts'
import type { ChannelName, FetchedAttachment, InboundAttachment } from '../../message.ts'
import type { ConversationNames } from '../../turn/names.ts'
import type { DialogContext } from '../dialog-context.ts'
import type { FollowUpRoom } from './follow-up-room.ts'
import type { ReportTalkWords } from './report-talk-words.ts'
import type { ReportTexts } from './report-texts.ts'

/** What the talk about reports needs. An installation without keys has none of it and takes no reports. */
export interface ReportTalkParts {
  reports: Pick<Reports, 'file' | 'find' | 'act' | 'openByReceipt' | 'rejectableUntil'>
  evidence: EvidencePreparation
  evidenceRoom: EvidenceRoom
  /** The bytes of an attachment, from the channel that it came by. Never throws for a foreseen refusal. */
  fetchAttachment(channel: ChannelName, attachment: InboundAttachment): Promise<FetchedAttachment>
  hasher: ReceiptHasher
  classify: ClassifyReport
  readAmounts: ReadAmounts
  settings: ReportSettings
  calendar: HolidayCalendar
  clockTexts: ClockTexts
  texts: ReportTexts
  words: ReportTalkWords
  followUps: FollowUpRoom
  /** By what name the floods and wrong receipts of a conversation are counted. */
  nameOf: ConversationNames
  clock: Clock
}

/** The context of dialogs where reports are taken. */
export type ReportContext = DialogContext & { reports: ReportTalkParts }

export const takesReports = (context: DialogContext): context is ReportContext =>
  context.reports !== undefined
