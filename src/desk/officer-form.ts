import { z } from 'zod'
import type { Texts } from '../lib/texts.ts'
import type { DeskTexts } from './desk-texts.ts'
import {
  foldUsername,
  type OfficerContact,
  type OfficerDetails,
  type Role,
  roles,
  usernamePattern,
} from './officer.ts'

/** One value or several of the same name, as forms send checkboxes. */
const several = z
  .union([z.string().max(50), z.array(z.string().max(50)).max(20)])
  .optional()
  .transform((value) => (value === undefined ? [] : [value].flat()))
const line = z.string().max(1_000).default('')

export const officerForm = z.object({
  username: line,
  name: line,
  unit: line,
  roles: several,
  restricted: several,
  contactKind: line,
  contactAddress: line,
})
export type OfficerForm = z.infer<typeof officerForm>

export type CheckedOfficerForm =
  | { kind: 'right'; username: string; details: OfficerDetails }
  | { kind: 'wrong'; errors: Record<string, string> }

/** What a form or a command says about an officer. Absence and deputy are the officer's own to say. */
export function checkOfficerForm(
  form: OfficerForm,
  texts: Texts<DeskTexts>,
  { isNew }: { isNew: boolean },
): CheckedOfficerForm {
  const errors: Record<string, string> = {}
  const name = tidy(form.name)
  const unit = tidy(form.unit)
  const username = foldUsername(form.username)
  const chosen = roles.filter((role) => form.roles.includes(role))
  const contact = readContact(form)
  if (name === '' || name.length > 100) errors.name = texts.say('desk.officers.error-name')
  if (isNew && !usernamePattern.test(username)) errors.username = texts.say('desk.officers.error-username')
  if (unit.length > 120) errors.unit = texts.say('desk.officers.error-unit')
  if (chosen.length === 0 || !form.roles.every(isRole)) errors.roles = texts.say('desk.officers.error-roles')
  if (contact === 'wrong') errors.contactAddress = texts.say('desk.officers.error-contact')
  if (Object.keys(errors).length > 0 || contact === 'wrong') return { kind: 'wrong', errors }
  return {
    kind: 'right',
    username,
    details: {
      name,
      roles: chosen,
      mayOpenRestricted: form.restricted.includes('yes'),
      ...(unit ? { unit } : {}),
      ...(contact ? { contact } : {}),
    },
  }
}

const tidy = (text: string) => text.normalize('NFC').replace(/\s+/g, ' ').trim()

const isRole = (value: string): value is Role => (roles as readonly string[]).includes(value)

function readContact({ contactKind, contactAddress }: OfficerForm): OfficerContact | 'wrong' | undefined {
  const address = contactAddress.trim()
  switch (contactKind) {
    case '':
      return address === '' ? undefined : 'wrong'
    case 'email':
      return z.email().max(200).safeParse(address).success ? { kind: 'email', address } : 'wrong'
    case 'telegram':
      return /^-?\d{5,20}$/.test(address) ? { kind: 'telegram', address } : 'wrong'
    default:
      return 'wrong'
  }
}
