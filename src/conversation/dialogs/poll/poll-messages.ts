import { optOutPayload, tapPayload } from '../../../surveys/invitation/tap.ts'
import type { Level, Questionnaire } from '../../../surveys/questionnaire.ts'
import type { OutgoingInvitation } from '../../../surveys/surveys.ts'
import type { Button, Reply } from '../../message.ts'
import type { PollTexts } from './poll-texts.ts'

/** From the best to the worst, as on the paper form; nothing is chosen beforehand. */
const shownLevels: readonly Level[] = [5, 4, 3, 2, 1]

/** The first question, which can be answered in the message itself. */
export function invitationMessage(
  { invitation, questionnaire }: OutgoingInvitation,
  kind: 'invitation' | 'reminder',
  agency: string,
  texts: PollTexts,
): Reply {
  const first = invitation.stage.assignment.items[0]!.item
  const { text: question, buttons } = askedQuestion(invitation.id, questionnaire, first)
  const text =
    kind === 'invitation'
      ? texts.say('poll.invite', { agency, question })
      : texts.say('poll.remind', { question })
  const optOut = { label: texts.say('poll.button.opt-out'), choice: optOutPayload(invitation.id) }
  return { text, buttons: [...buttons, optOut] }
}

export function nextQuestion(
  invitation: string,
  questionnaire: Questionnaire,
  question: string,
  texts: PollTexts,
): Reply {
  const { text, buttons } = askedQuestion(invitation, questionnaire, question)
  return { text: texts.say('poll.next', { question: text }), buttons }
}

/** A question in its own words, with the exact words of its answers. */
function askedQuestion(
  invitation: string,
  { items, outsideIndex, scale }: Questionnaire,
  question: string,
): { text: string; buttons: Button[] } {
  const item = items.find(({ id }) => id === question)
  if (item) {
    const buttons = shownLevels.map((level) => ({
      label: scale.levels[level],
      choice: tapPayload(invitation, question, level),
    }))
    const neverUsed = { label: scale.neverUsed, choice: tapPayload(invitation, question, 'never-used') }
    return { text: item.text, buttons: [...buttons, neverUsed] }
  }
  const outside = outsideIndex.find(({ id }) => id === question)
  if (!outside) throw new RangeError(`the questionnaire has no question ${question}`)
  return {
    text: outside.text,
    buttons: Object.entries(outside.answers).map(([answer, label]) => ({
      label,
      choice: tapPayload(invitation, question, Number(answer)),
    })),
  }
}
