import { createHash } from 'node:crypto'
import { type Answer, refusal } from './answers.ts'
import { record } from './serve.ts'
import { codePoints, hourInVietnam, type World } from './world.ts'

/** A template as Zalo's people approved it. */
export interface Template {
  id: string
  name: string
  type: 'custom' | 'otp' | 'payment' | 'voucher' | 'rating'
  tag: 1 | 2 | 3
  status: 'ENABLE' | 'PENDING_REVIEW' | 'REJECT' | 'DISABLE'
  parameters: TemplateParameter[]
  /** By phone between 22:00 and 06:00: otherwise -133. */
  maySendAtNight: boolean
  /** Otherwise -249. */
  maySendByUid: boolean
  /** Of another app: -117 for sends and ratings. */
  isOurs: boolean
  priceByPhoneVnd: number
  priceByUidVnd: number
  /** A day; -147. */
  dailyQuota?: number
  /** Choices of a rating. */
  answers: string[]
}

export interface TemplateParameter {
  name: string
  isRequired: boolean
  maxLength: number
  type: 'STRING' | 'NUMBER' | 'DATE'
}

export interface SentTemplate {
  templateId: string
  messageId: string
  trackingId: string
  /** `84…`, absent by person id. */
  phone?: string
  /** Empty when nobody on Zalo has the number (then it was refused and is not here). */
  userId: string
  /** The recipient of a hashed send is named by the hash in events. */
  isHashed: boolean
  data: Record<string, string>
  at: Date
  deliveredAt?: Date
}

/** A custom template for public service, cheap, day only; change what a test needs. */
export const templateWith = (fields: Partial<Template> & { id: string }): Template => ({
  name: `Mẫu ${fields.id}`,
  type: 'custom',
  tag: 1,
  status: 'ENABLE',
  parameters: [],
  maySendAtNight: false,
  maySendByUid: true,
  isOurs: true,
  priceByPhoneVnd: 120,
  priceByUidVnd: 100,
  answers: [],
  ...fields,
})

export const typeNumbers = { custom: 1, otp: 2, payment: 3, voucher: 4, rating: 5 } as const

/** What is wrong with the data of a template, in the codes of the business host. */
export function dataFault(template: Template, given: unknown): Answer | undefined {
  const data = record(given)
  if (Object.keys(data).length === 0 && template.parameters.some(({ isRequired }) => isRequired))
    return refusal(-111, 'Template data is empty')
  for (const { name, isRequired, maxLength, type } of template.parameters) {
    const value = data[name]
    if (value === undefined || value === '') {
      if (isRequired) return refusal(-1122, `Template data missing parameter: ${name}`)
      continue
    }
    const text = String(value)
    if (codePoints(text) > maxLength) return refusal(-1121, `Parameter ${name} is too long`)
    const isWrong =
      (type === 'NUMBER' && !/^\d+$/.test(text)) ||
      (type === 'DATE' && !/^(\d\d:\d\d:\d\d )?\d\d\/\d\d\/\d{4}$/.test(text))
    if (isWrong) return refusal(-1124, `Parameter ${name} has an invalid format`)
  }
  return undefined
}

export const isNightForPhones = ({ clock }: World) => {
  const hour = hourInVietnam(clock.now())
  return hour >= 22 || hour < 6
}

export const hashOfPhone = (phone: string) => createHash('sha256').update(phone).digest('hex')

export const plainData = (given: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(record(given)).map(([key, value]) => [key, String(value)]))
