import type { Dossier } from '../../src/dossiers/dossier.ts'
import { type DossierCode, parseDossierCode } from '../../src/dossiers/dossier-code.ts'

export function codeOf(text: string): DossierCode {
  const parsed = parseDossierCode(text, '2030-01-01')
  if (parsed.kind !== 'code') throw new Error(`not a code: ${text}`)
  return parsed.code
}

export function numbered(index: number, day = '261102'): DossierCode {
  return codeOf(`000.00.06.H32-${day}-${String(index).padStart(4, '0')}`)
}

/** Being processed since 02/11/2026, promised for 12/11/2026. */
export function dossier(parts: Partial<Dossier> = {}): Dossier {
  return {
    code: numbered(1),
    status: 'processing',
    toldAt: new Date('2026-11-03T02:00:00Z'),
    procedureCode: '1.014199',
    procedureName: 'Cấp giấy phép lao động',
    unit: 'Phòng Việc làm',
    receivedDay: '2026-11-02',
    firstDueDay: '2026-11-12',
    dueDay: '2026-11-12',
    dueChanges: [],
    digitsHashes: [],
    revision: 1,
    ...parts,
  }
}
