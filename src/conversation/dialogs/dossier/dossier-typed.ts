import { fold } from '../../../catalogue/text/fold.ts'
import { readSlipStart } from '../../../dossiers/slip-token.ts'
import type { LookupMemory } from './lookup-memory.ts'

export type DossierTyped =
  | { kind: 'slip'; token: string }
  /** A code, or what was typed for one when it was asked for. */
  | { kind: 'code'; code: string; digits?: string }
  | { kind: 'digits'; digits: string }
  /** Asked for the code, the person has none at hand. */
  | { kind: 'no-code' }

/** Letters O count as zeros here; what was meant is asked later. */
const codeForm =
  /(?<![\dA-Z])(?:[\dO]{3}(?:\.[\dO]{2}){2}\.)?[A-Z][\dO]{2}(?:\.[\dO]{1,3}){0,3} ?- ?[\dO]{6} ?- ?[\dO]{3,6}(?![\dA-Z])/i
/** More words around a code are a story. */
const maxLettersAround = 80

/**
 * What a message is in looking dossiers up, if it is anything.
 *
 * @param isBusy something else takes words now (a report): only a slip is understood then
 */
export function dossierTyped(
  text: string,
  memory: LookupMemory | undefined,
  isBusy: boolean,
): DossierTyped | undefined {
  const token = readSlipStart(text)
  if (token !== undefined) return { kind: 'slip', token }
  if (isBusy) return undefined
  const plain = text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/\s+/g, ' ')
    .trim()
  const code = codeForm.exec(plain)?.[0]
  const around = code === undefined ? plain : plain.replace(code, ' ')
  if (code !== undefined && lettersIn(around) <= maxLettersAround) {
    const digits = onlyDigits(around)
    return { kind: 'code', code, ...(digits === undefined ? {} : { digits }) }
  }
  switch (memory?.step) {
    case 'digits-asked': {
      const digits = lettersIn(plain) <= 40 ? onlyDigits(plain) : undefined
      if (digits !== undefined) return { kind: 'digits', digits }
      return /^[\d .]{1,20}$/.test(plain) ? { kind: 'digits', digits: plain } : undefined
    }
    case 'code-asked': {
      const digits = plain.match(/\d/g)?.length ?? 0
      if (digits >= 6 && lettersIn(plain) <= 20) return { kind: 'code', code: plain }
      return digits === 0 && noCode.test(fold(plain)) ? { kind: 'no-code' } : undefined
    }
    case 'found':
    case undefined:
      return undefined
  }
}

/** "4 số cuối là 3456", "0905 123 456": the one group of four, or the end of the one telephone. */
function onlyDigits(text: string): string | undefined {
  const groups = text.match(/\d(?:[ .]?\d)+/g) ?? []
  const digits = groups.length === 1 ? groups[0]!.replace(/\D/g, '') : ''
  return digits.length === 4 || /^(?:0|84)\d{8,10}$/.test(digits) ? digits.slice(-4) : undefined
}

/** "quên mã rồi", "mất giấy hẹn", "không có". */
const noCode =
  /^(?:\S+ ){0,3}?(?:quen|mat|that lac|lam roi|khong (?:nho|co|biet|con|thay)|ko (?:nho|co|biet|con|thay)|k (?:nho|co|biet))(?: (?:ma|giay|phieu|bien nhan|so ho so|roi|luon|mat)(?: \S+){0,4})?$/

const lettersIn = (text: string): number => text.match(/\p{L}/gu)?.length ?? 0
