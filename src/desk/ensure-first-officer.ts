import type { Clock } from '../lib/clock.ts'
import type { Texts } from '../lib/texts.ts'
import { addOfficer } from './add-officer.ts'
import type { AuditLog } from './audit/audit-log.ts'
import type { DeskTexts } from './desk-texts.ts'
import type { OfficerStore } from './officer.ts'

/** Short and without a person's name: real officers are added from the desk. */
const username = 'quantri'

/**
 * Creates the first administrator when there is no officer at all. The caller shows the password once, to whoever
 * started the service, and never logs it. Of several processes that start together one gets it.
 */
export async function ensureFirstOfficer(parts: {
  officers: OfficerStore
  audit: AuditLog
  clock: Clock
  texts: Texts<DeskTexts>
}): Promise<{ username: string; oneTimePassword: string } | undefined> {
  if (!(await parts.officers.isEmpty())) return undefined
  const added = await addOfficer({ ...parts, by: 'system' }, username, {
    name: parts.texts.say('desk.first-officer'),
    roles: ['admin'],
    mayOpenRestricted: false,
  })
  return added.kind === 'added' ? { username, oneTimePassword: added.oneTimePassword } : undefined
}
