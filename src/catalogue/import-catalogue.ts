import type { CatalogueStore, CatalogueVersion } from './catalogue-store.ts'
import { type CatalogueDiff, diffCatalogues, isEmptyDiff } from './diff-catalogues.ts'
import type { Procedure } from './procedure.ts'

export type CatalogueImport =
  | { kind: 'imported'; diff: CatalogueDiff; version: CatalogueVersion }
  /** Nothing differs from the catalogue in use, so no version was made. */
  | { kind: 'unchanged' }
  | { kind: 'dry-run'; diff: CatalogueDiff }

/** Puts checked procedures in use as a whole and tells what that changed; a dry run only tells. */
export async function importCatalogue(
  store: CatalogueStore,
  procedures: readonly Procedure[],
  meta: { source: string; importedAt: Date; isDryRun?: boolean },
): Promise<CatalogueImport> {
  const current = await store.current()
  const diff = diffCatalogues(current?.procedures ?? [], procedures)
  if (current && isEmptyDiff(diff)) return { kind: 'unchanged' }
  if (meta.isDryRun) return { kind: 'dry-run', diff }
  const version = await store.replace(procedures, { source: meta.source, importedAt: meta.importedAt })
  return { kind: 'imported', diff, version }
}
