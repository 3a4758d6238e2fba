import type { InboundMessage } from '../../src/conversation/message.ts'

/** What a crash test and the process that it kills say to each other. */
export const crashPoints = [
  'message stored, not yet acknowledged',
  'turn claimed, dialog not yet run',
  'dialog run, turn not yet committed',
  'turn committed, inbox not yet marked',
  'delivery claimed, nothing sent yet',
  'platform has taken it, not yet written down',
] as const

/** On the way of a report from "Gửi" to the receipt in the reporter's hands. */
export const filingCrashPoints = [
  'turn claimed, dialog not yet run',
  'identity stored, report not yet',
  'report stored, listeners not yet told',
  'listeners told, turn not yet committed',
  'turn committed, inbox not yet marked',
  'delivery claimed, nothing sent yet',
  'platform has taken it, not yet written down',
] as const
export type TurnCrashPoint = (typeof crashPoints)[number]
export type FilingCrashPoint = (typeof filingCrashPoints)[number]
export type CrashPoint = TurnCrashPoint | FilingCrashPoint

/** What the process that is killed does with a message; in `CRASH_DIALOG`. */
export type CrashDialog = 'echo' | 'report'

export type ToChild =
  | { kind: 'message'; message: InboundMessage }
  | { kind: 'die-at'; point: CrashPoint }
  /** Look for what dead processes left behind, which a process that is about to be killed does not. */
  | { kind: 'recover' }
export type FromChild = { kind: 'ready' } | { kind: 'acknowledged'; messageId: string }
