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
export type CrashPoint = (typeof crashPoints)[number]

export type ToChild =
  | { kind: 'message'; message: InboundMessage }
  | { kind: 'die-at'; point: CrashPoint }
  /** Look for what dead processes left behind, which a process that is about to be killed does not. */
  | { kind: 'recover' }
export type FromChild = { kind: 'ready' } | { kind: 'acknowledged'; messageId: string }
