import { compareValues, valuesEqual } from '../bson/compare-values.ts'
import { typeRank } from '../bson/value-types.ts'
import type { Condition, Filter } from '../match/compile-filter.ts'
import { requiresPresence } from './field-bounds.ts'

/** Whether every document that meets the conditions also meets the partial filter. May say no too often, never yes wrongly. */
export function impliesPartialFilter(conditions: readonly Condition[], partial: Filter): boolean {
  // Beyond a plain list of conditions ($or) nothing is concluded.
  if (partial.alternatives.length > 0) return false
  return partial.conditions.every((wanted) => conditions.some((given) => implies(given, wanted)))
}

function implies(given: Condition, wanted: Condition): boolean {
  if (given.path !== wanted.path) return false
  if (given.operator === wanted.operator && valuesEqual(given.operand, wanted.operand)) return true
  // {f: null} also holds for documents without f, so only presence that is certain implies $exists.
  if (wanted.operator === '$exists' && wanted.operand === true) return requiresPresence(given)
  const values = valuesOf(given)
  if (values) return values.every((value) => !Array.isArray(value) && holdsForValue(wanted, value))
  return isNarrowerRange(given, wanted)
}

function valuesOf({ operator, operand }: Condition): unknown[] | undefined {
  if (operator === '$eq') return [operand]
  return operator === '$in' && Array.isArray(operand) ? operand : undefined
}

function holdsForValue(wanted: Condition, value: unknown): boolean {
  if (!['$eq', '$in', '$gt', '$gte', '$lt', '$lte'].includes(wanted.operator)) return false
  const document: Record<string, unknown> = {}
  let node = document
  const parts = wanted.path.split('.')
  for (const part of parts.slice(0, -1)) {
    const next: Record<string, unknown> = {}
    node[part] = next
    node = next
  }
  node[parts.at(-1)!] = value
  return wanted.holds(document)
}

function isNarrowerRange(given: Condition, wanted: Condition): boolean {
  if (typeRank(given.operand) !== typeRank(wanted.operand)) return false
  const order = compareValues(given.operand, wanted.operand)
  const isLower = (operator: string) => operator === '$gt' || operator === '$gte'
  const isUpper = (operator: string) => operator === '$lt' || operator === '$lte'
  const isExactEdge = given.operator === wanted.operator || !given.operator.endsWith('e')
  if (isLower(given.operator) && isLower(wanted.operator)) return order > 0 || (order === 0 && isExactEdge)
  if (isUpper(given.operator) && isUpper(wanted.operator)) return order < 0 || (order === 0 && isExactEdge)
  return false
}
