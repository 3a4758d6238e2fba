import type { Document } from '../bson/value-types.ts'
import { ServerError } from '../errors.ts'
import { type Filter, type Predicate, topLevel } from '../match/compile-filter.ts'
import { getAt } from './document-path.ts'

export type ArrayFilters = ReadonlyMap<string, Predicate>

/** The concrete paths that `$`, `$[]` and `$[name]` stand for in one document. */
export function expandPath(
  document: Document,
  path: string,
  filter: Filter | undefined,
  arrayFilters: ArrayFilters,
): string[][] {
  let expanded: string[][] = [[]]
  for (const part of path.split('.')) {
    expanded = expanded.flatMap((parts) => positions(document, parts, part, filter, arrayFilters))
  }
  return expanded
}

function positions(
  document: Document,
  parts: string[],
  part: string,
  filter: Filter | undefined,
  arrayFilters: ArrayFilters,
): string[][] {
  if (!part.startsWith('$')) return [[...parts, part]]
  const array = getAt(document, parts)
  if (part === '$') {
    const position = Array.isArray(array) && filter ? matchedPosition(document, parts, array, filter) : -1
    if (position === -1)
      throw new ServerError(2, 'The positional operator did not find the match needed from the query.')
    return [[...parts, String(position)]]
  }
  const name = /^\$\[(.*)\]$/.exec(part)?.[1]
  if (name === undefined)
    throw new ServerError(
      52,
      `The dollar ($) prefixed field '${part}' in '${[...parts, part].join('.')}' is not valid for storage.`,
    )
  if (!Array.isArray(array)) {
    throw new ServerError(
      2,
      `The path '${parts.join('.')}' must exist in the document in order to apply array updates.`,
    )
  }
  const accepts = name === '' ? () => true : arrayFilters.get(name)
  if (!accepts) throw new ServerError(2, `No array filter found for identifier '${name}'`)
  return array.flatMap((element, i) => (accepts({ [name]: element }) ? [[...parts, String(i)]] : []))
}

/** The first element that by itself meets the filter's conditions on this array (all of them, else any). */
function matchedPosition(document: Document, parts: string[], array: unknown[], filter: Filter): number {
  const path = parts.join('.')
  const conditions = filter.conditions.filter(
    (condition) => condition.path === path || condition.path.startsWith(`${path}.`),
  )
  if (conditions.length === 0) return -1
  const alone = array.map((element) => withOnly(document, parts, element))
  const all = alone.findIndex((copy) => conditions.every((condition) => condition.holds(copy)))
  if (all !== -1) return all
  return alone.findIndex((copy) => conditions.some((condition) => condition.holds(copy)))
}

function withOnly(document: Document, parts: string[], element: unknown): Document {
  const [first, ...rest] = parts
  if (first === undefined) return document
  const inner = rest.length === 0 ? [element] : withOnly((document[first] ?? {}) as Document, rest, element)
  return { [topLevel(first)]: inner }
}
