import { parseTap, tapPayload } from '../../../surveys/invitation/tap.ts'
import type { UnitOfWork } from '../../turn/botkit-turn.ts'
import type { ConversationState } from '../../turn/conversation.ts'
import { commandPayload } from '../choice-payload.ts'
import type { DialogContext } from '../dialog-context.ts'
import { takesReports } from '../report/report-talk-parts.ts'
import { readAnswerWords } from './answer-words.ts'
import { commentChoice, helpChoice, parseCommentChoice } from './poll-choice.ts'
import { nextQuestion } from './poll-messages.ts'
import type { PollTalkParts } from './poll-talk-parts.ts'

/** What a message means to the polls. None of it touches the dialog under way. */
export type PollMeaning =
  | { kind: 'poll-tap'; choice: string }
  | { kind: 'poll-write'; invitation: string }
  | { kind: 'poll-comment'; invitation: string; text: string }
  | { kind: 'poll-wish'; wish: 'opt-out' | 'opt-in' }
  /** The button under the offer to write a report. */
  | { kind: 'poll-help' }
  /** An answer in words. `tap`: the question is the last thing asked here and the words are exactly one of its answers. */
  | { kind: 'poll-typed'; tap?: { choice: string; words: string } }

/** How long the next free words are taken for the comment that was announced. */
const commentMs = 15 * 60_000
const maxCommentChars = 1_000

/** Buttons of polls, in any state. */
export function pollChoice(choice: string): PollMeaning | undefined {
  if (parseTap(choice).kind !== 'not-a-tap') return { kind: 'poll-tap', choice }
  if (choice === helpChoice) return { kind: 'poll-help' }
  const invitation = parseCommentChoice(choice)
  return invitation === undefined ? undefined : { kind: 'poll-write', invitation }
}

/**
 * Words for a poll: the wish not to be asked, or the comment announced before.
 *
 * @param isBusy somebody else waits for the words: a dialog under way, an open report
 */
export function pollWords(
  { turn, state }: UnitOfWork,
  { readWords }: PollTalkParts,
  isBusy: boolean,
): PollMeaning | undefined {
  const { text } = turn.inbound
  if (text === undefined || isBusy) return undefined
  const wish = readWords(text)
  if (wish === 'opt-out' || wish === 'opt-in') return { kind: 'poll-wish', wish }
  const invitation = announcedComment(state, turn.arrivedAt)
  return invitation === undefined ? undefined : { kind: 'poll-comment', invitation, text }
}

/**
 * Short words that mean the poll only from somebody who was asked a short while ago: "dừng", "hài lòng", "5". Before
 * commands are looked for, and never while somebody else waits for the words.
 */
export async function pollReply(
  { turn, state }: UnitOfWork,
  polls: PollTalkParts,
  isBusy: boolean,
): Promise<PollMeaning | undefined> {
  const { readWords, surveys, nameOf } = polls
  const { text } = turn.inbound
  if (text === undefined || isBusy || announcedComment(state, turn.arrivedAt) !== undefined) return undefined
  const meaning = readWords(text)
  if (meaning !== 'opt-out-when-asked' && meaning !== 'typed-answer') return undefined
  const conversation = nameOf(turn.inbound)
  if (!(await surveys.wasAskedLately(conversation))) return undefined
  if (meaning !== 'typed-answer') return { kind: 'poll-wish', wish: 'opt-out' }
  const open = await surveys.openQuestion(conversation)
  // Unknown after a report without a name, which empties the state: then nothing is sure.
  const lastSaidMs = state.lastInbound?.arrivalMs
  if (!open || lastSaidMs === undefined || lastSaidMs > open.askedAt.getTime()) return { kind: 'poll-typed' }
  const answer = readAnswerWords(text, open.questionnaire.scale, turn.inbound.channel)
  if (!answer) return { kind: 'poll-typed' }
  const choice = tapPayload(open.invitation, open.question, answer.answer)
  return { kind: 'poll-typed', tap: { choice, words: answer.words } }
}

