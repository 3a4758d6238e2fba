import type { Invitation } from '../../src/surveys/invitation/invitation.ts'
import type { SurveyStores } from '../../src/surveys/invitation/invitation-store.ts'

/** The stores of invitations and contacts in memory, as far as asking needs them; for more people than a test can store. */
export function createMemorySurveyStores(): Pick<SurveyStores, 'invitations' | 'contacts' | 'switches'> & {
  all: Map<string, Invitation>
} {
  const all = new Map<string, Invitation>()
  const tokens = new Set<string>()
  const planned = new Set<string>()
  const unqueued = new Set<string>()
  const numbers = new Map<string, number>()
  const contacts = new Map<string, { lastInvitedAt: Date; invitation: string }>()
  const absent = (): never => {
    throw new Error('not needed for asking')
  }

  return {
    all,
    invitations: {
      async add(invitation) {
        if (tokens.has(invitation.token)) return false
        tokens.add(invitation.token)
        all.set(invitation.id, invitation)
        planned.add(invitation.id)
        return true
      },
      find: async (id) => all.get(id),
      async due(_channel, now, limit) {
        const found: Invitation[] = []
        for (const id of planned) {
          if (found.length === limit) break
          const one = all.get(id)!
          if (one.stage.kind === 'planned' && one.stage.dueAt <= now) found.push(one)
        }
        return found
      },
      async postpone(id, dueAt) {
        all.set(id, { ...all.get(id)!, stage: { kind: 'planned', dueAt } })
      },
      giveUp: absent,
      giveUpOld: absent,
      nextNumber: async (series) => numbers.get(series) ?? 0,
      async markSent(id, sent) {
        if ((numbers.get(sent.series) ?? 0) > sent.number) return 'number-taken'
        if (!planned.delete(id)) return 'gone'
        numbers.set(sent.series, sent.number + 1)
        all.set(id, { ...all.get(id)!, stage: { kind: 'sent', ...sent } })
        unqueued.add(id)
        return 'sent'
      },
      unqueued: async (limit) => [...unqueued].slice(0, limit).map((id) => all.get(id)!),
      async markQueued(id) {
        unqueued.delete(id)
      },
      markUndelivered: absent,
      reminderDue: absent,
      remindLater: absent,
      endReminder: absent,
      closeBy: absent,
      closable: absent,
      close: absent,
    },
    switches: { current: async () => undefined, history: async () => [], add: absent },
    contacts: {
      async find(key) {
        const known = contacts.get(key)
        return known && { lastInvitedAt: known.lastInvitedAt, hasOptedOut: false }
      },
      async claim(key, invitation, { now, notSince }) {
        const known = contacts.get(key)
        if (known && known.invitation !== invitation && known.lastInvitedAt > notSince) return false
        contacts.set(key, { lastInvitedAt: now, invitation })
        return true
      },
      openInvitation: absent,
      optOut: absent,
      optIn: absent,
      release: absent,
      forgetBefore: absent,
    },
  }
}
