import { createHash } from 'node:crypto'
import type { JsonForm } from './settings.ts'

/** SHA-256 over the plain concatenation, no HMAC. */
export const macOf = (parts: { term: string; raw: Uint8Array; timestamp: string; secret: string }) =>
  createHash('sha256')
    .update(parts.term)
    .update(parts.raw)
    .update(parts.timestamp)
    .update(parts.secret)
    .digest('hex')

/** The bytes of an event; all forms say the same to a parser of JSON. */
export function bytesOf(event: Record<string, unknown>, form: JsonForm): Buffer {
  return Buffer.from(textOf(event, form), 'utf8')
}

function textOf(event: Record<string, unknown>, form: JsonForm): string {
  switch (form) {
    case 'plain':
      return JSON.stringify(event)
    case 'escaped':
      return JSON.stringify(event).replace(
        /[\u0080-\uffff]/g,
        (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
    case 'spaced':
      return JSON.stringify(event, undefined, 1).replace(/\n\s*/g, ' ')
    case 'reversed':
      return JSON.stringify(Object.fromEntries(Object.entries(event).reverse()))
    case 'numbers':
      return JSON.stringify({ ...event, timestamp: Number(event.timestamp) })
  }
}
