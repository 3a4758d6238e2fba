import { type Document, isDocument } from '../bson/value-types.ts'
import { topLevel } from '../match/compile-filter.ts'
import { referencedFields } from './expressions.ts'

/**
 * The top-level fields of its input that a pipeline looks at, so that large documents are decoded in part; undefined
 * when the results may hold whole documents.
 */
export function neededFields(pipeline: readonly Document[]): Set<string> | undefined {
  const needed = new Set<string>()
  for (const stage of pipeline) {
    const [name, argument] = Object.entries(stage)[0] ?? ['', undefined]
    const found = fieldsOf(name, argument)
    if (!found) return undefined
    for (const field of found.fields) needed.add(field)
    if (found.isClosed) return needed
  }
  return undefined
}

/** `isClosed`: nothing of the input that is not named here can reach later stages. */
function fieldsOf(
  name: string,
  argument: unknown,
): { fields: Iterable<string>; isClosed: boolean } | undefined {
  switch (name) {
    case '$group': {
      const fields = referencedFields(argument)
      return fields && { fields, isClosed: true }
    }
    case '$count':
      return { fields: [], isClosed: true }
    case '$sortByCount': {
      const fields = referencedFields(argument)
      return fields && { fields, isClosed: true }
    }
    case '$limit':
    case '$skip':
      return { fields: [], isClosed: false }
    case '$sort':
      return { fields: Object.keys(isDocument(argument) ? argument : {}).map(topLevel), isClosed: false }
    case '$unwind': {
      const path = isDocument(argument) ? argument.path : argument
      return { fields: [topLevel(String(path).replace(/^\$/, ''))], isClosed: false }
    }
    case '$project':
      return projectFields(argument)
    case '$facet': {
      const parts = Object.values(isDocument(argument) ? argument : {}).map((part) =>
        neededFields(part as Document[]),
      )
      if (!parts.every((part) => part !== undefined)) return undefined
      return { fields: parts.flatMap((part) => [...part]), isClosed: true }
    }
    default:
      return undefined
  }
}

function projectFields(argument: unknown): { fields: Iterable<string>; isClosed: boolean } | undefined {
  if (!isDocument(argument)) return undefined
  const isInclusion = Object.entries(argument).some(
    ([name, value]) => name !== '_id' && value !== 0 && value !== false,
  )
  const fields = referencedFields(argument)
  if (!isInclusion || !fields) return undefined
  return { fields: ['_id', ...fields, ...Object.keys(argument).map(topLevel)], isClosed: true }
}
