import type { Answer } from '../index/form.ts'
import type { Questionnaire } from '../questionnaire.ts'
import type { Assignment } from '../rotation.ts'
import type { ParsedTap } from './tap.ts'

/** What a stored invitation says about who may answer what until when. */
export interface OpenInvitation {
  id: string
  /** Key of the conversation it was sent to. */
  conversation: string
  assignment: Assignment
  expiresAt: Date
}

export type JudgedTap =
  /** `offersReport`: the way to a report is offered after it, never forced. */
  | { kind: 'answer'; question: string; answer: Answer; offersReport: boolean }
  | { kind: 'outside-index'; question: string; answer: string; offersReport: boolean }
  | { kind: 'opt-out' }
  /** Nothing is stored; the person hears why in kind words, `survey.refused.<reason>`. */
  | { kind: 'refused'; reason: TapRefusal }
  | { kind: 'not-a-tap' }

export type TapRefusal =
  /** No such invitation, or an altered button. */
  | 'unknown'
  /** Sent to somebody else, who may have forwarded it. */
  | 'foreign'
  | 'old-button'
  | 'expired'
  /** The invitation never asked this, or not with this answer. */
  | 'not-asked'

/** @param invitation the stored one under the tap's id, if there is one */
export function judgeTap(
  tap: ParsedTap,
  invitation: OpenInvitation | undefined,
  conversation: string,
  questionnaire: Pick<Questionnaire, 'outsideIndex'>,
  now: Date,
): JudgedTap {
  const refused = (reason: TapRefusal): JudgedTap => ({ kind: 'refused', reason })
  switch (tap.kind) {
    case 'not-a-tap':
      return { kind: 'not-a-tap' }
    case 'other-version':
      return refused('old-button')
    case 'malformed':
      return refused('unknown')
    case 'opt-out':
    case 'tap':
      if (!invitation || invitation.id !== tap.invitation) return refused('unknown')
      if (invitation.conversation !== conversation) return refused('foreign')
  }
  // Who does not want to be asked is heard even after the poll is over.
  if (tap.kind === 'opt-out') return { kind: 'opt-out' }
  if (now >= invitation.expiresAt) return refused('expired')

  const { question, level } = tap
  if (invitation.assignment.items.some(({ item }) => item === question)) {
    const answer = answerOf(level)
    if (answer === undefined) return refused('not-asked')
    return { kind: 'answer', question, answer, offersReport: answer === 1 || answer === 2 }
  }
  const outside = questionnaire.outsideIndex.find(({ id }) => id === question)
  if (!outside || invitation.assignment.outsideIndex !== question || !Object.hasOwn(outside.answers, level)) {
    return refused('not-asked')
  }
  return {
    kind: 'outside-index',
    question,
    answer: level,
    offersReport: outside.offersReport.includes(level),
  }
}

function answerOf(level: string): Answer | undefined {
  switch (level) {
    case '0':
      return 'never-used'
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
      return Number(level) as Answer
    default:
      return undefined
  }
}
