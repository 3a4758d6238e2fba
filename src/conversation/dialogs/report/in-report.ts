import type { ConversationState } from '../../turn/conversation.ts'
import { reportDialog } from './report-dialog.ts'

/** Whether the guided dialog under way is a report, as Botkit's own record has it. */
export function isInReport({ dialog }: ConversationState): boolean {
  const { dialogState } = (dialog ?? {}) as { dialogState?: { dialogStack?: { id?: unknown }[] } }
  return dialogState?.dialogStack?.some(({ id }) => id === reportDialog) ?? false
}
