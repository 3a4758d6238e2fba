import { isDocument } from '../bson/value-types.ts'
import { ServerError } from '../errors.ts'
import type { Condition, Filter } from '../match/compile-filter.ts'
import type { Collection, Index } from '../store/index-definition.ts'
import { cutBound, idPrefix } from '../store/index-keys.ts'
import { afterPrefix } from '../store/store.ts'
import { type ByteRange, boundsOf, requiresPresence } from './field-bounds.ts'
import { impliesPartialFilter } from './implies-partial-filter.ts'

/** Field and direction, first field first. */
export type SortOrder = readonly (readonly [path: string, direction: 1 | -1])[]

export interface FullScan {
  kind: 'full'
  reverse: boolean
}

export interface IndexScan {
  kind: 'index'
  index: Index
  /** In byte order. */
  ranges: ByteRange[]
  /** Keys of all ranges are merged by what follows the first `mergeFrom[i]` bytes; undefined: range after range. */
  mergeFrom?: number[]
  reverse: boolean
  providesSort: boolean
}

export interface UnionScan {
  kind: 'union'
  scans: IndexScan[]
}

export type Plan = FullScan | IndexScan | UnionScan

const maxRanges = 200

interface Candidate {
  scan: IndexScan
  score: number
  hasBounds: boolean
}

/** Every plan yields a superset of the matches; whoever runs it applies the full filter. */
export function choosePlan(collection: Collection, filter: Filter, sort: SortOrder, hint?: unknown): Plan {
  const hinted = hint === undefined ? undefined : hintedIndex(collection, hint)
  if (hinted === 'natural') return { kind: 'full', reverse: isDocument(hint) && Number(hint.$natural) < 0 }
  if (hinted) return candidateOf(collection, hinted, filter.conditions, sort).scan
  const best = bestCandidate(collection, filter.conditions, sort)
  if (best?.hasBounds) return best.scan
  return unionOf(collection, filter) ?? best?.scan ?? { kind: 'full', reverse: false }
}

function bestCandidate(
  collection: Collection,
  conditions: Condition[],
  sort: SortOrder,
): Candidate | undefined {
  let best: Candidate | undefined
  for (const index of collection.indexes) {
    if (!index.isReady || index.hidden || !mayUse(index, conditions)) continue
    const candidate = candidateOf(collection, index, conditions, sort)
    if (!candidate.hasBounds && !(sort.length > 0 && candidate.scan.providesSort)) continue
    if (!best || candidate.score > best.score) best = candidate
  }
  return best
}

/** A sparse or partial index may only serve a filter that no left-out document can meet. */
function mayUse(index: Index, conditions: Condition[]): boolean {
  if (index.partialFilter && !impliesPartialFilter(conditions, index.partialFilter)) return false
  if (!index.sparse) return true
  return conditions.some(
    (condition) => index.fields.some(({ path }) => path === condition.path) && requiresPresence(condition),
  )
}

