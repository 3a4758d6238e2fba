import { randomBytes } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import type { AuditLog } from './audit/audit-log.ts'
import type { OfficerDetails, OfficerStore } from './officer.ts'
import { hashPassword, newOneTimePassword, oneTimePasswordDays } from './password.ts'

export interface AddOfficerParts {
  officers: OfficerStore
  audit: AuditLog
  clock: Clock
  /** Officer id of who adds; "system" at the first start and at the terminal. */
  by: string
}

export type AddedOfficer = { kind: 'added'; id: string; oneTimePassword: string } | { kind: 'username-taken' }

const dayMs = 86_400_000

/** The password is worth a week, one sign-in, and is told to nobody but the caller. */
export async function addOfficer(
  { officers, audit, clock, by }: AddOfficerParts,
  username: string,
  details: OfficerDetails,
): Promise<AddedOfficer> {
  const { oneTimePassword, passwordHash, oneTimeUntil } = await newHandedOutPassword(clock)
  const id = randomBytes(9).toString('base64url')
  const createdAt = clock.now()
  const stored = await officers.insert(
    { ...details, id, username, createdAt },
    { passwordHash, oneTimeUntil },
  )
  if (stored === 'username-taken') return { kind: 'username-taken' }
  await audit.append({
    officer: by,
    action: 'officer-added',
    subject: `officer:${id}`,
    detail: { roles: details.roles, mayOpenRestricted: details.mayOpenRestricted },
  })
  return { kind: 'added', id, oneTimePassword }
}

export async function newHandedOutPassword(
  clock: Clock,
): Promise<{ oneTimePassword: string; passwordHash: string; oneTimeUntil: Date }> {
  const oneTimePassword = newOneTimePassword()
  return {
    oneTimePassword,
    passwordHash: await hashPassword(oneTimePassword),
    oneTimeUntil: new Date(clock.now().getTime() + oneTimePasswordDays * dayMs),
  }
}
