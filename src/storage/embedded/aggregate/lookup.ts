import { keyText } from '../bson/encode-key.ts'
import { type Document, isDocument } from '../bson/value-types.ts'
import { refuse, ServerError } from '../errors.ts'
import { isRegex } from '../match/value-test.ts'
import { someValueAt } from '../match/walk-path.ts'
import { withField } from './document-stages.ts'
import { checkExpression, evaluateExpression } from './expressions.ts'
import {
  compileStages,
  gather,
  type PipelineContext,
  runPipeline,
  type Stage,
  splitPipeline,
  subPipeline,
} from './pipeline.ts'

/** `$lookup` by equality, by pipeline, or both; each distinct local value is looked up once. */
export function compileLookup(argument: unknown, context: PipelineContext): Stage {
  if (!isDocument(argument)) throw new ServerError(9, 'the $lookup specification must be an Object')
  const { from, as, localField, foreignField, pipeline, let: let_ } = argument
  if (typeof from !== 'string') throw refuse('$lookup without a collection name')
  if (typeof as !== 'string' || as === '') throw new ServerError(9, 'must specify as field for a $lookup')
  if (
    (localField === undefined) !== (foreignField === undefined) ||
    (localField === undefined && pipeline === undefined)
  )
    throw new ServerError(9, '$lookup requires both or neither of localField and foreignField, or a pipeline')
  const stages = pipeline === undefined ? [] : subPipeline(pipeline)
  if (let_ !== undefined && !isDocument(let_)) throw new ServerError(14, '$lookup let must be an object')
  const bindings = Object.entries((let_ ?? {}) as Document)
  for (const [, expression] of bindings) checkExpression(expression)
  // Variables have no values yet, but wrong stages are found before anything runs.
  compileStages(stages, context)
  const asPath = as.split('.')

  return async function* (input) {
    const cache = new Map<string, Document[]>()
    for await (const document of input) {
      const locals = localField === undefined ? undefined : localValues(document, String(localField))
      const variables = Object.fromEntries(
        bindings.map(([name, expression]) => [
          name,
          evaluateExpression(expression, document, context.variables) ?? null,
        ]),
      )
      const key = keyText([locals ?? null, variables])
      let found = cache.get(key)
      if (!found) {
        const inner: PipelineContext = { ...context, variables: { ...context.variables, ...variables } }
        const match = locals === undefined ? [] : [{ $match: equalityFilter(String(foreignField), locals) }]
        found = await gather(runPipeline(inner, from, splitPipeline([...match, ...stages], inner.variables)))
        if (cache.size > 10_000) cache.clear()
        cache.set(key, found)
      }
      yield withField(document, asPath, found) as Document
    }
  }
}

/** An array stands for its elements; missing counts as null. */
function localValues(document: Document, path: string): unknown[] {
  const values: unknown[] = []
  someValueAt(document, path.split('.'), (value) => {
    if (Array.isArray(value)) values.push(...value)
    else values.push(value ?? null)
    return false
  })
  return values
}

function equalityFilter(path: string, values: unknown[]): Document {
  if (values.length === 1) return { [path]: { $eq: values[0] } }
  // `$in` would match by regular expressions, which here are values like any other.
  if (values.some(isRegex)) return { $or: values.map((value) => ({ [path]: { $eq: value } })) }
  return { [path]: { $in: values } }
}
