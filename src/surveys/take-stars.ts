import type { InvitationStore } from './invitation/invitation-store.ts'
import { tapPayload } from './invitation/tap.ts'
import type { Level, Questionnaire } from './questionnaire.ts'
import type { Surveys } from './surveys.ts'

/** Stars that somebody gave outside the chat, in answer to one question of an invitation. */
export interface GivenStars {
  invitation: string
  question: string
  /** Word of the questionnaire's scale that the stars stand for. */
  word: string
  note: string
  /** Name the answer and the note for ever; the same when they are told or read back again. */
  answerId: string
  noteId: string
  at: Date
}

/** `refused`: as a tap would be, when it is too late, or was never asked. */
export type StarsTaken = { kind: 'stored' } | { kind: 'refused'; reason: string }

/** Puts stars into the same store of answers as taps, as if the button with their word had been tapped in the chat. */
export function createStarTaking(parts: {
  surveys: Pick<Surveys, 'tap' | 'comment'>
  invitations: Pick<InvitationStore, 'find'>
  inUse: Pick<Questionnaire, 'scale'>
}): (stars: GivenStars) => Promise<StarsTaken> {
  const { surveys, invitations, inUse } = parts
  return async ({ invitation: id, question, word, note, answerId, noteId, at }) => {
    const level = levelOf(word, inUse)
    if (level === undefined) return { kind: 'refused', reason: 'unknown-word' }
    const invitation = await invitations.find(id)
    const conversation = invitation?.conversation?.key
    if (conversation === undefined) return { kind: 'refused', reason: 'expired' }
    const choice = tapPayload(id, question, level)
    const taken = await surveys.tap({ choice, conversation, tapId: answerId, at })
    if (taken.kind !== 'stored')
      return { kind: 'refused', reason: taken.kind === 'refused' ? taken.reason : taken.kind }
    const text = note.normalize('NFC').trim()
    if (text !== '') await surveys.comment({ invitation: id, conversation, text, tapId: noteId, at })
    return { kind: 'stored' }
  }
}

/** The level that carries this word. */
function levelOf(word: string, { scale }: Pick<Questionnaire, 'scale'>): Level | undefined {
  const found = Object.entries(scale.levels).find(([, shown]) => shown === word)
  return found ? (Number(found[0]) as Level) : undefined
}
