import { stageParts } from '../aggregate/document-stages.ts'
import { evaluateLet } from '../aggregate/expressions.ts'
import {
  compileStages,
  foundIn,
  type PipelineContext,
  runPipeline,
  splitPipeline,
  subPipeline,
} from '../aggregate/pipeline.ts'
import { compileSink } from '../aggregate/write-results.ts'
import { encodeResult } from '../bson/codec.ts'
import { type Document, isDocument } from '../bson/value-types.ts'
import { refuse, ServerError } from '../errors.ts'
import { checkCollation, nonNegativeInteger } from '../match/compile-filter.ts'
import type { Command, CommandCall, Engine } from './command.ts'
import { explainQuery } from './explain.ts'
import { hintOf } from './read.ts'
import { cursorReply } from './replies.ts'

const defaultBatch = 101

export function pipelineContext(call: CommandCall, engine: Engine): PipelineContext {
  return {
    store: engine.store,
    database: call.database,
    variables: evaluateLet(call.body.let),
    pace: call.pace,
  }
}

async function* results(
  context: PipelineContext,
  name: string,
  pipeline: Document[],
  hint: unknown,
): AsyncGenerator<Buffer> {
  const split = splitPipeline(pipeline, context.variables, hint)
  // A pipeline that is only a query hands out the stored bytes, with every value's exact type.
  if (split.rest.length === 0) for await (const { raw } of foundIn(context, name, split.query)) yield raw
  else for await (const document of runPipeline(context, name, split)) yield encodeResult(document)
}

const aggregate: Command = {
  fields: [
    'pipeline',
    'cursor',
    'explain',
    'allowDiskUse',
    'bypassDocumentValidation',
    'collation',
    'hint',
    'let',
  ],
  run: async (call, engine) => {
    const { body } = call
    checkCollation(body.collation)
    if (typeof body.aggregate !== 'string') throw refuse('aggregate without a collection')
    const pipeline = subPipeline(body.pipeline)
    const context = pipelineContext(call, engine)
    const { hint } = hintOf(body)
    if (body.explain === true) return explainQuery(call, engine, false)
    if (!isDocument(body.cursor))
      throw new ServerError(
        9,
        "The 'cursor' option is required, except for aggregate with the explain argument",
      )
    const batchSize =
      body.cursor.batchSize === undefined
        ? defaultBatch
        : nonNegativeInteger('batchSize', body.cursor.batchSize)
    const last = pipeline.at(-1)
    const sink = last && compileSink(...stageParts(last), context)
    const stages = sink ? pipeline.slice(0, -1) : pipeline
    const split = splitPipeline(stages, context.variables, hint)
    compileStages(split.rest, context)
    if (sink) {
      await sink(runPipeline(context, call.collectionName(), split))
      await engine.store.flushed()
      engine.clean()
      return cursorReply(call.namespace(), 'firstBatch', [], 0n)
    }
    const documents = results(context, call.collectionName(), stages, hint)
    const { batch, id } = await engine.cursors.start(call.namespace(), documents, call.pace, batchSize, true)
    return cursorReply(call.namespace(), 'firstBatch', batch, id)
  },
}

export const aggregateCommands: Record<string, Command> = { aggregate }
