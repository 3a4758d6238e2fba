import type { Button } from '../../message.ts'
import type { ConversationState } from '../../turn/conversation.ts'
import { type ReportDraft, readMemory } from './draft.ts'
import type { ReportTexts } from './report-texts.ts'
import { reportChoice } from './step-input.ts'

/** The report that is being written in a conversation, however old. */
export const draftIn = (state: ConversationState): ReportDraft | undefined => readMemory(state).memory.draft

/** Go on, or throw away. */
export function draftButtons({ nonce }: ReportDraft, texts: ReportTexts): Button[] {
  return [
    { label: texts.say('report.button.resume'), choice: reportChoice(nonce, 'draft', 'resume') },
    { label: texts.say('report.button.drop'), choice: reportChoice(nonce, 'draft', 'drop') },
  ]
}
