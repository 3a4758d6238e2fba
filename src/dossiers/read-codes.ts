import { type DossierCode, parseDossierCode } from './dossier-code.ts'

/**
 * A list of codes, one in each line: each once, in the order given. Blank lines are passed over.
 *
 * @param today "2026-11-23"
 */
export function readCodes(
  lines: readonly string[],
  today: string,
): { codes: DossierCode[]; faults: { line: number; typed: string }[] } {
  const codes = new Set<DossierCode>()
  const faults: { line: number; typed: string }[] = []
  for (const [index, line] of lines.entries()) {
    const typed = line.replace(/^\ufeff/, '').trim()
    if (typed === '') continue
    const parsed = parseDossierCode(typed, today)
    if (parsed.kind === 'code') codes.add(parsed.code)
    else faults.push({ line: index + 1, typed })
  }
  return { codes: [...codes], faults }
}
