import { AppError } from '../lib/errors.ts'
import { judgeTap } from './invitation/judge-tap.ts'
import { answersThatCount, recordAnswer, type SurveyResponse } from './invitation/record-answer.ts'
import { parseTap } from './invitation/tap.ts'
import type { FindQuestionnaire, SurveyParts, Surveys } from './surveys.ts'

const hourMs = 3_600_000
/** More than anybody taps at once; each lost race means that somebody else's write went through. */
const maxTries = 200

/** The half of the polls that listens: taps, comments, wishes, and what staff type in. */
export function createAnswerTaking(
  { stores, settings, inUse, clock }: SurveyParts,
  questionnaireOf: FindQuestionnaire,
): Pick<
  Surveys,
  | 'tap'
  | 'openQuestion'
  | 'comment'
  | 'mayComment'
  | 'optOut'
  | 'optIn'
  | 'wasAskedLately'
  | 'enterForSomebody'
> {
  const { asking } = settings
  const { invitations, responses, contacts } = stores

  /** Everything is answered: after the time for changes nothing can happen any more. */
  async function closeWhenChangesEnd(id: string, response: SurveyResponse<unknown>): Promise<void> {
    const firsts = Object.values(response.questions).map(({ history }) => history[0]!.at.getTime())
    await invitations.closeBy(id, new Date(Math.max(...firsts) + asking.changeWithinHours * hourMs))
  }

  return {
    async tap({ choice, conversation, tapId, at }) {
      const parsed = parseTap(choice)
      if (parsed.kind === 'not-a-tap') return { kind: 'not-a-tap' }
      const invitation = 'invitation' in parsed ? await invitations.find(parsed.invitation) : undefined
      const stage = invitation?.stage.kind === 'sent' ? invitation.stage : undefined
      if (!invitation || !stage) {
        const reason = parsed.kind === 'other-version' ? 'old-button' : 'unknown'
        return { kind: 'refused', reason }
      }
      if (!invitation.conversation) {
        // Over: whose it was is no longer known. Who opts out speaks for this conversation alone.
        if (parsed.kind !== 'opt-out') return { kind: 'refused', reason: 'expired' }
        await contacts.optOut(conversation, at)
        return { kind: 'opted-out' }
      }
      const questionnaire = await questionnaireOf(stage.questionnaire)
      const open = {
        id: invitation.id,
        conversation: invitation.conversation.key,
        assignment: stage.assignment,
        expiresAt: stage.expiresAt,
      }
      const judged = judgeTap(parsed, open, conversation, questionnaire, at)
      switch (judged.kind) {
        case 'not-a-tap':
        case 'refused':
          return judged
        case 'opt-out':
          await contacts.optOut(conversation, at)
          return { kind: 'opted-out' }
        case 'answer':
        case 'outside-index': {
          const { question, answer, offersReport } = judged
          const tap = { id: tapId, question, answer, at }
          const saved = await store(invitation.token, tap, at.getTime() - invitation.handedOverAt.getTime())
          if (saved === 'too-late') return { kind: 'refused', reason: 'too-late' }
          const { items, outsideIndex } = stage.assignment
          const asked = [...items.map(({ item }) => item), ...(outsideIndex ? [outsideIndex] : [])]
          const answered = answersThatCount(saved.response)
          const next = asked.find((one) => !answered.has(one))
          if (next === undefined) await closeWhenChangesEnd(invitation.id, saved.response)
          const { isRepeat } = saved
          const stored = {
            kind: 'stored',
            invitation: invitation.id,
            questionnaire,
            offersReport,
            isRepeat,
          } as const
          return next === undefined ? stored : { ...stored, next }
        }
      }
    },

    async openQuestion(conversation) {
      const id = await contacts.openInvitation(conversation)
      const invitation = id === undefined ? undefined : await invitations.find(id)
      if (invitation?.conversation?.key !== conversation || invitation.stage.kind !== 'sent') return undefined
      const { stage } = invitation
      if (clock.now() >= stage.expiresAt) return undefined
      const found = await responses.find(invitation.token)
      const response = found && !found.isAssisted ? found.response : { questions: {} }
      const answered = answersThatCount(response)
      const next = stage.assignment.items.find(({ item }) => !answered.has(item))
      if (!next) return undefined
      const answeredAt = Object.values(response.questions).map(({ history }) => history.at(-1)!.at.getTime())
      const askedMs = Math.max(stage.sentAt.getTime(), stage.remindedAt?.getTime() ?? 0, ...answeredAt)
      return {
        invitation: invitation.id,
        questionnaire: await questionnaireOf(stage.questionnaire),
        question: next.item,
        askedAt: new Date(askedMs),
      }
    },

    async comment({ invitation: id, conversation, text, tapId, at }) {
      const token = await commentable(id, conversation)
      if (token === undefined) return false
      await responses.addComment(token, { text, at, tapId })
      return true
    },

    mayComment: async (id, conversation) => (await commentable(id, conversation)) !== undefined,
    async wasAskedLately(conversation) {
      const contact = await contacts.find(conversation)
      return contact?.lastInvitedAt !== undefined && !contact.hasOptedOut
    },
    optOut: (conversation) => contacts.optOut(conversation, clock.now()),
    optIn: (conversation) => contacts.optIn(conversation),

    async enterForSomebody(entry) {
      const questionnaire = { id: inUse.id, version: inUse.version }
      const unknown = entry.answers.find(({ item }) => !inUse.items.some(({ id }) => id === item))
      if (unknown) throw new RangeError('an answer to a question that the questionnaire does not have')
      return { isStored: await responses.addAssisted({ ...entry, questionnaire }) }
    },
  }

  async function commentable(id: string, conversation: string): Promise<string | undefined> {
    const invitation = await invitations.find(id)
    if (invitation?.conversation?.key !== conversation || invitation.stage.kind !== 'sent') return undefined
    if (clock.now() >= invitation.stage.expiresAt) return undefined
    return (await responses.find(invitation.token)) ? invitation.token : undefined
  }

  /** The response with the tap in it; a lost race is read again and tried again. */
  async function store(
    token: string,
    tap: { id: string; question: string; answer: unknown; at: Date },
    msAfterHandOver: number,
  ): Promise<{ response: SurveyResponse<unknown>; isRepeat: boolean } | 'too-late'> {
    for (let tries = 0; tries < maxTries; tries++) {
      const found = await responses.find(token)
      // What staff typed in gives way: nobody else's form keeps a person from answering.
      const known = found && !found.isAssisted ? found.response : { questions: {} }
      const recorded = recordAnswer<unknown>(known, tap, asking)
      switch (recorded.kind) {
        case 'too-late':
          return 'too-late'
        case 'same':
          return { response: recorded.response, isRepeat: true }
        case 'first':
        case 'changed':
          if (await responses.save(token, found?.revision ?? 0, recorded.response, msAfterHandOver)) {
            return { response: recorded.response, isRepeat: false }
          }
      }
    }
    throw new AppError('STORAGE_UNAVAILABLE', 'too many taps at once', { retryable: true })
  }
}
