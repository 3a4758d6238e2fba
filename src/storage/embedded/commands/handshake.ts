import { systemClock } from '../../../lib/clock.ts'
import type { Document } from '../bson/value-types.ts'
import type { Command } from './command.ts'

/** As MongoDB 7.0: later versions make drivers send arguments that this server does not know. */
const version = '7.0.0'
const maxWireVersion = 21

const hello: Command = {
  fields: [
    'helloOk',
    'client',
    'compression',
    'topologyVersion',
    'maxAwaitTimeMS',
    'loadBalanced',
    'saslSupportedMechs',
    'hostInfo',
    'internalClient',
    'speculativeAuthenticate',
    'backpressure',
  ],
  run: (call): Document => ({
    helloOk: true,
    ...(call.name === 'hello' ? { isWritablePrimary: true } : { ismaster: true }),
    maxBsonObjectSize: 16_777_216,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: systemClock.now(),
    // Sessions without a replica set name: the driver never sends transaction numbers.
    logicalSessionTimeoutMinutes: 30,
    connectionId: 1,
    minWireVersion: 0,
    maxWireVersion,
    readOnly: false,
    ok: 1,
  }),
}

const ok: Command['run'] = () => ({ ok: 1 })

export const handshakeCommands: Record<string, Command> = {
  hello,
  isMaster: hello,
  ismaster: hello,
  ping: { fields: [], run: ok },
  buildInfo: {
    fields: [],
    run: () => ({
      version,
      versionArray: [7, 0, 0, 0],
      gitVersion: 'embedded server',
      modules: ['embedded'],
      bits: 64,
      maxBsonObjectSize: 16_777_216,
      ok: 1,
    }),
  },
  connectionStatus: {
    fields: ['showPrivileges'],
    run: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] }, ok: 1 }),
  },
}
handshakeCommands.buildinfo = handshakeCommands.buildInfo!
