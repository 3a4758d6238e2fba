import { decode } from '../bson/codec.ts'
import { fieldPicker } from '../bson/raw-document.ts'
import { type Document, isDocument, isNumeric, toNumber } from '../bson/value-types.ts'
import { refuse, ServerError } from '../errors.ts'
import { compileFilter } from '../match/compile-filter.ts'
import type { Found } from '../plan/scan.ts'
import { countDocuments, findDocuments, type Query } from '../query/find-documents.ts'
import type { Pace } from '../query/pace.ts'
import { compileSort, parseSort } from '../query/sort-documents.ts'
import type { Store } from '../store/store.ts'
import { documentStage, stageParts } from './document-stages.ts'
import type { Variables } from './expressions.ts'
import { compileGroup } from './group.ts'
import { compileLookup } from './lookup.ts'
import { neededFields } from './needed-fields.ts'
import { compileUnwind } from './unwind.ts'

export interface PipelineContext {
  store: Store
  database: string
  variables: Variables
  pace: Pace
}

export type Documents = AsyncIterable<Document>
export type Stage = (input: Documents) => Documents

/** The beginning of a pipeline that an index can serve, and the rest. */
export interface SplitPipeline {
  query: Query
  rest: Document[]
}

/** Leading `$match`, then `$sort`, `$skip` and `$limit`, become a query. */
export function splitPipeline(
  pipeline: readonly Document[],
  variables: Variables,
  hint?: unknown,
): SplitPipeline {
  const rest = [...pipeline]
  const take = (name: string) =>
    rest[0] && Object.keys(rest[0])[0] === name ? rest.shift()?.[name] : undefined
  const filters: Document[] = []
  for (let filter = take('$match'); filter !== undefined; filter = take('$match'))
    filters.push(matchArgument(filter))
  const filter = compileFilter(
    filters.length === 1 ? filters[0]! : filters.length > 1 ? { $and: filters } : {},
    variables,
  )
  const sort = parseSort(take('$sort'))
  const skip = take('$skip')
  const limit = take('$limit')
  return {
    query: {
      filter,
      sort,
      skip: skip === undefined ? 0 : stageCount('$skip', skip, 0),
      limit: limit === undefined ? 0 : stageCount('$limit', limit, 1),
      ...(hint === undefined ? {} : { hint }),
    },
    rest,
  }
}

function matchArgument(filter: unknown): Document {
  if (!isDocument(filter)) throw new ServerError(15959, 'the match filter must be an expression in an object')
  return filter
}

/** The results of a pipeline over a collection (undefined: one that does not exist). */
export async function* runPipeline(
  context: PipelineContext,
  collectionName: string,
  { query, rest }: SplitPipeline,
): AsyncGenerator<Document> {
  const stages = compileStages(rest, context)
  const needed = neededFields(rest)
  if (needed?.size === 0) return yield* stages(emptyDocuments(await countIn(context, collectionName, query)))
  const read = needed ? fieldsDecoder(needed) : decode
  yield* stages(decoded(foundIn(context, collectionName, query), read))
}

function fieldsDecoder(names: ReadonlySet<string>): (raw: Buffer) => Document {
  const pick = fieldPicker(names)
  return (raw) => decode(pick(raw))
}

async function countIn(context: PipelineContext, name: string, query: Query): Promise<number> {
  const collection = context.store.catalog.find(context.database, name)
  return collection ? countDocuments(context.store, collection, query, context.pace) : 0
}

/** Stands for documents of which nothing but their number matters. */
async function* emptyDocuments(count: number): AsyncGenerator<Document> {
  for (let n = 0; n < count; n++) yield {}
}

export async function* foundIn(context: PipelineContext, name: string, query: Query): AsyncGenerator<Found> {
  const collection = context.store.catalog.find(context.database, name)
  if (collection) yield* findDocuments(context.store, collection, query, context.pace)
}

async function* decoded(
  found: AsyncIterable<Found>,
  read: (raw: Buffer) => Document,
): AsyncGenerator<Document> {
  for await (const { raw } of found) yield read(raw)
}

/** @throws ServerError for a stage that does not exist or that this server leaves out; nothing has run by then. */
export function compileStages(pipeline: readonly unknown[], context: PipelineContext): Stage {
  const stages = pipeline.map((stage) => compileStage(stage, context))
  return (input) => stages.reduce((documents, stage) => stage(documents), input)
}

function compileStage(stage: unknown, context: PipelineContext): Stage {
  const [name, argument] = stageParts(stage)
  const { variables, pace } = context
  const perDocument = documentStage(name, argument, variables)
  if (perDocument)
    return mapping(async function* (document) {
      yield perDocument(document)
    }, pace)
  switch (name) {
    case '$match': {
      const filter = compileFilter(matchArgument(argument), variables)
      if (filter.needsExactTypes) throw refuse('$type after the beginning of a pipeline')
      return mapping(async function* (document) {
        if (filter.matches(document)) yield document
      }, pace)
    }
    case '$unwind': {
      const unwind = compileUnwind(argument)
      return mapping(async function* (document) {
        yield* unwind(document)
      }, pace)
    }
    case '$limit':
      return limit(stageCount(name, argument, 1))
    case '$skip':
      return skip(stageCount(name, argument, 0))
    case '$sort':
      return sort(argument)
    case '$group':
      return group(argument, context)
    case '$count':
      if (
        typeof argument !== 'string' ||
        argument === '' ||
        argument.startsWith('$') ||
        argument.includes('.')
      )
        throw new ServerError(40156, 'the count field must be a non-empty string')
      return chain(
        group({ _id: null, [argument]: { $sum: 1 } }, context),
        compileStage({ $unset: '_id' }, context),
      )
    case '$sortByCount':
      return chain(group({ _id: argument, count: { $sum: 1 } }, context), sort({ count: -1 }))
    case '$facet':
      return facet(argument, context)
    case '$lookup':
      return compileLookup(argument, context)
    case '$unionWith':
      return unionWith(argument, context)
    case '$sample':
      return sample(argument)
    default:
      throw unknownStage(name)
  }
}

