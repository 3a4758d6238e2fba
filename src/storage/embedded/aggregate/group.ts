import { compareValues } from '../bson/compare-values.ts'
import { keyText } from '../bson/encode-key.ts'
import { asDocument, type Document, isDocument, isNumeric } from '../bson/value-types.ts'
import { refuse, ServerError } from '../errors.ts'
import { checkExpression, evaluateExpression, type Variables } from './expressions.ts'
import { number } from './operators/arguments.ts'

/** Takes one value after the other. */
interface Accumulator {
  add(value: unknown): void
  result(): unknown
}

function extreme(sign: 1 | -1): Accumulator {
  let best: unknown = null
  return {
    add: (value) => {
      if (value === null || value === undefined) return
      if (best === null || compareValues(value, best) * sign > 0) best = value
    },
    result: () => best,
  }
}

function sum(): Accumulator {
  let total = 0
  return {
    add: (value) => {
      if (isNumeric(value)) total += number(value)
    },
    result: () => total,
  }
}

function average(): Accumulator {
  let [total, count] = [0, 0]
  return {
    add: (value) => {
      if (!isNumeric(value)) return
      total += number(value)
      count++
    },
    result: () => (count === 0 ? null : total / count),
  }
}

function collect(): Accumulator {
  const values: unknown[] = []
  return { add: (value) => value !== undefined && values.push(value), result: () => values }
}

function distinct(): Accumulator {
  const values = new Map<string, unknown>()
  return {
    add: (value) => {
      if (value === undefined) return
      const key = keyText(value)
      if (!values.has(key)) values.set(key, value)
    },
    result: () => [...values.values()],
  }
}

function first(): Accumulator {
  let [value, isSet]: [unknown, boolean] = [null, false]
  return {
    add: (next) => {
      if (!isSet) [value, isSet] = [next ?? null, true]
    },
    result: () => value,
  }
}

function last(): Accumulator {
  let value: unknown = null
  return {
    add: (next) => {
      value = next ?? null
    },
    result: () => value,
  }
}

function merge(): Accumulator {
  const merged: Document = {}
  return {
    add: (value) => {
      if (value === null || value === undefined) return
      const document = asDocument(value)
      if (!document) throw new ServerError(40400, '$mergeObjects requires object inputs')
      Object.assign(merged, document)
    },
    result: () => merged,
  }
}

const accumulators: Record<string, () => Accumulator> = {
  $sum: sum,
  $avg: average,
  $min: () => extreme(-1),
  $max: () => extreme(1),
  $first: first,
  $last: last,
  $push: collect,
  $addToSet: distinct,
  $count: sum,
  $mergeObjects: merge,
}

const otherAccumulators = new Set(
  '$accumulator $bottom $bottomN $firstN $lastN $maxN $median $minN $percentile $stdDevPop $stdDevSamp $top $topN'.split(
    ' ',
  ),
)

export interface Grouping {
  add(document: Document): void
  results(): Document[]
}

/** `$group`, fed document by document; only the groups stay in memory. */
export function compileGroup(argument: unknown, variables: Variables): () => Grouping {
  if (!isDocument(argument)) throw new ServerError(15947, "a group's fields must be specified in an object")
  const { _id, ...fields } = argument
  if (!('_id' in argument)) throw new ServerError(15955, 'a group specification must include an _id')
  checkExpression(_id)
  const outputs = Object.entries(fields).map(([name, specification]) => compileOutput(name, specification))
  return () => {
    const groups = new Map<string, { id: unknown; states: Accumulator[] }>()
    return {
      add: (document) => {
        const id = evaluateExpression(_id, document, variables) ?? null
        const key = keyText(id)
        let group = groups.get(key)
        if (!group) {
          group = { id, states: outputs.map(({ create }) => create()) }
          groups.set(key, group)
        }
        for (const [i, { expression }] of outputs.entries())
          group.states[i]!.add(evaluateExpression(expression, document, variables))
      },
      results: () =>
        [...groups.values()].map(({ id, states }) => ({
          _id: id,
          ...Object.fromEntries(outputs.map(({ name }, i) => [name, states[i]!.result()])),
        })),
    }
  }
}

function compileOutput(name: string, specification: unknown) {
  const entries = isDocument(specification) ? Object.entries(specification) : []
  const [only] = entries
  if (!only || entries.length !== 1)
    throw new ServerError(40234, `The field '${name}' must be an accumulator object`)
  if (name.includes('.')) throw new ServerError(40235, `The field name '${name}' cannot contain '.'`)
  const [operator, expression] = only
  const create = accumulators[operator]
  if (!create) {
    if (otherAccumulators.has(operator)) throw refuse(`the accumulator ${operator}`)
    throw new ServerError(15952, `unknown group operator '${operator}'`)
  }
  checkExpression(expression)
  return { name, create, expression: operator === '$count' ? 1 : expression }
}
