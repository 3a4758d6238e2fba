import type { Log } from '../../lib/log.ts'
import type { ContactKind, OfficerContact } from '../officer.ts'
import type { DeliveryFault, NoticeDelivery } from './notice.ts'

export interface MailMessage {
  subject: string
  text: string
}

export type Sent = { kind: 'sent' } | { kind: 'fault'; fault: DeliveryFault }

/** Port; the SMTP one is `smtp-mailer.ts`. Foreseen faults are values. */
export type SendMail = (to: string, message: MailMessage) => Promise<Sent>

/**
 * Port: hands a message to the Telegram conversation of an officer. `id` names it, so that handing it over twice sends
 * once. What it throws counts as out of reach.
 */
export type SendTelegram = (chatId: string, text: string, id: string) => Promise<void>

/** The ways out of the desk that the installation has. */
export interface WaysOut {
  sendMail?: SendMail
  sendTelegram?: SendTelegram
}

export const hasWay = (ways: WaysOut, contact: OfficerContact | undefined): contact is OfficerContact =>
  contact !== undefined && (contact.kind === 'email' ? ways.sendMail : ways.sendTelegram) !== undefined

export async function sendTo(
  ways: WaysOut,
  contact: OfficerContact,
  message: MailMessage & { id: string },
  log: Log,
): Promise<Sent> {
  const { id, ...mail } = message
  if (contact.kind === 'email') return ways.sendMail!(contact.address, mail)
  try {
    await ways.sendTelegram!(contact.address, mail.text, id)
    return { kind: 'sent' }
  } catch (err) {
    log.warn({ err }, 'notices: Telegram did not take a notice')
    return { kind: 'fault', fault: 'unreachable' }
  }
}

const minuteMs = 60_000
/** After each try that failed: 18 hours in all, so that a mail server may be mended over night. */
const retryAfterMinutes = [1, 5, 15, 60, 240, 720] as const

/** @param attempts how many there were with this one */
export function afterFault(
  by: ContactKind,
  fault: DeliveryFault,
  attempts: number,
  now: Date,
): NoticeDelivery {
  const minutes = retryAfterMinutes[attempts - 1]
  if (fault === 'refused' || minutes === undefined) return { kind: 'failed', by, at: now, fault }
  const nextAt = new Date(now.getTime() + minutes * minuteMs)
  return { kind: 'waiting', attempts, nextAt, lastFault: fault }
}
