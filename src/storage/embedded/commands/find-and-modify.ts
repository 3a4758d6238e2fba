import { evaluateLet } from '../aggregate/expressions.ts'
import { decodeExact } from '../bson/codec.ts'
import { joinElements } from '../bson/raw-document.ts'
import { ServerError } from '../errors.ts'
import { checkCollation, compileFilter } from '../match/compile-filter.ts'
import type { Query } from '../query/find-documents.ts'
import { changeFirst } from '../query/find-now.ts'
import { compileProjection, projectRaw } from '../query/project.ts'
import { parseSort } from '../query/sort-documents.ts'
import { DocumentWriter } from '../store/documents.ts'
import { compileUpdate } from '../update/compile-update.ts'
import type { Command } from './command.ts'
import { documentField, hintOf } from './read.ts'
import { elementsOf, rawElement } from './replies.ts'
import { existingCollection, updatedDocument, upsertDocument } from './write.ts'

interface Outcome {
  n: number
  updatedExisting?: boolean
  upsertedId?: unknown
  value?: Buffer
}

const findAndModify: Command = {
  fields: [
    'query',
    'sort',
    'remove',
    'update',
    'new',
    'fields',
    'upsert',
    'bypassDocumentValidation',
    'collation',
    'arrayFilters',
    'hint',
    'let',
  ],
  run: async (call, { store }) => {
    const { body } = call
    const exact = call.exactBody()
    checkCollation(body.collation)
    const isRemove = body.remove === true
    if (isRemove === (body.update !== undefined))
      throw new ServerError(
        9,
        isRemove
          ? 'Cannot specify both an update and remove=true'
          : 'Either an update or remove=true must be specified',
      )
    if (isRemove && (body.upsert || body.new))
      throw new ServerError(9, 'Cannot specify upsert or new with remove=true')
    const variables = evaluateLet(body.let)
    const filter = compileFilter(documentField(exact, 'query'), variables)
    const query: Query = { filter, sort: parseSort(body.sort), skip: 0, limit: 1, ...hintOf(body) }
    const fields = documentField(body, 'fields')
    const projection =
      Object.keys(fields).length > 0
        ? compileProjection(fields, { kind: 'find', filter, variables })
        : undefined
    const update = isRemove
      ? undefined
      : compileUpdate({
          update: Array.isArray(body.update) ? body.update : exact.update,
          arrayFilters: exact.arrayFilters,
          variables,
        })
    const collection = await existingCollection(store, call, body.upsert === true)
    const outcome: Outcome = !collection
      ? { n: 0 }
      : await changeFirst(store, collection, query, call.pace, (found): Outcome => {
          const writer = new DocumentWriter(store, collection)
          if (!update) {
            if (!found) return { n: 0 }
            writer.remove(found.key, found.raw)
            writer.finish()
            return { n: 1, value: found.raw }
          }
          if (!found) {
            if (body.upsert !== true) return { n: 0, updatedExisting: false }
            const raw = upsertDocument({ update, filter })
            writer.insert(raw)
            writer.finish()
            return {
              n: 1,
              updatedExisting: false,
              upsertedId: decodeExact(raw)._id,
              ...(body.new ? { value: raw } : {}),
            }
          }
          const after = updatedDocument(found.raw, { update, filter })
          if (!after.equals(found.raw)) {
            writer.replace(found.key, found.raw, after)
            writer.finish()
          }
          return { n: 1, updatedExisting: true, value: body.new ? after : found.raw }
        })
    await call.acknowledgeable(store)
    const { n, updatedExisting, upsertedId, value } = outcome
    const lastErrorObject = {
      n,
      ...(isRemove ? {} : { updatedExisting: updatedExisting ?? false }),
      ...(upsertedId === undefined ? {} : { upserted: upsertedId }),
    }
    const valueElement = value
      ? rawElement(0x03, 'value', projection ? projectRaw(projection, value) : value)
      : elementsOf({ value: null })
    return joinElements([elementsOf({ lastErrorObject }), valueElement, elementsOf({ ok: 1 })])
  },
}

export const findAndModifyCommands: Record<string, Command> = { findAndModify, findandmodify: findAndModify }
