import { type Answer, openapi, refusal } from './answers.ts'
import { type Charge, dayMs, hourMs, type PersonState, type World } from './world.ts'

/** What a consultation message to the person would cost now, or why it may not be sent. */
export type Passage =
  | { kind: 'open'; charge: Pick<Charge, 'kind' | 'vnd'> }
  | { kind: 'shut'; answer: Answer }

const freeForMs = 48 * hourMs
const openForMs = 7 * dayMs
/** Dong for a billed consultation message that no package covers. */
export const consultationVnd = 55

const personTexts: Record<number, string> = {
  [-213]: 'User has not followed OA',
  [-217]: 'User has blocked invitations from OA',
  [-218]: 'User is out of quota to receive messages',
  [-227]: 'User is banned or has been inactive for more than 45 days',
  [-244]: 'User has restricted this type of message from your OA',
}

/** Takes nothing yet; `pay` does. */
export function passageTo(world: World, person: PersonState | undefined): Passage {
  const shut = (answer: Answer): Passage => ({ kind: 'shut', answer })
  if (!person || person.hasLeft || person.anonymousConversation) return shut(openapi.notFollower)
  if (person.refusesWith !== undefined)
    return shut(
      refusal(person.refusesWith, personTexts[person.refusesWith] ?? 'User cannot receive this message'),
    )
  if (!person.lastInteractionAt) return shut(openapi.neverInteracted)
  const sinceMs = world.clock.now().getTime() - person.lastInteractionAt.getTime()
  if (sinceMs > openForMs) return shut(openapi.windowClosed)
  if (sinceMs <= freeForMs) return { kind: 'open', charge: { kind: 'free', vnd: 0 } }
  return billed(world)
}

function billed({ account }: World): Passage {
  if (account.packageQuota > 0) return { kind: 'open', charge: { kind: 'package', vnd: 0 } }
  if (!account.isZcaLinked) return { kind: 'shut', answer: openapi.outOfQuota }
  if (account.zcaBalanceVnd < consultationVnd) return { kind: 'shut', answer: openapi.noMoney }
  return { kind: 'open', charge: { kind: 'paid', vnd: consultationVnd } }
}

export function pay(world: World, charge: Omit<Charge, 'at'>): Charge {
  if (charge.kind === 'package') world.account.packageQuota -= 1
  world.account.zcaBalanceVnd -= charge.vnd
  const paid = { ...charge, at: world.clock.now() }
  world.ledger.push(paid)
  return paid
}

/** The field `quota` of an answered send, in one of the forms that were seen. */
export function quotaField(world: World, { kind }: Pick<Charge, 'kind'>): Record<string, unknown> {
  const type = { free: 'reply', package: 'sub_quota', paid: 'purchase_quota' }[kind]
  const remain = kind === 'package' ? world.account.packageQuota : 8
  switch (world.behaviour.answersQuota) {
    case 'absent':
      return {}
    case 'numbers':
      return { quota: { quota_type: type, remain, total: 8 } }
    case 'strings':
      return { quota: { quota_type: type, remain: String(remain), total: '8', owner_type: 'OA' } }
  }
}
