import type { Fee } from '../procedure.ts'
import { presentText } from './clean-text.ts'

export interface DetailMethod {
  fee?: unknown
  note?: unknown
}

/**
 * The fee of a crawled record. Crawlers lost most fees, so an empty cell is unknown; "free" needs every row to say so
 * without a condition; amounts count as stated only when each row with a fee gives a plain amount.
 */
export function detailFee(methods: readonly DetailMethod[]): Fee {
  const cells = methods.flatMap(feeCells)
  const amounts = cells.flatMap((cell) => (cell.kind === 'amount' ? [cell] : []))
  if (cells.some((cell) => cell.kind === 'unclear')) return { kind: 'unknown' }
  if (amounts.length > 0) {
    const lines = new Map(amounts.map((line) => [sameWords(line), line]))
    return {
      kind: 'stated',
      lines: [...lines.values()].map(({ amountVnd, note }) => ({ amountVnd, ...(note ? { note } : {}) })),
    }
  }
  if (cells.some((cell) => cell.kind === 'set-by-province')) return { kind: 'set-by-province' }
  if (cells.length > 0 && cells.every((cell) => cell.kind === 'free')) return { kind: 'free' }
  return { kind: 'unknown' }
}

/** Rows of one procedure word the same fee in two ways: "1.200.000đ/thẻ", "1.200.000 đồng/thẻ". */
function sameWords({ amountVnd, note }: { amountVnd: number; note?: string }): string {
  return `${amountVnd} ${(note ?? '')
    .toLowerCase()
    .replaceAll('đồng', 'đ')
    .replace(/[^\p{L}\p{N}]+/gu, '')}`
}

type FeeCell =
  | { kind: 'amount'; amountVnd: number; note?: string }
  | { kind: 'free' | 'set-by-province' | 'empty' | 'unclear' }

/** "… lệ phí … thuộc thẩm quyền quyết định của Hội đồng nhân dân tỉnh …" */
const byProvince = /phí[^.]{0,160}(?:hội đồng nhân dân|HĐND)(?:\s+(?:cấp\s+)?tỉnh|[^.]{0,30}thành phố)/iu
const freeWords =
  /^(?:miễn phí|không mất phí|(?:phí|lệ phí)\s*:?\s*không đồng)(?:\(\s*không(?: có)?\s*\))?$/iu
const plainAmount =
  /^(?:(?:phí|lệ phí)\s*:\s*)?(\d{1,3}(?:[.,]\d{3})*|\d+)\s*(?:việt nam đồng|đồng|vnđ|vnd|đ)(?!\p{L})/iu

/** A cell may list several fees: "Phí : 2.000.000 Đồng (…) Phí : 3.500.000 Đồng (…)". */
function feeCells({ fee, note }: DetailMethod): FeeCell[] {
  const text = presentText(fee)?.replace(/\s*File đính kèm\s*:.*$/u, '')
  const parts = text?.split(/(?<!^)(?=(?:Lệ phí|Phí)\s*:)/u) ?? []
  return parts.length > 1 ? parts.map((part) => feeCell({ fee: part })) : [feeCell({ fee: text, note })]
}

function feeCell({ fee, note }: DetailMethod): FeeCell {
  const text = presentText(fee)
  const noteText = presentText(note)
  if (byProvince.test(`${text ?? ''} ${noteText ?? ''}`)) return { kind: 'set-by-province' }
  if (!text) {
    // One crawl printed the fee cell at the head of the note: "Miễn phí" and then the real note.
    if (noteText && /^miễn phí\s*(?!\()/iu.test(noteText)) return { kind: 'free' }
    return { kind: noteText && /^\d*miễn phí/iu.test(noteText) ? 'unclear' : 'empty' }
  }
  if (freeWords.test(text)) return { kind: 'free' }
  const amount = plainAmount.exec(text)
  if (!amount) return { kind: 'unclear' }
  const amountVnd = Number(amount[1]!.replace(/[.,]/g, ''))
  const rest = feeNote(text.slice(amount[0].length)) ?? feeNote(noteAfterAmount(noteText, amount[0]))
  if (amountVnd === 0 && !rest) return { kind: 'free' }
  return { kind: 'amount', amountVnd, ...(rest ? { note: rest } : {}) }
}

/** The bracket behind a repeated amount: "1,200,000 Việt Nam Đồng(1.200.000đ/thẻ ABTC.)". */
function noteAfterAmount(note: string | undefined, amount: string): string {
  if (!note?.startsWith(amount)) return ''
  const rest = note.slice(amount.length)
  return rest.startsWith('(') ? (/^\((.*?)\)(?!\s*\))/u.exec(rest)?.[1] ?? '') : ''
}

function feeNote(text: string): string | undefined {
  const note = text.replace(/^[\s(:;,-]+|[\s).;,]+$/gu, '')
  return note === '' ? undefined : note
}
