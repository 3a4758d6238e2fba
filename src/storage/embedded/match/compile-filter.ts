import { evaluateExpression, isTruthy, referencedFields, type Variables } from '../aggregate/expressions.ts'
import { asDocument, type Document, isDocument, isOperatorDocument, toNumber } from '../bson/value-types.ts'
import { refuse, ServerError } from '../errors.ts'
import type { ValueTest } from './value-test.ts'
import {
  arrayOperand,
  equalityTest,
  isElementFilter,
  isRegex,
  operatorTest,
  orElement,
  regexTest,
  unknownOperator,
} from './value-test.ts'
import { someValueAt } from './walk-path.ts'

export type Predicate = (document: Document) => boolean

/** One condition that every matching document meets: what the planner and the positional `$` work with. */
export interface Condition {
  path: string
  operator: string
  operand: unknown
  /** `$options` beside `$regex`. */
  options?: string
  holds: Predicate
}

export interface Filter {
  matches: Predicate
  conditions: Condition[]
  /** The alternatives of each `$or` that every match must meet. */
  alternatives: Filter[][]
  /** Top-level fields that `matches` looks at; undefined when it may look at any. */
  fields: Set<string> | undefined
  /** `matches` tells Int32 from Double and needs documents decoded with exact types. */
  needsExactTypes: boolean
}

/** @throws ServerError for anything that MongoDB rejects or this server leaves out. */
export function compileFilter(filter: Document, variables: Variables = {}): Filter {
  const compiled: Filter = {
    matches: () => true,
    conditions: [],
    alternatives: [],
    fields: new Set(),
    needsExactTypes: false,
  }
  const predicates: Predicate[] = []
  for (const [name, operand] of Object.entries(filter)) {
    if (name.startsWith('$')) predicates.push(compileLogical(compiled, name, operand, variables))
    else {
      compiled.fields?.add(topLevel(name))
      const conditions = compilePath(compiled, name, operand, variables)
      compiled.conditions.push(...conditions)
      predicates.push(...conditions.map((condition) => condition.holds))
    }
  }
  compiled.matches = allOf(predicates)
  return compiled
}

function allOf(predicates: Predicate[]): Predicate {
  const [first, second] = predicates
  if (!first) return () => true
  if (!second) return first
  return (document) => predicates.every((predicate) => predicate(document))
}

export function topLevel(path: string): string {
  const dot = path.indexOf('.')
  return dot === -1 ? path : path.slice(0, dot)
}

function compileLogical(into: Filter, name: string, operand: unknown, variables: Variables): Predicate {
  switch (name) {
    case '$and':
    case '$or':
    case '$nor': {
      const parts = compileList(name, operand, variables)
      for (const part of parts) absorb(into, part)
      if (name === '$and') {
        for (const part of parts) {
          into.conditions.push(...part.conditions)
          into.alternatives.push(...part.alternatives)
        }
        return allOf(parts.map((part) => part.matches))
      }
      if (name === '$or') into.alternatives.push(parts)
      const any: Predicate = (document) => parts.some((part) => part.matches(document))
      return name === '$or' ? any : (document) => !any(document)
    }
    case '$expr': {
      const fields = referencedFields(operand)
      absorb(into, { fields, needsExactTypes: false })
      return (document) => isTruthy(evaluateExpression(operand, document, variables))
    }
    case '$comment':
      return () => true
    case '$alwaysTrue':
      return () => true
    case '$alwaysFalse':
      return () => false
    default: {
      const error = unknownOperator(name)
      throw error.code === 238 ? error : new ServerError(2, `unknown top level operator: ${name}`)
    }
  }
}

function compileList(name: string, operand: unknown, variables: Variables): Filter[] {
  const list = arrayOperand(name, operand)
  if (list.length === 0) throw new ServerError(2, `${name} must be a nonempty array`)
  return list.map((part) => {
    if (!isDocument(part)) throw new ServerError(2, `${name} entries need to be full objects`)
    return compileFilter(part, variables)
  })
}

function absorb(into: Filter, part: Pick<Filter, 'fields' | 'needsExactTypes'>): void {
  if (!part.fields) into.fields = undefined
  else for (const field of part.fields) into.fields?.add(field)
  into.needsExactTypes ||= part.needsExactTypes
}

/** Operators that look at an array itself, never at its elements. */
const wholeValueOperators = new Set(['$exists', '$size', '$elemMatch', '$all'])

