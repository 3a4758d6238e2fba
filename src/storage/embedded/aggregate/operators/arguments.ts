import { evalExpr } from 'mingo/core'
import type { Options } from 'mingo/types'
import { bsonType, isDocument } from '../../bson/value-types.ts'
import { refuse, ServerError } from '../../errors.ts'

/** The signature that mingo asks of an expression operator. */
export type Operator = (document: never, expression: never, options: never) => unknown
export type Operators = Record<`$${string}`, Operator>

function operator(run: (evaluated: unknown, expression: unknown) => unknown): Operator {
  const call = (document: unknown, expression: unknown, options: Options) =>
    run(evalExpr(document, expression, options), expression)
  return call as Operator
}

/** An operator of one argument, which may stand in a list of one. */
export function unary(run: (value: unknown) => unknown): Operator {
  return operator((evaluated, expression) => {
    if (!Array.isArray(expression)) return run(evaluated)
    if (expression.length !== 1) throw new ServerError(16020, 'the expression takes exactly 1 argument')
    return run((evaluated as unknown[])[0])
  })
}

/** An operator of a list of arguments; a single one needs no list. */
export function nary(least: number, most: number, run: (...values: unknown[]) => unknown): Operator {
  return operator((evaluated, expression) => {
    const values = Array.isArray(expression) ? (evaluated as unknown[]) : [evaluated]
    if (values.length < least || values.length > most)
      throw new ServerError(16020, `the expression takes ${least} to ${most} arguments, not ${values.length}`)
    return run(...values)
  })
}

/** An operator of named arguments. */
export function named(
  names: readonly string[],
  run: (values: Record<string, unknown>) => unknown,
  elseUnary?: (value: unknown) => unknown,
): Operator {
  return operator((evaluated, expression) => {
    const isNamed = isDocument(expression) && Object.keys(expression).every((name) => names.includes(name))
    if (isNamed && isDocument(evaluated)) return run(evaluated)
    if (!elseUnary) throw new ServerError(40540, `the expression takes the arguments ${names.join(', ')}`)
    return elseUnary(Array.isArray(expression) && Array.isArray(evaluated) ? evaluated[0] : evaluated)
  })
}

export function isNil(value: unknown): value is null | undefined {
  return value === null || value === undefined
}

export function number(value: unknown): number {
  if (typeof value === 'number') return value
  if (bsonType(value) === 'Decimal128' || bsonType(value) === 'Long')
    throw refuse('arithmetic on Decimal128 or on integers beyond 2^53')
  throw new ServerError(14, 'the expression only supports numeric types')
}

/** Runs on numbers; null or missing gives null. */
export function numeric(least: number, most: number, run: (...values: number[]) => number): Operator {
  return nary(least, most, (...values) => (values.some(isNil) ? null : run(...values.map(number))))
}

export function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw new ServerError(16702, 'the expression only supports strings')
}

export function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  throw new ServerError(28689, 'the expression needs an array')
}