const otherStages = new Set(
  (
    '$bucket $bucketAuto $changeStream $changeStreamSplitLargeEvent $collStats $currentOp $densify $documents $fill ' +
    '$geoNear $graphLookup $indexStats $listLocalSessions $listSampledQueries $listSearchIndexes $listSessions $merge ' +
    '$out $planCacheStats $redact $search $searchMeta $setWindowFields $shardedDataDistribution $vectorSearch'
  ).split(' '),
)

function unknownStage(name: string): ServerError {
  if (name === '$out' || name === '$merge')
    return new ServerError(40601, `${name} can only be the final stage in the pipeline`)
  return otherStages.has(name)
    ? refuse(`the stage ${name}`)
    : new ServerError(40324, `Unrecognized pipeline stage name: '${name}'`)
}

export function stageCount(name: string, argument: unknown, least: number): number {
  const count = isNumeric(argument) ? toNumber(argument) : Number.NaN
  if (!Number.isInteger(count) || count < least)
    throw new ServerError(15958, `invalid argument to ${name} stage: ${String(argument)}`)
  return count
}

function chain(first: Stage, second: Stage): Stage {
  return (input) => second(first(input))
}

function mapping(run: (document: Document) => AsyncIterable<Document>, pace: Pace): Stage {
  return async function* (input) {
    for await (const document of input) {
      if (pace.isDue()) await pace.pause()
      yield* run(document)
    }
  }
}

function limit(count: number): Stage {
  return async function* (input) {
    let left = count
    for await (const document of input) {
      yield document
      if (--left === 0) return
    }
  }
}

function skip(count: number): Stage {
  return async function* (input) {
    let left = count
    for await (const document of input) if (left-- <= 0) yield document
  }
}

function sort(argument: unknown): Stage {
  const order = parseSort(argument)
  if (order.length === 0) throw new ServerError(15976, '$sort stage must have at least one sort key')
  const { keyOf, compare } = compileSort(order)
  return async function* (input) {
    const sorted: { document: Document; sortKey: unknown[] }[] = []
    for await (const document of input) sorted.push({ document, sortKey: keyOf(document) })
    sorted.sort((a, b) => compare(a.sortKey, b.sortKey))
    for (const { document } of sorted) yield document
  }
}

function group(argument: unknown, { variables, pace }: PipelineContext): Stage {
  const start = compileGroup(argument, variables)
  return async function* (input) {
    const grouping = start()
    for await (const document of input) {
      if (pace.isDue()) await pace.pause()
      grouping.add(document)
    }
    yield* grouping.results()
  }
}

function facet(argument: unknown, context: PipelineContext): Stage {
  if (!isDocument(argument) || Object.keys(argument).length === 0)
    throw new ServerError(40169, 'the $facet specification must be a non-empty object')
  const parts = Object.entries(argument).map(([name, pipeline]) => ({
    name,
    run: compileStages(subPipeline(pipeline), context),
  }))
  return async function* (input) {
    const documents = await gather(input)
    const result: Document = {}
    for (const { name, run } of parts) result[name] = await gather(run(from(documents)))
    yield result
  }
}

export function subPipeline(pipeline: unknown): Document[] {
  if (!Array.isArray(pipeline)) throw new ServerError(14, "'pipeline' must be specified as an array")
  return pipeline.map((stage) => {
    const [name, argument] = stageParts(stage)
    return { [name]: argument }
  })
}

function unionWith(argument: unknown, context: PipelineContext): Stage {
  const name = typeof argument === 'string' ? argument : isDocument(argument) ? argument.coll : undefined
  if (typeof name !== 'string') throw new ServerError(9, '$unionWith requires a collection')
  const pipeline = isDocument(argument) ? subPipeline(argument.pipeline ?? []) : []
  const split = splitPipeline(pipeline, context.variables)
  compileStages(split.rest, context)
  return async function* (input) {
    yield* input
    yield* runPipeline(context, name, split)
  }
}

function sample(argument: unknown): Stage {
  const size = stageCount('$sample', isDocument(argument) ? argument.size : undefined, 1)
  return async function* (input) {
    const kept: Document[] = []
    let seen = 0
    for await (const document of input) {
      seen++
      if (kept.length < size) kept.push(document)
      else {
        const place = Math.floor(Math.random() * seen)
        if (place < size) kept[place] = document
      }
    }
    yield* kept
  }
}

export async function gather<T>(items: AsyncIterable<T>): Promise<T[]> {
  const gathered: T[] = []
  for await (const item of items) gathered.push(item)
  return gathered
}

export async function* from<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items
}