/** @param entersArrays false for the elements of `$elemMatch`, which are tested as they are. */
function compilePath(
  into: Filter,
  path: string,
  operand: unknown,
  variables: Variables,
  entersArrays = true,
): Condition[] {
  const parts = path.split('.')
  const condition = (operator: string, value: unknown, test: ValueTest, options?: string): Condition => ({
    path,
    operator,
    operand: value,
    ...(options === undefined ? {} : { options }),
    holds: holdsAt(parts, entersArrays && !wholeValueOperators.has(operator) ? orElement(test) : test),
  })
  if (isRegex(operand)) return [condition('$regex', operand, regexTest(operand))]
  if (!isOperatorDocument(operand)) return [condition('$eq', operand, equalityTest(operand))]
  const conditions: Condition[] = []
  for (const [name, value] of Object.entries(operand)) {
    if (!name.startsWith('$')) throw new ServerError(2, `unknown operator: ${name}`)
    switch (name) {
      case '$regex': {
        const options = operand.$options === undefined ? undefined : String(operand.$options)
        conditions.push(condition('$regex', value, regexTest(value, options), options))
        break
      }
      case '$options':
        if (operand.$regex === undefined) throw new ServerError(2, '$options needs a $regex')
        break
      case '$exists': {
        const wanted = isTruthy(value)
        const exists = condition('$exists', wanted, (found) => found !== undefined)
        conditions.push(wanted ? exists : negated(exists))
        break
      }
      case '$ne':
        if (isRegex(value)) throw new ServerError(2, "Can't have regex as arg to $ne.")
        conditions.push({ ...negated(condition('$eq', value, equalityTest(value))), operator: '$ne' })
        break
      case '$nin':
        conditions.push({ ...negated(condition('$in', value, operatorTest('$in', value))), operator: '$nin' })
        break
      case '$not': {
        if (!isRegex(value) && !(isOperatorDocument(value) && Object.keys(value).length > 0))
          throw new ServerError(2, '$not needs a regex or a document')
        const inner = compilePath(into, path, value, variables, entersArrays)
        const holds = allOf(inner.map((one) => one.holds))
        conditions.push({ path, operator: '$not', operand: value, holds: (document) => !holds(document) })
        break
      }
      case '$elemMatch':
        conditions.push(condition('$elemMatch', value, elementTest(into, value, variables)))
        break
      case '$all':
        conditions.push(...compileAll(into, condition, value, variables))
        break
      default:
        if (name === '$type') into.needsExactTypes = true
        if (['$gt', '$gte', '$lt', '$lte', '$eq'].includes(name) && isRegex(value) && name !== '$eq')
          throw new ServerError(2, `Can't have RegEx as arg to predicate over field '${path}'.`)
        conditions.push(condition(name, value, operatorTest(name, value)))
    }
  }
  return conditions
}

function holdsAt(parts: readonly string[], test: ValueTest): Predicate {
  return (document) => someValueAt(document, parts, test)
}

function negated(condition: Condition): Condition {
  return {
    ...condition,
    operator: `not ${condition.operator}`,
    holds: (document) => !condition.holds(document),
  }
}

function compileAll(
  into: Filter,
  condition: (operator: string, value: unknown, test: ValueTest) => Condition,
  operand: unknown,
  variables: Variables,
): Condition[] {
  const list = arrayOperand('$all', operand)
  if (list.length === 0) return [condition('$all', operand, () => false)]
  return list.map((value) => {
    if (isDocument(value) && '$elemMatch' in value)
      return condition('$elemMatch', value.$elemMatch, elementTest(into, value.$elemMatch, variables))
    if (isRegex(value)) return condition('$regex', value, regexTest(value))
    if (isOperatorDocument(value)) throw new ServerError(2, 'no $ expressions in $all')
    return condition('$eq', value, equalityTest(value))
  })
}

/** `$elemMatch`: one element meets all of it, as a document of its own or as a plain value. */
export function elementTest(into: Filter, operand: unknown, variables: Variables): ValueTest {
  if (!isDocument(operand)) throw new ServerError(2, '$elemMatch needs an Object')
  if (isElementFilter(operand)) {
    const inner = compileFilter(operand, variables)
    into.needsExactTypes ||= inner.needsExactTypes
    return (value) =>
      Array.isArray(value) &&
      value.some((element) => {
        const document = asDocument(element) ?? (Array.isArray(element) ? { ...element } : undefined)
        return document !== undefined && inner.matches(document)
      })
  }
  // An array within the array is not entered: `[[1]]` has no element greater than 0.
  const holds = allOf(compilePath(into, 'value', operand, variables, false).map((one) => one.holds))
  return (value) => Array.isArray(value) && value.some((element) => holds({ value: element }))
}

/** Rejects everything but the simple collation, whose order is the order of the bytes. */
export function checkCollation(collation: unknown): void {
  if (collation === undefined || collation === null) return
  if (isDocument(collation) && (Object.keys(collation).length === 0 || collation.locale === 'simple')) return
  throw refuse('a collation other than "simple"')
}

export function nonNegativeInteger(name: string, value: unknown): number {
  if (value === undefined || value === null) return 0
  const number = toNumber(value)
  if (Number.isNaN(number)) throw new ServerError(14, `${name} must be a number`)
  if (number < 0)
    throw new ServerError(51024, `BSON field '${name}' value must be >= 0, actual value '${number}'`)
  return Math.trunc(number)
}
