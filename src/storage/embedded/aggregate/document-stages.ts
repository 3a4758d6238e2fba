import { asDocument, type Document, isDocument, isNumeric } from '../bson/value-types.ts'
import { ServerError } from '../errors.ts'
import { compileProjection } from '../query/project.ts'
import { checkExpression, evaluateExpression, type Variables } from './expressions.ts'

/** What a stage makes of one document. */
export type DocumentStage = (document: Document) => Document

/** The stages that turn one document into one; `undefined` when the name is none of them. */
export function documentStage(
  name: string,
  argument: unknown,
  variables: Variables,
): DocumentStage | undefined {
  switch (name) {
    case '$project': {
      if (!isDocument(argument) || Object.keys(argument).length === 0)
        throw new ServerError(40177, '$project specification must be a non-empty object')
      const projection = compileProjection(argument, { kind: 'aggregate', variables })
      return (document) => projection.apply(document, document)
    }
    case '$addFields':
    case '$set':
      return addFields(argument, variables)
    case '$unset':
      return unset(argument)
    case '$replaceRoot':
      return replaceRoot(isDocument(argument) ? argument.newRoot : undefined, variables)
    case '$replaceWith':
      return replaceRoot(argument, variables)
    default:
      return undefined
  }
}

/** For pipeline updates. */
export function compileDocumentStages(pipeline: unknown[], variables: Variables): DocumentStage {
  const stages = pipeline.map((stage) => {
    const [name, argument] = stageParts(stage)
    const compiled = documentStage(name, argument, variables)
    if (!compiled) throw new ServerError(72, `${name} is not allowed to be used within an update`)
    return compiled
  })
  return (document) => stages.reduce((current, stage) => stage(current), document)
}

export function stageParts(stage: unknown): [name: string, argument: unknown] {
  const entries = isDocument(stage) ? Object.entries(stage) : []
  const [only] = entries
  if (!only || entries.length !== 1)
    throw new ServerError(40323, 'A pipeline stage specification object must contain exactly one field.')
  return only
}

function addFields(argument: unknown, variables: Variables): DocumentStage {
  if (!isDocument(argument)) throw new ServerError(40272, '$addFields specification stage must be an object')
  const fields = flatten(argument, '')
  for (const { expression } of fields) checkExpression(expression)
  return (document) => {
    let result: Document = document
    for (const { path, expression } of fields)
      result = withField(result, path, evaluateExpression(expression, document, variables)) as Document
    return result
  }
}

interface ComputedField {
  path: string[]
  expression: unknown
}

/** `{a: {b: 1}}` means the field `a.b`; only operators and empty documents are values. */
function flatten(fields: Document, prefix: string): ComputedField[] {
  return Object.entries(fields).flatMap(([name, value]): ComputedField[] => {
    const isNested = isDocument(value) && Object.keys(value).some((key) => !key.startsWith('$'))
    if (isNested) return flatten(value, `${prefix}${name}.`)
    return [{ path: `${prefix}${name}`.split('.'), expression: value }]
  })
}

/** A copy with one field set (or removed, for a missing value), in each document of an array on the way. */
export function withField(node: unknown, path: readonly string[], value: unknown): unknown {
  const [name, ...rest] = path
  if (name === undefined) return value
  if (Array.isArray(node)) return node.map((element) => withField(element, path, value))
  const copy: Document = { ...(asDocument(node) ?? {}) }
  const child = rest.length === 0 ? value : withField(copy[name], rest, value)
  if (child === undefined) delete copy[name]
  else copy[name] = child
  return copy
}

function unset(argument: unknown): DocumentStage {
  const names = Array.isArray(argument) ? argument : [argument]
  if (names.length === 0 || !names.every((name) => typeof name === 'string' && name !== ''))
    throw new ServerError(31002, '$unset specification must be a string or an array of strings')
  const projection = compileProjection(Object.fromEntries(names.map((name) => [name, false])), {
    kind: 'aggregate',
  })
  return (document) => projection.apply(document, document)
}

function replaceRoot(expression: unknown, variables: Variables): DocumentStage {
  if (expression === undefined)
    throw new ServerError(40231, 'no newRoot specified for the $replaceRoot stage')
  checkExpression(expression)
  return (document) => {
    const root = evaluateExpression(expression, document, variables)
    const found = asDocument(root)
    if (!found)
      throw new ServerError(
        40228,
        `'newRoot' must evaluate to an object, but was ${isNumeric(root) ? 'a number' : typeof root}`,
      )
    return found
  }
}
