import type { Problem } from '../lib/problem.ts'
import type { CatalogueStore, CatalogueVersion } from './catalogue-store.ts'
import { type CatalogueDiff, diffCatalogues, isEmptyDiff } from './diff-catalogues.ts'
import type { FormatTexts } from './formats/format-texts.ts'
import type { CatalogueLayers } from './formats/parsed-catalogue.ts'
import type { Procedure } from './procedure.ts'
import { updateCatalogue } from './update-catalogue.ts'

/** `before` and `after` are the whole catalogues, for a report field by field. */
interface Change {
  diff: CatalogueDiff
  before: readonly Procedure[]
  after: readonly Procedure[]
}

export type CatalogueImport =
  | ({ kind: 'imported'; version: CatalogueVersion } & Change)
  /** Nothing differs from the catalogue in use, so no version was made. */
  | { kind: 'unchanged'; total: number }
  | ({ kind: 'dry-run' } & Change)
  | { kind: 'problems'; problems: Problem[] }

/** Lays checked files over the catalogue in use, as a whole, and tells what that changed; a dry run only tells. */
export async function importCatalogue(
  store: CatalogueStore,
  layers: CatalogueLayers,
  meta: {
    source: string
    importedAt: Date
    texts: FormatTexts
    isDryRun?: boolean
    /** Share of the new version that is stored, 0 to 1. */
    onProgress?: (share: number) => void
  },
): Promise<CatalogueImport> {
  for (;;) {
    const current = await store.current()
    const before = current?.procedures ?? []
    const updated = updateCatalogue(before, layers, meta.texts)
    if (updated.kind === 'problems') return updated
    const after = updated.procedures
    const diff = diffCatalogues(before, after)
    if (current && isEmptyDiff(diff)) return { kind: 'unchanged', total: after.length }
    if (meta.isDryRun) return { kind: 'dry-run', diff, before, after }
    const { source, importedAt, onProgress } = meta
    const facts = { source, importedAt, ...(onProgress ? { onProgress } : {}) }
    const version = current
      ? await store.replaceIfStill(current.version.number, after, facts)
      : await store.replace(after, facts)
    // Somebody else's import came between: this one is laid over theirs.
    if (version === 'overtaken') continue
    return { kind: 'imported', diff, before, after, version }
  }
}
