import { Context, evalExpr } from 'mingo/core'
import type { ExpressionOperator, Options } from 'mingo/types'
import { type Document, isDocument, isNumeric, toNumber } from '../bson/value-types.ts'
import { refuse, ServerError } from '../errors.ts'
import { allowedExpressions, otherExpressions } from './expression-operators.ts'

/** Values of `$$name` in expressions: from `let` of a command or of `$lookup`. */
export type Variables = Readonly<Record<string, unknown>>

const context = Context.init({ expression: allowedExpressions as Record<string, ExpressionOperator> })
const optionsByVariables = new WeakMap<Variables, Partial<Options>>()
const noVariables: Variables = {}

function mingoOptions(variables: Variables): Partial<Options> {
  let options = optionsByVariables.get(variables)
  if (!options) {
    options = { context, variables, scriptEnabled: false, failOnError: true }
    optionsByVariables.set(variables, options)
  }
  return options
}

/** The value of an aggregation expression on a document; `undefined` stands for a missing field. */
export function evaluateExpression(
  expression: unknown,
  document: Document,
  variables: Variables = noVariables,
): unknown {
  try {
    const value: unknown = evalExpr(document, expression, mingoOptions(variables) as Options)
    return buildsDocuments(expression) ? withoutMissing(value) : value
  } catch (error) {
    if (error instanceof ServerError) throw error
    throw new ServerError(2, error instanceof Error ? error.message : String(error))
  }
}

const buildsByExpression = new WeakMap<object, boolean>()

/** Whether an expression holds a document or list literal, in which a field may come out missing. */
function buildsDocuments(expression: unknown): boolean {
  if (typeof expression !== 'object' || expression === null) return false
  let builds = buildsByExpression.get(expression)
  if (builds === undefined) {
    const names = isDocument(expression) ? Object.keys(expression) : []
    builds = names.some((name) => !name.startsWith('$')) || Object.values(expression).some(buildsDocuments)
    buildsByExpression.set(expression, builds)
  }
  return builds
}

/** A missing value leaves out its field of a document; in a list it becomes null. */
function withoutMissing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => withoutMissing(element) ?? null)
  if (!isDocument(value)) return value
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.fromEntries(entries.map(([name, field]) => [name, withoutMissing(field)]))
}

export function isTruthy(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return false
  return !isNumeric(value) || toNumber(value) !== 0
}

/** `let` values are expressions of constants; later `$$name` stands for their value. */
export function evaluateLet(let_: unknown, outer: Variables = noVariables): Variables {
  if (let_ === undefined || let_ === null) return outer
  if (!isDocument(let_)) throw new ServerError(14, "'let' must be an object")
  const variables: Record<string, unknown> = { ...outer }
  for (const [name, expression] of Object.entries(let_)) {
    checkExpression(expression)
    variables[name] = evaluateExpression(expression, {}, outer) ?? null
  }
  return variables
}

/** @throws ServerError for an operator that does not exist or that this server leaves out. */
export function checkExpression(expression: unknown): void {
  if (Array.isArray(expression)) expression.forEach(checkExpression)
  // mingo would take the element; MongoDB looks for a field of that name in each element.
  if (typeof expression === 'string' && /^\$.*\.\d+(\.|$)/.test(expression))
    throw refuse('an array position in a field path')
  if (!isDocument(expression)) return
  for (const [name, value] of Object.entries(expression)) {
    if (name.startsWith('$')) {
      if (!(name in allowedExpressions)) {
        if (otherExpressions.has(name)) throw refuse(`the expression ${name}`)
        throw new ServerError(168, `Unrecognized expression '${name}'`)
      }
      if (name === '$literal') continue
    }
    checkExpression(value)
  }
}

/** Top-level fields that an expression reads; undefined when it may read the whole document. */
export function referencedFields(expression: unknown): Set<string> | undefined {
  const fields = new Set<string>()
  return collectFields(expression, fields) ? fields : undefined
}

function collectFields(expression: unknown, into: Set<string>): boolean {
  if (typeof expression === 'string') {
    if (expression.startsWith('$$')) {
      const name = expression.slice(2).split('.')[0]!
      // $$this and names bound by $let, $map or a command's `let` hold values computed elsewhere.
      return name !== 'ROOT' && name !== 'CURRENT'
    }
    if (expression.startsWith('$')) into.add(expression.slice(1).split('.')[0]!)
    return true
  }
  if (Array.isArray(expression)) return expression.every((part) => collectFields(part, into))
  if (!isDocument(expression)) return true
  if ('$literal' in expression) return true
  if ('$getField' in expression || '$setField' in expression || '$unsetField' in expression) return false
  return Object.values(expression).every((part) => collectFields(part, into))
}
