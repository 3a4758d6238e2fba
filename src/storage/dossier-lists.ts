import type mongoose from 'mongoose'
import type { DossierCode } from '../dossiers/dossier-code.ts'
import { type DossierFilter, type DossierLists, type ListPlace, shelvesOf } from '../dossiers/dossier-list.ts'
import { currentImport, type DossierRow, type ImportRow, seenAt, toDossier } from './dossier-rows.ts'

type RowFilter = mongoose.mongo.Filter<DossierRow>

/** After `createDossierStore`, which registers the collections and their indexes. */
export function createDossierLists(connection: mongoose.Connection): DossierLists {
  const rows = connection.collection('dossiers') as unknown as mongoose.mongo.Collection<DossierRow>
  const imports = connection.collection('dossier_imports') as unknown as mongoose.mongo.Collection<ImportRow>
  const seen = async () => seenAt(await currentImport(imports))

  return {
    async page(filter, { after, limit }) {
      const direction = shelvesOf(filter).isNewestFirst ? -1 : 1
      const found = await rows
        .find({ ...listFilter(filter, after), ...(await seen()) })
        .sort({ shelfDay: direction, code: direction })
        .limit(limit)
        .toArray()
      return found.map(toDossier)
    },

    count: async (filter, atMost) =>
      rows.countDocuments({ ...listFilter(filter), ...(await seen()) }, { limit: atMost }),

    async beginningWith(beginning, { after, limit }) {
      const end = `${beginning}\uffff`
      const code = after === undefined ? { $gte: beginning, $lt: end } : { $gt: after, $lt: end }
      const found = await rows
        .find({ code, ...(await seen()) })
        .sort({ code: 1 })
        .limit(limit)
        .toArray()
      return found.map(toDossier)
    },

    async receivedOn(day, { unit, limit }) {
      const found = await rows
        .find({ receivedDay: day, ...(unit === undefined ? {} : { unit }), ...(await seen()) })
        .sort({ code: 1 })
        .project<{ code: string }>({ code: 1 })
        .limit(limit)
        .toArray()
      return found.map(({ code }) => code as DossierCode)
    },

    async names(of, limit) {
      const now = await seen()
      const names: string[] = []
      // From one name straight to the next: as many looks at the index as there are names.
      while (names.length < limit) {
        const [row] = await rows
          .find({ [of]: { $gt: names.at(-1) ?? '' }, ...now } as RowFilter, { projection: { [of]: 1 } })
          .sort({ [of]: 1, shelf: 1, shelfDay: 1, code: 1 })
          .limit(1)
          .toArray()
        const name = row?.[of]
        if (name === undefined) break
        names.push(name)
      }
      return names
    },
  }
}

function listFilter(filter: DossierFilter, after?: ListPlace): RowFilter {
  const { shelves, first, last, isNewestFirst } = shelvesOf(filter)
  const [shelf] = shelves
  // The bound of the day also stands outside of `$or`, where an index can use it.
  const from = isNewestFirst ? first : (after?.day ?? first)
  const until = isNewestFirst ? (after?.day ?? last) : last
  const beyond = isNewestFirst ? '$lt' : '$gt'
  return {
    ...(filter.unit === undefined ? {} : { unit: filter.unit }),
    ...(filter.field === undefined ? {} : { field: filter.field }),
    shelf: shelves.length === 1 ? shelf! : { $in: shelves },
    shelfDay: { $gte: from ?? '', ...(until === undefined ? {} : { $lte: until }) },
    ...(after
      ? {
          $or: [
            { shelfDay: { [beyond]: after.day } },
            { shelfDay: after.day, code: { [beyond]: after.code } },
          ],
        }
      : {}),
  } as RowFilter
}
