import { checkExpression, evaluateExpression, isTruthy, type Variables } from '../aggregate/expressions.ts'
import { decode, decodeExact, encode } from '../bson/codec.ts'
import { dropField, pickFields } from '../bson/raw-document.ts'
import { asDocument, type Document, isDocument, isNumeric, toNumber } from '../bson/value-types.ts'
import { refuse, ServerError } from '../errors.ts'
import { compileFilter, elementTest, type Filter } from '../match/compile-filter.ts'
import { getAt, setAt } from '../update/document-path.ts'
import { expandPath } from '../update/expand-path.ts'

/** Which fields to keep or to leave out, as a tree over their paths. */
type Tree = Map<string, Tree | true>

type ArrayCut = (array: unknown[]) => unknown

export interface Projection {
  isExclusion: boolean
  /** @param plain the same document with plain numbers, for expressions. */
  apply(document: Document, plain: Document): Document
  /** The top-level fields to keep or drop, when the projection is that simple. */
  topLevelOnly: Set<string> | undefined
  hasComputed: boolean
}

export interface ProjectionOptions {
  /** `find` knows `$slice` of two arguments, `$elemMatch` and the positional `$`; `$project` does not. */
  kind: 'find' | 'aggregate'
  filter?: Filter
  variables?: Variables
}

interface Parts {
  included: Tree
  excluded: Tree
  computed: { path: string; expression: unknown }[]
  cuts: { path: string; cut: ArrayCut; includes: boolean }[]
  positional: string | undefined
  id: boolean | undefined
}

export function compileProjection(specification: Document, options: ProjectionOptions): Projection {
  const parts: Parts = {
    included: new Map(),
    excluded: new Map(),
    computed: [],
    cuts: [],
    positional: undefined,
    id: undefined,
  }
  collect(specification, '', parts, options)
  const includes =
    parts.included.size > 0 ||
    parts.positional !== undefined ||
    parts.cuts.some((cut) => cut.includes) ||
    (parts.computed.length > 0 && parts.excluded.size === 0)
  if (includes && parts.excluded.size > 0)
    throw new ServerError(31254, 'Cannot do exclusion and inclusion in one projection')
  const isExclusion =
    !includes && !(parts.id === true && parts.excluded.size === 0 && parts.cuts.length === 0)
  if (isExclusion) {
    if (parts.id === false) parts.excluded.set('_id', true)
  } else {
    if (parts.id !== false) parts.included.set('_id', true)
    for (const { path } of parts.cuts) addPath(parts.included, path)
    if (parts.positional) addPath(parts.included, parts.positional)
  }
  const tree = isExclusion ? parts.excluded : parts.included
  const isSimple = parts.computed.length === 0 && parts.cuts.length === 0 && parts.positional === undefined
  return {
    isExclusion,
    hasComputed: parts.computed.length > 0,
    topLevelOnly:
      isSimple && [...tree.values()].every((node) => node === true) ? new Set(tree.keys()) : undefined,
    apply: (document, plain) => {
      const result = isExclusion ? excludeFields(document, tree) : includeFields(document, tree)
      for (const { path, cut } of parts.cuts) cutArray(result, path.split('.'), cut)
      if (parts.positional) keepMatched(document, result, parts.positional, options.filter)
      for (const { path, expression } of parts.computed) {
        const value = evaluateExpression(expression, plain, options.variables)
        if (value !== undefined) setAt(result, path.split('.'), value)
      }
      return result
    },
  }
}

/** Works on stored bytes, decoding only when it must. */
export function projectRaw(projection: Projection, raw: Buffer): Buffer {
  if (projection.topLevelOnly) {
    if (!projection.isExclusion) return pickFields(raw, projection.topLevelOnly)
    return [...projection.topLevelOnly].reduce(dropField, raw)
  }
  return encode(projection.apply(decodeExact(raw), projection.hasComputed ? decode(raw) : {}))
}

