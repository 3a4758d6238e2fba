import { createTransport } from 'nodemailer'
import type { Log } from '../../lib/log.ts'
import type { SendMail } from './deliver-notice.ts'
import type { DeliveryFault } from './notice.ts'

export interface SmtpOptions {
  /** `smtp://user:password@host:587` or `smtps://…:465`; options of the transport may follow as a query. */
  url: string
  /** An address, or `Name <address>`. */
  from: string
  log: Log
}

const timeoutMs = 15_000

/** A connection for each mail: officers get few. */
export function createSmtpMailer({ url, from, log }: SmtpOptions): SendMail {
  const transport = createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })

  return async (to, { subject, text }) => {
    try {
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        // No out-of-office answers, please (RFC 3834 §5).
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
      return { kind: 'sent' }
    } catch (error) {
      const fault = faultOf(error)
      // What a server answers may repeat the address: only the code is for the log.
      log.warn({ fault, code: codeOf(error), status: statusOf(error) }, 'mail: a notice was not taken')
      return { kind: 'fault', fault }
    }
  }
}

/** 5yz is a lasting no (RFC 5321 §4.2.1); that to a name or password is about us, not about the address. */
function faultOf(error: unknown): DeliveryFault {
  const code = codeOf(error)
  if (code === 'EAUTH' || code === 'ENOAUTH' || code === 'ETLS') return 'not-allowed'
  const status = statusOf(error)
  return status !== undefined && status >= 500 && code === 'EENVELOPE' ? 'refused' : 'unreachable'
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function statusOf(error: unknown): number | undefined {
  const isTold = error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number'
  return isTold ? (error.responseCode as number) : undefined
}
