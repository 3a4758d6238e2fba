import type { DossierChannel, DossierStatus } from './dossier.ts'
import type { DossierCode } from './dossier-code.ts'

/** One row of a file (or one record of an interface) that holds together in itself. */
export interface DossierFacts {
  code: DossierCode
  status: DossierStatus
  /** When the state held, when the row says so. */
  updatedAt?: Date
  procedureCode?: string
  procedureName?: string
  field?: string
  unit?: string
  channel?: DossierChannel
  receivedDay: string
  /** As the row has it; the first that was ever seen is kept by `mergeDossier`. */
  firstDueDay?: string
  dueDay?: string
  doneDay?: string
  returnedDay?: string
  pause?: { from?: string; until?: string; decision?: string }
  /** Last four digits of each telephone; hashed before they are kept. */
  lastDigits: readonly string[]
}