function collect(specification: Document, prefix: string, parts: Parts, options: ProjectionOptions): void {
  for (const [name, value] of Object.entries(specification)) {
    const path = prefix + name
    if (path === '' || path.split('.').includes(''))
      throw new ServerError(40353, 'FieldPath field names may not be empty strings.')
    const isFlag = typeof value === 'boolean' || isNumeric(value)
    if (isFlag) {
      const wanted = isTruthy(value)
      if (path === '_id') parts.id = wanted
      else if (options.kind === 'find' && path.endsWith('.$') && wanted) parts.positional = path.slice(0, -2)
      else addPath(wanted ? parts.included : parts.excluded, path)
    } else if (
      isDocument(value) &&
      Object.keys(value).length > 0 &&
      !Object.keys(value)[0]!.startsWith('$')
    ) {
      collect(value, `${path}.`, parts, options)
    } else if (
      options.kind === 'find' &&
      isDocument(value) &&
      '$slice' in value &&
      isFindSlice(value.$slice)
    ) {
      parts.cuts.push({ path, cut: sliceCut(value.$slice), includes: false })
    } else if (options.kind === 'find' && isDocument(value) && '$elemMatch' in value) {
      const filter = compileFilter({})
      const test = elementTest(filter, value.$elemMatch, {})
      parts.cuts.push({
        path,
        cut: (array) => {
          const found = array.find((element) => test([element]))
          return found === undefined ? undefined : [found]
        },
        includes: true,
      })
    } else {
      if (isDocument(value) && '$meta' in value) throw refuse('$meta in a projection')
      checkExpression(value)
      parts.computed.push({ path, expression: value })
    }
  }
}

function isFindSlice(argument: unknown): boolean {
  return isNumeric(argument) || (Array.isArray(argument) && argument.every(isNumeric))
}

function sliceCut(argument: unknown): ArrayCut {
  const [first, second] = (Array.isArray(argument) ? argument : [argument]).map(toNumber)
  const count = first ?? 0
  if (second === undefined) return (array) => (count < 0 ? array.slice(count) : array.slice(0, count))
  return (array) => {
    const start = count < 0 ? Math.max(0, array.length + count) : count
    return array.slice(start, start + second)
  }
}

function addPath(tree: Tree, path: string): void {
  const parts = path.split('.')
  let node = tree
  for (const [i, part] of parts.entries()) {
    const next = node.get(part)
    if (i === parts.length - 1) node.set(part, true)
    else if (next === true) return
    else {
      const child: Tree = next ?? new Map()
      node.set(part, child)
      node = child
    }
  }
}

function includeFields(document: Document, tree: Tree): Document {
  const result: Document = {}
  for (const [name, value] of Object.entries(document)) {
    const node = tree.get(name)
    if (node === undefined) continue
    const kept = node === true ? value : includeIn(value, node)
    if (kept !== undefined || node === true) result[name] = kept
  }
  return result
}

function includeIn(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value))
    return value.map((element) => includeIn(element, tree)).filter((kept) => kept !== undefined)
  const document = asDocument(value)
  return document && includeFields(document, tree)
}

function excludeFields(document: Document, tree: Tree): Document {
  const result: Document = {}
  for (const [name, value] of Object.entries(document)) {
    const node = tree.get(name)
    if (node !== true) result[name] = node === undefined ? value : excludeIn(value, node)
  }
  return result
}

function excludeIn(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) return value.map((element) => excludeIn(element, tree))
  const document = asDocument(value)
  return document ? excludeFields(document, tree) : value
}

function cutArray(result: Document, parts: string[], cut: ArrayCut): void {
  const array = getAt(result, parts)
  if (Array.isArray(array)) {
    const kept = cut(array)
    if (kept !== undefined) setAt(result, parts, kept)
    else if (parts.length === 1) delete result[parts[0]!]
  } else if (parts.length === 1 && array !== undefined && cut([]) === undefined) delete result[parts[0]!]
}

function keepMatched(document: Document, result: Document, path: string, filter: Filter | undefined): void {
  const [matched] = expandPath(document, `${path}.$`, filter, new Map())
  if (matched) setAt(result, path.split('.'), [getAt(document, matched)])
}