function candidateOf(
  collection: Collection,
  index: Index,
  conditions: Condition[],
  sort: SortOrder,
): Candidate {
  const isPrimary = index.id === 0
  const base = idPrefix(isPrimary ? collection.id : index.id)
  let prefixes = [base]
  let interval: ByteRange | undefined
  let score = 0
  let pointFields = 0
  const constants = new Set<string>()
  for (const { path, descending } of index.fields) {
    if (index.isMultikey && pointFields > 0) break
    const bounds = boundsOf(conditions, path, descending, index.isMultikey)
    if (!bounds) break
    if (bounds.kind === 'interval') {
      interval = bounds.range
      score += bounds.isClosed ? 6 : 4
      break
    }
    if (prefixes.length * bounds.points.length > maxRanges && prefixes.length > 1) break
    prefixes = prefixes.flatMap((prefix) => bounds.points.map((point) => Buffer.concat([prefix, point])))
    pointFields++
    if (bounds.points.length === 1) constants.add(path)
    score += bounds.points.length === 1 ? 10 : 8
  }
  const hasBounds = pointFields > 0 || interval !== undefined
  if (constants.size === index.fields.length && index.unique) score += isPrimary ? 200 : 100
  const ordered = sort.length > 0 && !index.isMultikey && !index.hasCutKeys
  const canEndInId = collection.indexes[0]?.hasCutKeys !== true
  const whole = ordered ? directionOf(index, 0, sort, constants, canEndInId) : undefined
  const merged =
    ordered && whole === undefined && prefixes.length > 1
      ? directionOf(index, pointFields, sort, constants, canEndInId)
      : undefined
  const direction = whole ?? merged
  if (direction) score += 5
  const ranges = prefixes.map((prefix) => rangeUnder(prefix, interval))
  return {
    hasBounds,
    score,
    scan: {
      kind: 'index',
      index,
      ranges:
        prefixes.length > 1 && !merged ? ranges.toSorted((a, b) => Buffer.compare(a.start, b.start)) : ranges,
      ...(merged ? { mergeFrom: prefixes.map((prefix) => prefix.length) } : {}),
      reverse: direction === -1,
      providesSort: direction !== undefined,
    },
  }
}

function rangeUnder(prefix: Buffer, interval: ByteRange | undefined): ByteRange {
  if (!interval) {
    const start = cutWithId(prefix)
    return { start, end: afterPrefix(start) }
  }
  const start = Buffer.concat([prefix, interval.start])
  const end = Buffer.concat([prefix, interval.end])
  const cutStart = cutWithId(start)
  const cutEnd = cutWithId(end)
  return { start: cutStart, end: cutEnd.length < end.length ? afterPrefix(cutEnd) : end }
}

function cutWithId(bytes: Buffer): Buffer {
  return bytes.length <= 4 ? bytes : bytes.subarray(0, 4 + cutBound(bytes.subarray(4)).length)
}

/** The scan direction in which the index, from its field `first` on, gives the wanted order. */
function directionOf(
  index: Index,
  first: number,
  sort: SortOrder,
  constants: ReadonlySet<string>,
  canEndInId: boolean,
): 1 | -1 | undefined {
  let position = first
  let direction: 1 | -1 | undefined
  for (const [path, wanted] of sort) {
    if (constants.has(path)) continue
    while (position < index.fields.length && constants.has(index.fields[position]!.path)) position++
    const field = index.fields[position]
    // Entries of equal fields lie in the order of _id.
    const given = field
      ? field.path === path
        ? field.descending
          ? -1
          : 1
        : undefined
      : idOrder(path, canEndInId)
    if (given === undefined) return undefined
    const scan = given === wanted ? 1 : -1
    if (direction !== undefined && direction !== scan) return undefined
    direction = scan
    position++
    // _id is unique: what follows it in the sort changes nothing.
    if (path === '_id') return direction
  }
  return direction ?? 1
}

function idOrder(path: string, canEndInId: boolean): 1 | undefined {
  return path === '_id' && canEndInId ? 1 : undefined
}

/** `$or` whose every branch has an index. */
function unionOf(collection: Collection, filter: Filter): UnionScan | undefined {
  for (const branches of filter.alternatives) {
    const found = branches.map((branch) =>
      bestCandidate(collection, [...filter.conditions, ...branch.conditions], []),
    )
    const scans = found.map((candidate) => candidate?.scan)
    if (scans.every((scan) => scan !== undefined)) return { kind: 'union', scans }
  }
  return undefined
}

export function hintedIndex(collection: Collection, hint: unknown): Index | 'natural' {
  if (isDocument(hint) && '$natural' in hint) return 'natural'
  const wanted = isDocument(hint)
    ? JSON.stringify(Object.entries(hint).map(([k, v]) => [k, Number(v)]))
    : hint
  const index = collection.indexes.find((one) =>
    typeof hint === 'string' ? one.name === hint : JSON.stringify(Object.entries(one.key)) === wanted,
  )
  if (!index?.isReady)
    throw new ServerError(
      2,
      'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
    )
  return index
}
