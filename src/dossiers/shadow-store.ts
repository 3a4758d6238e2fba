import type { LinkedConversation } from './dossier-links.ts'
import type { SelfReport, SelfReportAnswer } from './shadow-clock.ts'

export interface KeptSelfReport extends SelfReport {
  conversation: LinkedConversation
  procedureName: string
  /** The person was told what is kept and wanted to be asked. */
  agreedAt: Date
}

/** Port; the Mongo one is `storage/shadow-store.ts`. Only the day of asking stands there in plain. */
export interface ShadowStore {
  /** One for each conversation, procedure and day; gives the id. A repeat leaves what is there. */
  put(report: Omit<KeptSelfReport, 'id'>): Promise<string>
  /** Not asked yet, to be asked on that day or before. */
  toAsk(day: string, limit: number): Promise<KeptSelfReport[]>
  markAsked(id: string, at: Date): Promise<void>
  /** The last answer counts; undefined when there is no such report of this conversation. */
  answer(
    id: string,
    conversation: LinkedConversation,
    answer: SelfReportAnswer,
  ): Promise<KeptSelfReport | undefined>
  get(id: string, conversation: LinkedConversation): Promise<KeptSelfReport | undefined>
  /** All of one conversation. Reads every one. */
  removeOf(conversation: LinkedConversation): Promise<void>
  /** For figures: without whom they are of. */
  all(): Promise<SelfReport[]>
}
