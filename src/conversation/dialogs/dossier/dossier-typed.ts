import { readSlipStart } from '../../../dossiers/slip-token.ts'
import type { LookupMemory } from './lookup-memory.ts'

export type DossierTyped =
  | { kind: 'slip'; token: string }
  /** A code, or what was typed for one when it was asked for. */
  | { kind: 'code'; code: string }
  | { kind: 'digits'; digits: string }

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
  if (code !== undefined && lettersIn(plain.replace(code, '')) <= maxLettersAround)
    return { kind: 'code', code }
  switch (memory?.step) {
    case 'digits-asked': {
      if (/^[\d .]{1,20}$/.test(plain)) return { kind: 'digits', digits: plain }
      // "4 số cuối là 3456"
      const groups = plain.match(/\d{2,}/g) ?? []
      const isOnlyGroup = groups.length === 1 && groups[0]!.length === 4 && lettersIn(plain) <= 40
      return isOnlyGroup ? { kind: 'digits', digits: groups[0]! } : undefined
    }
    case 'code-asked': {
      const digits = plain.match(/\d/g)?.length ?? 0
      return digits >= 6 && lettersIn(plain) <= 20 ? { kind: 'code', code: plain } : undefined
    }
    case 'found':
    case undefined:
      return undefined
  }
}

const lettersIn = (text: string): number => text.match(/\p{L}/gu)?.length ?? 0
