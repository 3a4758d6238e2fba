import { Timestamp } from 'bson'
import { systemClock } from '../../../lib/clock.ts'
import { compileDocumentStages } from '../aggregate/document-stages.ts'
import type { Variables } from '../aggregate/expressions.ts'
import { decode, encode } from '../bson/codec.ts'
import { compareValues, valuesEqual } from '../bson/compare-values.ts'
import { type Document, isDocument, isNumeric } from '../bson/value-types.ts'
import { ServerError } from '../errors.ts'
import { compileFilter, type Filter, topLevel } from '../match/compile-filter.ts'
import { bitwise, calculate, zeroLike } from './arithmetic.ts'
import { addToSet, pop, pull, pullAll, push } from './array-operators.ts'
import { getAt, setAt, unsetAt } from './document-path.ts'
import { type ArrayFilters, expandPath } from './expand-path.ts'
import { retype } from './retype.ts'

/** Changes a document decoded with exact types, in place or by returning another. Whoever calls compares before and after. */
export type Update = (document: Document, filter: Filter | undefined, isInsert: boolean) => Document

export interface UpdateRequest {
  update: unknown
  arrayFilters?: unknown
  variables?: Variables
}

export function isReplacement(update: unknown): boolean {
  return isDocument(update) && !Object.keys(update)[0]?.startsWith('$')
}

/** @throws ServerError for an update that MongoDB would reject before looking at any document. */
export function compileUpdate({ update, arrayFilters, variables }: UpdateRequest): Update {
  if (Array.isArray(update)) {
    if (arrayFilters !== undefined)
      throw new ServerError(9, 'arrayFilters may not be specified for pipeline-style updates')
    return compilePipeline(update, variables ?? {})
  }
  if (!isDocument(update)) throw new ServerError(9, 'Update argument must be either an object or an array')
  if (isReplacement(update)) {
    if (arrayFilters !== undefined)
      throw new ServerError(9, 'arrayFilters may not be specified for replacement-style updates')
    return compileReplacement(update)
  }
  return compileOperators(update, compileArrayFilters(arrayFilters))
}

function compileReplacement(update: Document): Update {
  const dollar = Object.keys(update).find((name) => name.startsWith('$'))
  if (dollar)
    throw new ServerError(
      52,
      `The dollar ($) prefixed field '${dollar}' is not allowed in the context of an update's replacement document.`,
    )
  return (document) => withId(document, update)
}

function withId(document: Document, replacement: Document): Document {
  const { _id, ...rest } = replacement
  const id = document._id !== undefined ? document._id : _id
  if (_id !== undefined) assertSameId(document, _id)
  return id === undefined ? rest : { _id: id, ...rest }
}

function assertSameId(document: Document, id: unknown): void {
  if (document._id !== undefined && !valuesEqual(document._id, id))
    throw new ServerError(66, "Performing an update on the path '_id' would modify the immutable field '_id'")
}

function compilePipeline(pipeline: unknown[], variables: Variables): Update {
  const apply = compileDocumentStages(pipeline, variables)
  return (document) => {
    const { _id, ...rest } = retype(document, apply(decode(encode(document))))
    const id = _id ?? document._id
    if (id !== undefined) assertSameId(document, id)
    return id === undefined ? rest : { _id: id, ...rest }
  }
}

interface Modification {
  operator: string
  path: string
  argument: unknown
}

const operators = new Set([
  '$set',
  '$unset',
  '$inc',
  '$mul',
  '$min',
  '$max',
  '$rename',
  '$setOnInsert',
  '$currentDate',
  '$push',
  '$addToSet',
  '$pop',
  '$pull',
  '$pullAll',
  '$bit',
])

function compileOperators(update: Document, arrayFilters: ArrayFilters): Update {
  const modifications: Modification[] = []
  for (const [operator, changes] of Object.entries(update)) {
    if (!operators.has(operator))
      throw new ServerError(
        9,
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
      )
    if (!isDocument(changes))
      throw new ServerError(9, `Modifiers operate on fields but we found another type: ${operator}`)
    for (const [path, argument] of Object.entries(changes)) {
      checkPath(path)
      if ((operator === '$inc' || operator === '$mul') && !isNumeric(argument))
        throw new ServerError(
          14,
          `Cannot ${operator.slice(1)} with non-numeric argument: {${path}: ${JSON.stringify(argument)}}`,
        )
      modifications.push({ operator, path, argument })
      if (operator === '$rename') checkRename(path, argument)
    }
  }
  checkConflicts(modifications)
  checkIdentifiersUsed(modifications, arrayFilters)
  // New fields are added in the order of their paths.
  modifications.sort((a, b) => comparePaths(a.path, b.path))
  return (document, filter, isInsert) => {
    const id = document._id
    const now = systemClock.now()
    for (const modification of modifications) {
      if (modification.operator === '$setOnInsert' && !isInsert) continue
      for (const parts of expandPath(document, modification.path, filter, arrayFilters))
        applyModification(document, parts, modification, now)
    }
    if (!isInsert || id !== undefined) assertSameId({ _id: id }, document._id ?? null)
    return document
  }
}

function checkPath(path: string): void {
  if (path === '' || path.split('.').includes(''))
    throw new ServerError(56, `The update path '${path}' contains an empty field name, which is not allowed.`)
}

function checkRename(path: string, argument: unknown): void {
  if (typeof argument !== 'string') throw new ServerError(2, "The 'to' field for $rename must be a string")
  checkPath(argument)
  if (`${path}.${argument}`.split('.').some((part) => part.startsWith('$')))
    throw new ServerError(2, 'The source and target field for $rename must not be dynamic')
}

