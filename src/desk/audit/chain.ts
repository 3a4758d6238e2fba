import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { AuditEvent, AuditRow } from './audit-log.ts'
import { canonicalJson } from './canonical-json.ts'

/** Before the first row. */
export const chainStart = { sequence: 0, hash: '0'.repeat(64) } as const

/** The row that follows on `previous`. */
export function nextRow(
  previous: Pick<AuditRow, 'sequence' | 'hash'>,
  event: AuditEvent,
  at: Date,
): AuditRow {
  const row = {
    sequence: previous.sequence + 1,
    at,
    officer: event.officer,
    action: event.action,
    subject: event.subject,
    detail: event.detail ?? {},
    previousHash: previous.hash,
  }
  return { ...row, hash: hashOf(row) }
}

/** Over every field that the row has, so that a field which somebody added is noticed too. */
export function hashOf(row: object): string {
  const { hash: _own, ...sealed } = row as Record<string, unknown>
  return createHash('sha256').update(canonicalJson(sealed)).digest('hex')
}

/**
 * How far the chain had come at a moment. Rows can be cut off at the end without breaking a chain; anchors tell. `mac`
 * is an HMAC under a key that the database does not hold, so that whoever can write there cannot make an anchor.
 */
export interface Anchor {
  sequence: number
  hash: string
  at: Date
  mac?: string
}

export function makeAnchor(
  row: Pick<AuditRow, 'sequence' | 'hash'>,
  at: Date,
  key: Buffer | undefined,
): Anchor {
  const anchor = { sequence: row.sequence, hash: row.hash, at }
  return key ? { ...anchor, mac: macOf(anchor, key) } : anchor
}

export function isGenuine(anchor: Anchor, key: Buffer): boolean {
  const expected = Buffer.from(macOf(anchor, key))
  const given = Buffer.from(String(anchor.mac ?? ''))
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function macOf({ sequence, hash, at }: Anchor, key: Buffer): string {
  return createHmac('sha256', key).update(canonicalJson({ sequence, hash, at })).digest('hex')
}
