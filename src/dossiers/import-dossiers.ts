import { setImmediate as others } from 'node:timers/promises'
import type { Problem } from '../lib/problem.ts'
import type { ColumnMapping } from './column-mapping.ts'
import type { DigitsHasher } from './digits-hash.ts'
import type { Dossier } from './dossier.ts'
import type { DossierFacts } from './dossier-facts.ts'
import type { DossierSettings } from './dossier-settings.ts'
import { type DossierImport, type DossierStore, rowsPerStage, type StagedChange } from './dossier-store.ts'
import type { DossierTexts } from './dossier-texts.ts'
import { readFacts } from './formats/read-facts.ts'
import type { DossierFile } from './formats/table.ts'
import { type ImportSummary, tallySummary } from './import-summary.ts'
import { mergeDossier } from './merge-dossier.ts'

export interface ImportDossiersParts {
  store: DossierStore
  mapping: ColumnMapping
  texts: DossierTexts
  settings: DossierSettings
  /** Without it nothing of telephones is kept, and the dossiers cannot be looked up. */
  hasher?: DigitsHasher
}

export interface ImportDossiersOptions {
  now: Date
  /** When the file was made, for rows without a time of their own; `now`. */
  asOf?: Date
  isDryRun?: boolean
  /** Called after each few hundred rows, `share` from 0 to 1. */
  onProgress?(progress: ImportProgress): void
}

export interface ImportProgress {
  phase: 'checking' | 'storing'
  rows: number
  share: number
}

export type ImportOutcome =
  | { kind: 'imported'; import: DossierImport }
  /** Every row is stored already, or is older than what is stored. */
  | { kind: 'unchanged'; summary: ImportSummary }
  | { kind: 'dry-run'; summary: ImportSummary }
  /** Nothing was taken over. `count` may be more than are listed. */
  | { kind: 'problems'; problems: Problem[]; count: number }
  | { kind: 'busy' }

/**
 * A file of the one-stop software, all or nothing. It is read twice: the whole of it is checked before the first row is
 * compared with what is stored, so a wrong file never touches the database; and no more than a batch is held.
 */
export async function importDossiers(
  file: DossierFile,
  parts: ImportDossiersParts,
  options: ImportDossiersOptions,
): Promise<ImportOutcome> {
  const checked = await checkDossiers(file, parts, options)
  if (checked.kind === 'problems') return checked
  const { store } = parts
  if (options.isDryRun) {
    const findMany = async (codes: readonly Dossier['code'][]) => byCode(await store.findMany(codes))
    return { kind: 'dry-run', summary: await mergeAll(findMany, async () => {}) }
  }
  const staged = await store.beginImport({ source: file.name })
  if (staged === 'busy') return { kind: 'busy' }
  try {
    const summary = await mergeAll(staged.stored, staged.stage)
    if (summary.new + summary.changed > 0) return { kind: 'imported', import: await staged.commit(summary) }
    await staged.abandon()
    return { kind: 'unchanged', summary }
  } catch (error) {
    // The next import sweeps away what cannot be taken back now.
    await staged.abandon().catch(() => {})
    throw error
  }

  async function mergeAll(
    stored: (codes: readonly Dossier['code'][]) => Promise<Map<Dossier['code'], Dossier>>,
    stage: (changes: readonly StagedChange[]) => Promise<void>,
  ): Promise<ImportSummary> {
    const tally = tallySummary()
    const asOf = options.asOf ?? options.now
    let unknownColumns: readonly string[] = []
    let rows = 0

    async function mergeBatch(batch: readonly DossierFacts[]): Promise<void> {
      const before = await stored(batch.map(({ code }) => code))
      const changes: StagedChange[] = []
      for (const facts of batch) {
        const known = before.get(facts.code)
        const merged = mergeDossier(known, facts, { asOf, ...(parts.hasher ? { hasher: parts.hasher } : {}) })
        tally.add(merged, known, facts)
        if (merged.kind === 'new') changes.push({ dossier: merged.dossier })
        if (merged.kind === 'changed') {
          changes.push({ dossier: merged.dossier, ...(merged.event ? { event: merged.event } : {}) })
        }
      }
      if (changes.length > 0) await stage(changes)
    }

    let waiting: DossierFacts[] = []
    for await (const chunk of readFacts(file, parts, options.now)) {
      unknownColumns = chunk.unknownColumns
      waiting.push(...chunk.facts)
      rows += chunk.facts.length
      while (waiting.length >= rowsPerStage) {
        await mergeBatch(waiting.slice(0, rowsPerStage))
        waiting = waiting.slice(rowsPerStage)
        options.onProgress?.({ phase: 'storing', rows, share: chunk.share })
      }
      await others()
    }
    if (waiting.length > 0) await mergeBatch(waiting)
    options.onProgress?.({ phase: 'storing', rows, share: 1 })
    return tally.summary(unknownColumns)
  }
}

/** Past these nobody reads on; they are counted all the same. */
const maxListed = 200

export type CheckedDossiers =
  | { kind: 'good'; rows: number }
  | { kind: 'problems'; problems: Problem[]; count: number }

/** All faults of a file: of its form, of each row, and codes that stand in it twice. Needs no database. */
export async function checkDossiers(
  file: DossierFile,
  parts: Omit<ImportDossiersParts, 'store' | 'hasher'>,
  options: Pick<ImportDossiersOptions, 'now' | 'onProgress'>,
): Promise<CheckedDossiers> {
  const { texts, settings } = parts
  const problems: Problem[] = []
  let count = 0
  const fault = (problem: Problem) => {
    count++
    if (problems.length < maxListed) problems.push(problem)
  }
  const { maxFileMegabytes, maxRows } = settings.import
  if (file.bytes.length > maxFileMegabytes * 1_000_000) {
    fault({ file: file.name, message: texts.say('dossier.file.too-large') })
    return { kind: 'problems', problems, count }
  }
  const lineOfCode = new Map<string, number>()
  let rows = 0
  for await (const chunk of readFacts(file, parts, options.now)) {
    for (const problem of chunk.problems) fault(problem)
    for (const [index, { code }] of chunk.facts.entries()) {
      const line = chunk.lines[index]!
      const earlier = lineOfCode.get(code)
      if (earlier === undefined) lineOfCode.set(code, line)
      else
        fault({ file: file.name, line, message: texts.say('dossier.row.same-code', { code, line: earlier }) })
    }
    rows += chunk.rowsRead
    if (rows > maxRows) {
      fault({ file: file.name, message: texts.say('dossier.file.too-many-rows', { max: maxRows }) })
      break
    }
    options.onProgress?.({ phase: 'checking', rows, share: chunk.share })
    // The whole file is in memory: without a break nobody else would be served until it is read.
    await others()
  }
  if (count === 0 && rows === 0) fault({ file: file.name, message: texts.say('dossier.file.no-rows') })
  return count > 0 ? { kind: 'problems', problems, count } : { kind: 'good', rows }
}

function byCode(dossiers: readonly Dossier[]): Map<Dossier['code'], Dossier> {
  return new Map(dossiers.map((dossier) => [dossier.code, dossier]))
}
