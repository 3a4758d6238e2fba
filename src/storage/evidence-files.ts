import { randomBytes } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import type { EvidenceStore } from '../reports/evidence/evidence.ts'
import { createSealedFolder } from './sealed-folder.ts'

export interface EvidenceFiles extends EvidenceStore {
  /** Removes what a crash left half written, once it is an hour old; gives how many. */
  removeUnfinished(): Promise<number>
  /** Names of the files that are at least so old, for whoever knows which of them are held by a report. */
  listOlderThan(ageMs: number): Promise<string[]>
}

export interface EvidenceFilesOptions {
  /** `DATA_DIR/evidence`; made when it is not there, for nobody but the service's user. */
  directory: string
  clock: Clock
}

const unfinishedAfterMs = 3_600_000

/**
 * Evidence as sealed files with random names, readable by the service's user only. A file appears whole or not at
 * all, and `put` resolves when it would survive a power cut.
 */
export function createEvidenceFiles({ directory, clock }: EvidenceFilesOptions): EvidenceFiles {
  const folder = createSealedFolder({ directory, clock, content: 'evidence', cutsTimesToHour: true })
  return {
    async put(sealed) {
      const id = randomBytes(16).toString('hex')
      await folder.write(id, sealed)
      return nameOf(id)
    },
    async get(name) {
      const id = idOf(name)
      return id === undefined ? undefined : await folder.read(id)
    },
    async remove(name) {
      const id = idOf(name)
      if (id !== undefined) await folder.remove(id)
    },
    removeUnfinished: () => folder.removeOlderThan(unfinishedAfterMs, 'half'),
    listOlderThan: async (ageMs) => (await folder.listOlderThan(ageMs, 'whole')).map(nameOf),
  }
}

const nameOf = (id: string): string => `${id}.sealed`

function idOf(name: string): string | undefined {
  return /^([0-9a-f]{32})\.sealed$/.exec(name)?.[1]
}
