import type { Document } from '../bson/value-types.ts'
import type { Filter } from '../match/compile-filter.ts'

export interface IndexField {
  path: string
  parts: string[]
  descending: boolean
}

/** What `createIndexes` asked for, as `listIndexes` shows it. */
export interface IndexOptions {
  name: string
  key: Record<string, 1 | -1>
  unique: boolean
  sparse: boolean
  hidden: boolean
  expireAfterSeconds?: number
  partialFilterExpression?: Document
}

export interface Index extends IndexOptions {
  /** Begins every key of this index; 0 for the index on `_id`, which is the document store itself. */
  id: number
  fields: IndexField[]
  partialFilter?: Filter
  /** Some document holds an array on an indexed path. */
  isMultikey: boolean
  /** Some key was too long and cut, so the order of keys is no longer the order of values. */
  hasCutKeys: boolean
  /** False while `createIndexes` still fills it: written, but not read. */
  isReady: boolean
}

export interface Collection {
  id: number
  database: string
  name: string
  uuid: Buffer
  indexes: Index[]
  count: number
  /** Top-level fields that any index looks at. */
  indexedFields: Set<string>
}

export function namespaceOf(collection: { database: string; name: string }): string {
  return `${collection.database}.${collection.name}`
}
