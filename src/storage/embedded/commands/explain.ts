import { evaluateLet } from '../aggregate/expressions.ts'
import { splitPipeline, subPipeline } from '../aggregate/pipeline.ts'
import { type Document, isDocument } from '../bson/value-types.ts'
import { ServerError } from '../errors.ts'
import { compileFilter } from '../match/compile-filter.ts'
import { choosePlan, type Plan } from '../plan/choose-plan.ts'
import { type Examined, findDocuments, providesSort, type Query } from '../query/find-documents.ts'
import { Pace } from '../query/pace.ts'
import { parseSort } from '../query/sort-documents.ts'
import { type Command, CommandCall, type Engine } from './command.ts'
import { documentField, hintOf, parseQuery } from './read.ts'

function describePlan(plan: Plan): Document {
  if (plan.kind === 'full') return { stage: 'COLLSCAN', direction: plan.reverse ? 'backward' : 'forward' }
  if (plan.kind === 'union')
    return {
      stage: 'FETCH',
      inputStage: { stage: 'OR', inputStages: plan.scans.map((one) => describeScan(one)) },
    }
  return { stage: 'FETCH', inputStage: describeScan(plan) }
}

function describeScan({ index, reverse, ranges }: Extract<Plan, { kind: 'index' }>): Document {
  return {
    stage: 'IXSCAN',
    keyPattern: index.key,
    indexName: index.name,
    isMultiKey: index.isMultikey,
    isUnique: index.unique,
    isSparse: index.sparse,
    isPartial: index.partialFilterExpression !== undefined,
    direction: reverse ? 'backward' : 'forward',
    ranges: ranges.length,
  }
}

/** The query inside a command, as that command would run it. */
function queryOf(call: CommandCall): { query: Query; stages: Document[] } {
  const { body } = call
  const variables = evaluateLet(body.let)
  switch (call.name) {
    case 'find':
      return { query: parseQuery(call, 'filter'), stages: [] }
    case 'count':
    case 'distinct':
      return { query: parseQuery(call, 'query'), stages: [] }
    case 'findAndModify':
    case 'findandmodify': {
      const filter = compileFilter(documentField(body, 'query'), variables)
      return { query: { filter, sort: parseSort(body.sort), skip: 0, limit: 1, ...hintOf(body) }, stages: [] }
    }
    case 'update':
    case 'delete': {
      const statements = body[call.name === 'update' ? 'updates' : 'deletes']
      const statement: unknown = Array.isArray(statements) ? statements[0] : undefined
      if (!isDocument(statement)) throw new ServerError(9, 'explain needs one statement')
      const filter = compileFilter(documentField(statement, 'q'), variables)
      return { query: { filter, sort: [], skip: 0, limit: 0, ...hintOf(statement) }, stages: [] }
    }
    case 'aggregate': {
      const { query, rest } = splitPipeline(subPipeline(body.pipeline), variables, hintOf(body).hint)
      return { query, stages: rest }
    }
    default:
      throw new ServerError(59, `Explain failed due to unknown command: ${call.name}`)
  }
}

/** Short form: which index serves the query, and with statistics how much was read. Nothing is ever changed. */
export async function explainQuery(
  call: CommandCall,
  { store }: Engine,
  withStatistics: boolean,
): Promise<Document> {
  const { query, stages } = queryOf(call)
  const collection = store.catalog.find(call.database, call.collectionName())
  const plan: Plan | undefined = collection && choosePlan(collection, query.filter, query.sort, query.hint)
  let winningPlan: Document = plan ? describePlan(plan) : { stage: 'EOF' }
  if (plan && !providesSort(plan, query.sort))
    winningPlan = { stage: 'SORT', sortPattern: Object.fromEntries(query.sort), inputStage: winningPlan }
  const queryPlanner = { namespace: call.namespace(), winningPlan, rejectedPlans: [] }
  const statistics = withStatistics && collection ? { executionStats: await measure() } : {}
  const report = { explainVersion: '1', queryPlanner, ...statistics }
  if (stages.length === 0) return { ...report, ok: 1 }
  return { explainVersion: '1', stages: [{ $cursor: report }, ...stages], ok: 1 }

  async function measure(): Promise<Document> {
    const startedAt = performance.now()
    const examined: Examined = { keys: 0 }
    let nReturned = 0
    for await (const _ of findDocuments(store, collection!, query, call.pace, examined)) nReturned++
    return {
      executionSuccess: true,
      nReturned,
      executionTimeMillis: Math.round(performance.now() - startedAt),
      totalKeysExamined: plan?.kind === 'full' ? 0 : examined.keys,
      totalDocsExamined: examined.keys,
    }
  }
}

const explain: Command = {
  fields: ['verbosity'],
  run: (call, engine) => {
    const inner = documentField(call.body, 'explain')
    const name = Object.keys(inner)[0]
    if (name === undefined) throw new ServerError(9, 'explain needs a command')
    const explained = new CommandCall({
      name,
      database: call.database,
      body: inner,
      raw: call.raw,
      pace: new Pace(),
      sequences: new Map(),
    })
    return explainQuery(explained, engine, call.body.verbosity !== 'queryPlanner')
  },
}

export const explainCommands: Record<string, Command> = { explain }