function comparePaths(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')]
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [x, y] = [left[i]!, right[i]!]
    if (x === y) continue
    const numeric = Number(x) - Number(y)
    return Number.isNaN(numeric) ? (x < y ? -1 : 1) : numeric
  }
  return left.length - right.length
}

function checkConflicts(modifications: Modification[]): void {
  const paths: string[] = []
  for (const { operator, path, argument } of modifications) {
    for (const own of operator === '$rename' ? [path, String(argument)] : [path]) {
      const other = paths.find((one) => one === own || one.startsWith(`${own}.`) || own.startsWith(`${one}.`))
      if (other !== undefined)
        throw new ServerError(40, `Updating the path '${own}' would create a conflict at '${other}'`)
      paths.push(own)
    }
  }
}

function compileArrayFilters(arrayFilters: unknown): ArrayFilters {
  const compiled = new Map<string, Filter['matches']>()
  if (arrayFilters === undefined) return compiled
  if (!Array.isArray(arrayFilters)) throw new ServerError(14, 'arrayFilters must be an array')
  for (const filter of arrayFilters) {
    if (!isDocument(filter)) throw new ServerError(14, 'each of arrayFilters must be an object')
    const { matches, fields } = compileFilter(filter)
    const [name, ...others] = fields ?? []
    if (name === undefined || others.length > 0)
      throw new ServerError(
        9,
        `Error parsing array filter :: caused by :: Expected a single top-level field name`,
      )
    if (compiled.has(name))
      throw new ServerError(9, `Found multiple array filters with the same top-level field name ${name}`)
    compiled.set(name, matches)
  }
  return compiled
}

function checkIdentifiersUsed(modifications: Modification[], arrayFilters: ArrayFilters): void {
  for (const name of arrayFilters.keys()) {
    if (!modifications.some(({ path }) => path.split('.').includes(`$[${name}]`)))
      throw new ServerError(9, `The array filter for identifier '${name}' was not used in the update`)
  }
}

function applyModification(
  document: Document,
  parts: string[],
  { operator, argument }: Modification,
  now: Date,
): void {
  const current = getAt(document, parts)
  if (operator === '$unset') unsetAt(document, parts)
  else if (operator === '$rename') {
    if (current === undefined) return
    unsetAt(document, parts)
    setAt(document, String(argument).split('.'), current)
  } else {
    const value = newValue(operator, current, argument, now)
    if (value !== current) setAt(document, parts, value)
  }
}

/** What an operator makes of a field's value (undefined: the field is missing, or stays so). */
function newValue(operator: string, current: unknown, argument: unknown, now: Date): unknown {
  switch (operator) {
    case '$set':
    case '$setOnInsert':
      return argument
    case '$inc':
      return current === undefined ? argument : calculate('$inc', current, argument)
    case '$mul':
      return current === undefined ? zeroLike(argument) : calculate('$mul', current, argument)
    case '$min':
      return current === undefined || compareValues(argument, current) < 0 ? argument : current
    case '$max':
      return current === undefined || compareValues(argument, current) > 0 ? argument : current
    case '$currentDate':
      return currentDate(argument, now)
    case '$push':
      return push(current, argument)
    case '$addToSet':
      return addToSet(current, argument)
    case '$bit':
      return applyBit(current, argument)
    case '$pop':
      return current === undefined ? undefined : pop(current, argument)
    case '$pull':
      return current === undefined ? undefined : pull(current, argument)
    case '$pullAll':
      return current === undefined ? undefined : pullAll(current, argument)
    default:
      throw new ServerError(9, `Unknown modifier: ${operator}`)
  }
}

function currentDate(argument: unknown, now: Date): unknown {
  if (argument === true) return now
  const type = isDocument(argument) ? argument.$type : undefined
  if (type === 'date') return now
  if (type === 'timestamp') return new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 })
  throw new ServerError(2, "$currentDate takes true or {$type: 'date' | 'timestamp'}")
}

function applyBit(current: unknown, argument: unknown): unknown {
  if (!isDocument(argument))
    throw new ServerError(2, 'The $bit modifier is not compatible with this argument')
  return Object.entries(argument).reduce(
    (value, [operation, operand]) =>
      bitwise(operation, value === undefined ? zeroLike(operand) : value, operand),
    current,
  )
}

/** The document that an upsert starts from: the equalities of its filter. */
export function upsertSeed(filter: Filter): Document {
  const seed: Document = {}
  const taken = new Set<string>()
  const conditions = [
    ...filter.conditions,
    ...filter.alternatives.filter((branches) => branches.length === 1).flatMap(([only]) => only!.conditions),
  ]
  for (const { operator, operand, path } of conditions) {
    const value = operator === '$eq' ? operand : singleOf(operator, operand)
    if (value === undefined) continue
    if (
      [...taken].some(
        (other) => other === path || other.startsWith(`${path}.`) || path.startsWith(`${other}.`),
      )
    )
      throw new ServerError(54, `cannot infer query fields to set, path '${path}' is matched twice`)
    taken.add(path)
    if (path.split('.').some((part) => part.startsWith('$') && topLevel(path) !== '_id')) continue
    setAt(seed, path.split('.'), value)
  }
  return seed
}

function singleOf(operator: string, operand: unknown): unknown {
  return operator === '$in' && Array.isArray(operand) && operand.length === 1 ? operand[0] : undefined
}
