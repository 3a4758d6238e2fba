import { AppError } from '../lib/errors.ts'
import { isPaused } from './campaign-switch.ts'
import type {
  Invitation,
  InvitedConversation,
  SentInvitation,
  ServiceFacts,
} from './invitation/invitation.ts'
import { expiryOf, type InvitationPlan, planInvitation } from './invitation/plan-invitation.ts'
import { planReminder, reminderHalf } from './invitation/plan-reminder.ts'
import { afterQuietHours } from './invitation/quiet-hours.ts'
import { makeInvitationId } from './invitation/tap.ts'
import { createRotation } from './rotation.ts'
import type {
  FindQuestionnaire,
  OutgoingInvitation,
  SendInvitation,
  SurveyParts,
  Surveys,
} from './surveys.ts'

const dayMs = 86_400_000
const batch = 200
/** More than any two processes take numbers from each other. */
const maxTries = 200

/** The half of the polls that speaks first: who is invited and when, who is reminded, when it is over. */
export function createAsking(
  { stores, settings, inUse, clock }: SurveyParts,
  questionnaireOf: FindQuestionnaire,
): Pick<Surveys, 'invite' | 'dispatch' | 'remind' | 'close'> {
  const { asking, questions } = settings
  const { invitations, responses, contacts, switches } = stores
  const rotation = createRotation(inUse, { ...questions, seed: questions.rotationSeed })
  const series = `${inUse.id}@${inUse.version}|${questions.rotationSeed}|${questions.itemsAPerson}`

  async function planFor(
    { conversation, handedOverAt }: { conversation: InvitedConversation; handedOverAt: Date },
    now: Date,
  ): Promise<InvitationPlan> {
    const contact = await contacts.find(conversation.key)
    const { lastInvitedAt, hasOptedOut = false } = contact ?? {}
    const known = { handedOverAt, hasOptedOut, isInvited: false, ...(lastInvitedAt ? { lastInvitedAt } : {}) }
    return planInvitation(known, asking, now)
  }

  /** Undefined: nothing was sent, now or by us. */
  async function markSent(invitation: Invitation, now: Date): Promise<OutgoingInvitation | undefined> {
    const { id, conversation } = invitation
    if (!conversation) return undefined
    const half = reminderHalf(id, questions.rotationSeed)
    const reminderAt =
      half === 'reminded' ? new Date(now.getTime() + asking.reminderAfterDays * dayMs) : undefined
    let number = await invitations.nextNumber(series)
    for (let tries = 0; tries < maxTries; tries++) {
      const sent: SentInvitation = {
        questionnaire: { id: inUse.id, version: inUse.version },
        series,
        number,
        assignment: rotation.assign(number),
        half,
        sentAt: now,
        expiresAt: expiryOf(now, asking),
      }
      switch (await invitations.markSent(id, sent, reminderAt)) {
        case 'sent':
          return {
            invitation: { ...invitation, conversation, stage: { kind: 'sent', ...sent } },
            questionnaire: inUse,
          }
        case 'gone':
          return undefined
        case 'number-taken':
          number++
      }
    }
    throw new AppError('STORAGE_UNAVAILABLE', 'too many invitations at once', { retryable: true })
  }

  async function dispatchOne(invitation: Invitation, send: SendInvitation): Promise<boolean> {
    const { id, conversation, handedOverAt } = invitation
    const now = clock.now()
    if (!conversation) return false
    const contact = await contacts.find(conversation.key)
    if (contact?.hasOptedOut) {
      await invitations.giveUp(id, 'opted-out')
      return false
    }
    const quiet = planInvitation({ handedOverAt, hasOptedOut: false, isInvited: false }, asking, now)
    if (quiet.kind === 'now') {
      const notSince = new Date(now.getTime() - asking.daysBetweenInvitations * dayMs)
      if (await contacts.claim(conversation.key, id, { now, notSince })) {
        const outgoing = await markSent(invitation, now)
        if (!outgoing) return false
        await invitations.markQueued(id, await send(outgoing, 'invitation'))
        return true
      }
    }
    const plan = await planFor({ conversation, handedOverAt }, now)
    if (plan.kind === 'later') await invitations.postpone(id, plan.at)
    if (plan.kind === 'never') await invitations.giveUp(id, plan.reason)
    return false
  }

  async function outgoingOf(invitation: Invitation): Promise<OutgoingInvitation | undefined> {
    const { conversation, stage } = invitation
    if (!conversation || stage.kind !== 'sent') return undefined
    return {
      invitation: { ...invitation, conversation, stage },
      questionnaire: await questionnaireOf(stage.questionnaire),
    }
  }

  /** Marked as sent by a process that died before the outbox had them. At night, or once they are over, nobody is asked. */
  async function queueLeftOvers(send: SendInvitation): Promise<void> {
    const now = clock.now()
    if (afterQuietHours(now, asking.quietHours) > now) return
    for (const invitation of await invitations.unqueued(batch)) {
      const outgoing = await outgoingOf(invitation)
      if (!outgoing || outgoing.invitation.stage.expiresAt <= now) continue
      await invitations.markQueued(invitation.id, await send(outgoing, 'invitation'))
    }
  }

  async function remindOne(invitation: Invitation, send: SendInvitation): Promise<boolean> {
    const outgoing = await outgoingOf(invitation)
    if (!outgoing) {
      await invitations.endReminder(invitation.id)
      return false
    }
    const { id, conversation, stage } = outgoing.invitation
    const now = clock.now()
    const contact = await contacts.find(conversation.key)
    const invited = {
      id,
      sentAt: stage.sentAt,
      hasAnswered: (await responses.find(invitation.token)) !== undefined,
      hasOptedOut: contact?.hasOptedOut ?? false,
      isReminded: stage.remindedAt !== undefined,
    }
    const plan = planReminder(invited, asking, questions.rotationSeed, now)
    switch (plan.kind) {
      case 'later':
        await invitations.remindLater(id, plan.at)
        return false
      case 'never':
        await invitations.endReminder(id)
        return false
      case 'now':
        // The outbox knows the message by its id: a crash in between hands it over again, and it goes out once.
        await send(outgoing, 'reminder')
        await invitations.endReminder(id, now)
        return true
    }
  }

  return {
    async invite({ dossierToken, conversation, at, procedureCode, field, unit }) {
      const plan = await planFor({ conversation, handedOverAt: at }, clock.now())
      const facts: ServiceFacts = {
        ...(procedureCode ? { procedureCode } : {}),
        ...(field ? { field } : {}),
        ...(unit ? { unit } : {}),
      }
      const base = { id: makeInvitationId(), token: dossierToken, facts, handedOverAt: at }
      const isNew = await invitations.add(
        plan.kind === 'never'
          ? { ...base, stage: plan }
          : {
              ...base,
              conversation,
              stage: { kind: 'planned', dueAt: plan.kind === 'later' ? plan.at : clock.now() },
            },
      )
      return isNew ? plan : { kind: 'never', reason: 'already-invited' }
    },

    async dispatch(send, { channel, limit, signal }) {
      let asked = 0
      if (await isPaused(switches)) return asked
      await queueLeftOvers(send)
      // Looked at before each batch: whoever pauses in the middle of a mass poll stops it.
      while (asked < limit && !signal.aborted && !(await isPaused(switches))) {
        const due = await invitations.due(channel, clock.now(), Math.min(batch, limit - asked))
        if (due.length === 0) break
        for (const invitation of due) {
          if (signal.aborted) break
          if (await dispatchOne(invitation, send)) asked++
        }
      }
      return asked
    },

    async remind(send, { channel, limit, signal }) {
      let reminded = 0
      while (reminded < limit && !signal.aborted && !(await isPaused(switches))) {
        const due = await invitations.reminderDue(channel, clock.now(), Math.min(batch, limit - reminded))
        if (due.length === 0) break
        for (const invitation of due) {
          if (signal.aborted) break
          if (await remindOne(invitation, send)) reminded++
        }
      }
      return reminded
    },

    async close({ limit, signal }) {
      let closed = 0
      while (closed < limit && !signal.aborted) {
        const over = await invitations.closable(clock.now(), Math.min(batch, limit - closed))
        if (over.length === 0) break
        for (const { id, token, conversation } of over) {
          if (signal.aborted) break
          if (conversation) await contacts.release(conversation.key, id)
          await responses.coarsen(token)
          await invitations.close(id)
          closed++
        }
      }
      const now = clock.now()
      await invitations.giveUpOld(now, new Date(now.getTime() - asking.latestDaysAfterHandOver * dayMs))
      await contacts.forgetBefore(new Date(now.getTime() - (asking.daysBetweenInvitations + 1) * dayMs))
      return closed
    },
  }
}
