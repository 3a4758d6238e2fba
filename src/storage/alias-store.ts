import mongoose from 'mongoose'
import type { AliasStore, NewWords, SearchAlias } from '../catalogue/learning/search-alias.ts'

interface AliasDocument extends Omit<SearchAlias, 'id'> {
  _id: mongoose.Types.ObjectId
}

const aliasSchema = new mongoose.Schema<AliasDocument>(
  {
    taught: mongoose.Schema.Types.Mixed,
    by: String,
    at: Date,
    reason: String,
    questionKeys: [String],
    effect: mongoose.Schema.Types.Mixed,
    takenBack: mongoose.Schema.Types.Mixed,
  },
  { collection: 'search_aliases', versionKey: false, minimize: false },
)
// list(), kept()
aliasSchema.index({ at: 1 })

/** Hundreds at most: nobody writes more words by hand. */
const mostAliases = 5_000

export function createAliasStore(connection: mongoose.Connection): AliasStore {
  const model = connection.model<AliasDocument>('SearchAlias', aliasSchema)
  const collection = model.collection as unknown as mongoose.mongo.Collection<AliasDocument>
  const opened = ({ _id, ...alias }: AliasDocument): SearchAlias => ({ ...alias, id: _id.toHexString() })
  const isKept = { takenBack: { $exists: false } }

  return {
    async add(alias) {
      const document = { _id: new mongoose.Types.ObjectId(), ...alias }
      await collection.insertOne(document)
      return opened(document)
    },

    async takeBack(id, takenBack) {
      if (!/^[0-9a-f]{24}$/.test(id)) return undefined
      const found = await collection.findOneAndUpdate(
        { _id: new mongoose.Types.ObjectId(id), ...isKept },
        { $set: { takenBack } },
        { returnDocument: 'after' },
      )
      return found ? opened(found) : undefined
    },

    async list() {
      return (await collection.find({}).sort({ at: -1, _id: -1 }).limit(mostAliases).toArray()).map(opened)
    },

    async kept(): Promise<NewWords[]> {
      const found = await collection.find(isKept).sort({ at: 1, _id: 1 }).limit(mostAliases).toArray()
      return found.map(({ taught }) => taught)
    },

    /** Nothing is ever deleted: all never falls, and what is kept only falls while all stays. */
    async revision() {
      const [all, kept] = await Promise.all([
        collection.countDocuments({}),
        collection.countDocuments(isKept),
      ])
      return `${all}:${kept}`
    },
  }
}
