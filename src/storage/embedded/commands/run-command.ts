import { decode, encode } from '../bson/codec.ts'
import { dropField, rawElements } from '../bson/raw-document.ts'
import { isDocument, isNumeric, toNumber } from '../bson/value-types.ts'
import { ServerError } from '../errors.ts'
import { defaultMaxTimeMs, Pace } from '../query/pace.ts'
import type { Request } from '../wire/messages.ts'
import { aggregateCommands } from './aggregate.ts'
import { collectionCommands } from './collections.ts'
import { type Command, CommandCall, type Engine } from './command.ts'
import { explainCommands } from './explain.ts'
import { findAndModifyCommands } from './find-and-modify.ts'
import { handshakeCommands } from './handshake.ts'
import { indexCommands } from './indexes.ts'
import { readCommands } from './read.ts'
import { errorReply } from './replies.ts'
import { sessionCommands } from './sessions.ts'
import { writeCommands } from './write.ts'

const commands = new Map<string, Command>(
  Object.entries({
    ...handshakeCommands,
    ...sessionCommands,
    ...readCommands,
    ...writeCommands,
    ...findAndModifyCommands,
    ...aggregateCommands,
    ...collectionCommands,
    ...indexCommands,
    ...explainCommands,
  }),
)

/** Understood with every command. */
const commonFields = new Set([
  '$db',
  'lsid',
  '$clusterTime',
  '$readPreference',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
  'comment',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  '$query',
])

/** Answers one request; errors become replies. */
export async function runCommand(request: Request, isQuery: boolean, engine: Engine): Promise<Buffer> {
  try {
    const call = parseCall(request, isQuery)
    const command = commands.get(call.name)
    if (!command) throw new ServerError(59, `no such command: '${call.name}'`)
    if (isQuery && !['hello', 'isMaster', 'ismaster'].includes(call.name))
      throw new ServerError(352, `Unsupported OP_QUERY command: ${call.name}`)
    checkFields(call, command)
    const reply = await command.run(call, engine)
    return Buffer.isBuffer(reply) ? reply : encode(reply)
  } catch (error) {
    return encode(errorReply(error))
  }
}

/** Lists of raw documents are read from the bytes, so they are not decoded here. */
const listFields = ['documents', 'updates', 'deletes']

function parseCall({ body: raw, sequences }: Request, isQuery: boolean): CommandCall {
  const first = rawElements(raw).next().value
  if (!first) throw new ServerError(9, 'empty command')
  const name = first.name
  const lists = name === 'insert' || name === 'update' || name === 'delete' ? listFields : []
  const body = decode(lists.reduce((bytes, field) => dropField(bytes, field), raw))
  const database = isQuery ? 'admin' : body.$db
  if (typeof database !== 'string' || database === '')
    throw new ServerError(40414, 'OP_MSG requests require a $db argument')
  const maxTimeMs = isNumeric(body.maxTimeMS) ? toNumber(body.maxTimeMS) : 0
  // For getMore the field means how long to wait for new documents, which only tailable cursors do.
  const pace = new Pace(maxTimeMs > 0 && name !== 'getMore' ? maxTimeMs : defaultMaxTimeMs)
  return new CommandCall({ name, database, body, raw, pace, sequences })
}

function checkFields(call: CommandCall, command: Command): void {
  const { body } = call
  if (body.startTransaction !== undefined || body.autocommit !== undefined || body.txnNumber !== undefined)
    throw new ServerError(263, 'embedded server: transactions and retryable writes are not supported')
  for (const name of Object.keys(body)) {
    if (name === call.name || commonFields.has(name) || command.fields.includes(name)) continue
    throw new ServerError(40415, `BSON field '${call.name}.${name}' is an unknown field.`)
  }
  const { readConcern, writeConcern } = body
  if (isDocument(readConcern) && ['snapshot', 'linearizable'].includes(String(readConcern.level)))
    throw new ServerError(
      123,
      `embedded server: readConcern ${String(readConcern.level)} needs a replica set`,
    )
  if (isDocument(writeConcern) && isNumeric(writeConcern.w) && toNumber(writeConcern.w) > 1)
    throw new ServerError(2, "cannot use 'w' > 1 when a host is not replicated")
}