export async function obeyPoll(
  met: PollMeaning,
  unit: UnitOfWork,
  context: DialogContext & { polls: PollTalkParts },
  isBusy: boolean,
): Promise<void> {
  const { surveys, nameOf, tapIdOf, texts, lowScores } = context.polls
  const { inbound, arrivedAt: at } = unit.turn
  const conversation = nameOf(inbound)
  const tapId = tapIdOf(inbound)
  switch (met.kind) {
    case 'poll-tap':
      return answer(met.choice)
    case 'poll-help':
      // Whoever is writing one already begins none.
      if (!isBusy) await lowScores.count('begun', at)
      return
    case 'poll-write': {
      if (isBusy) unit.replies.push({ text: texts.say('poll.comment.busy') })
      else if (await surveys.mayComment(met.invitation, conversation)) {
        unit.state = { ...unit.state, poll: { invitation: met.invitation, atMs: at.getTime() } }
        const enough = { label: texts.say('poll.button.no-comment'), choice: commandPayload('stop') }
        unit.replies.push({ text: texts.say('poll.comment.ask'), buttons: [enough] })
      } else unit.replies.push({ text: texts.say('poll.comment.over') })
      return
    }
    case 'poll-comment': {
      if ([...met.text].length > maxCommentChars) {
        unit.replies.push({ text: texts.say('poll.comment.too-long', { max: maxCommentChars }) })
        return
      }
      const { invitation, text } = met
      const isKept = await surveys.comment({ invitation, conversation, text, tapId, at })
      forgetComment(unit)
      unit.replies.push({ text: texts.say(isKept ? 'poll.comment.kept' : 'poll.comment.over') })
      return
    }
    case 'poll-typed':
      if (met.tap) {
        unit.replies.push({ text: texts.say('poll.typed-kept', { answer: met.tap.words }) })
        return answer(met.tap.choice)
      }
      unit.replies.push({ text: texts.say('poll.typed') })
      return
    case 'poll-wish':
      if (met.wish === 'opt-out') await surveys.optOut(conversation)
      else await surveys.optIn(conversation)
      unit.replies.push({ text: texts.say(met.wish === 'opt-out' ? 'poll.opted-out' : 'poll.opted-in') })
  }

  async function answer(choice: string): Promise<void> {
    const outcome = await surveys.tap({ choice, conversation, tapId, at })
    switch (outcome.kind) {
      case 'stored': {
        const { invitation, questionnaire, next, offersReport, isRepeat } = outcome
        const isCounted = offersReport && !isRepeat
        if (isCounted) await lowScores.count('low', at)
        if (next !== undefined) {
          unit.replies.push(nextQuestion(invitation, questionnaire, next, texts))
        } else {
          const hours = context.polls.changeWithinHours
          const write = { label: texts.say('poll.button.comment'), choice: commentChoice(invitation) }
          unit.replies.push({ text: texts.say('poll.thanks', { hours }), buttons: [write] })
        }
        if (offersReport && takesReports(context) && !isBusy) {
          const report = { label: texts.say('poll.button.report'), choice: helpChoice }
          if (isCounted) await lowScores.count('offered', at)
          unit.replies.push({ text: texts.say('poll.report'), buttons: [report] })
        }
        return
      }
      case 'opted-out':
        unit.replies.push({ text: texts.say('poll.opted-out') })
        return
      case 'refused':
        unit.replies.push({ text: context.polls.surveyTexts.say(`survey.refused.${outcome.reason}`) })
        return
      case 'not-a-tap':
        throw new RangeError('only taps come here')
    }
  }
}

/** Anything else that the person does instead of writing ends the waiting. */
export function forgetComment(unit: UnitOfWork): void {
  if (unit.state.poll === undefined) return
  const { poll: _announced, ...rest } = unit.state
  unit.state = rest
}

function announcedComment({ poll }: ConversationState, now: Date): string | undefined {
  const announced = poll as { invitation?: unknown; atMs?: unknown } | undefined
  if (typeof announced?.invitation !== 'string' || typeof announced.atMs !== 'number') return undefined
  const waitedMs = now.getTime() - announced.atMs
  return waitedMs >= 0 && waitedMs < commentMs ? announced.invitation : undefined
}
