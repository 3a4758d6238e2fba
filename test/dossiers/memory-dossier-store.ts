import type { Dossier, DossierEvent } from '../../src/dossiers/dossier.ts'
import type { DossierImport, DossierStore } from '../../src/dossiers/dossier-store.ts'

/** What the import of a file needs of a store; the stored one has its own tests. */
export function memoryDossierStore() {
  const kept = new Map<string, Dossier>()
  const events: DossierEvent[] = []
  const imports: DossierImport[] = []
  let begun = 0
  const store: Pick<DossierStore, 'findMany' | 'beginImport'> = {
    findMany: async (codes) => codes.flatMap((code) => kept.get(code) ?? []),
    async beginImport({ source }) {
      begun++
      const staged: { dossier: Dossier; event?: DossierEvent }[] = []
      return {
        stored: async (codes) =>
          new Map(codes.flatMap((code) => (kept.has(code) ? [[code, kept.get(code)!]] : []))),
        async stage(changes) {
          staged.push(...changes)
        },
        async commit(summary) {
          for (const { dossier, event } of staged) {
            kept.set(dossier.code, dossier)
            if (event) events.push(event)
          }
          const committed = { number: imports.length + 1, committedAt: new Date(0), source, summary }
          imports.push(committed)
          return committed
        },
        async abandon() {
          staged.length = 0
        },
      }
    },
  }
  return { store: store as DossierStore, kept, events, imports, begun: () => begun }
}
