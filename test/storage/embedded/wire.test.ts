import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serialize } from 'bson'
import fc from 'fast-check'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../../src/lib/log.ts'
import {
  type EmbeddedServer,
  startEmbeddedServer,
} from '../../../src/storage/embedded/start-embedded-server.ts'
import { crc32c } from '../../../src/storage/embedded/wire/crc32c.ts'
import { MessageSplitter, ProtocolError, parseMsg } from '../../../src/storage/embedded/wire/messages.ts'

function message(payload: Buffer, opCode = 2013): Buffer {
  const header = Buffer.alloc(16)
  header.writeInt32LE(16 + payload.length, 0)
  header.writeInt32LE(7, 4)
  header.writeInt32LE(opCode, 12)
  return Buffer.concat([header, payload])
}

function flags(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

const body = (document: object) => Buffer.concat([Buffer.from([0]), serialize(document)])
const ping = Buffer.concat([flags(0), body({ ping: 1, $db: 'admin' })])

function split(bytes: Buffer) {
  return [...new MessageSplitter().push(bytes)]
}

describe('message parser', () => {
  it('reads a body and a sequence in any order', () => {
    const documents = Buffer.concat([serialize({ a: 1 }), serialize({ a: 2 })])
    const sequence = Buffer.concat([Buffer.from('documents\0'), documents])
    const kindOne = Buffer.concat([Buffer.from([1]), flags(sequence.length + 4), sequence])
    const [parsed] = split(message(Buffer.concat([flags(2), kindOne, body({ insert: 'x' })])))
    const request = parseMsg(parsed!)
    expect(request.sequences.get('documents')).toHaveLength(2)
    expect(request.expectsReply).toBe(false)
  })

  it('accepts a right checksum and rejects a wrong one', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
    const bytes = message(Buffer.concat([flags(1), body({ ping: 1 }), Buffer.alloc(4)]))
    bytes.writeUInt32LE(crc32c(bytes.subarray(0, -4)), bytes.length - 4)
    expect(parseMsg(split(bytes)[0]!).body.length).toBeGreaterThan(5)
    bytes[bytes.length - 1]! ^= 1
    expect(() => parseMsg(split(bytes)[0]!)).toThrow(ProtocolError)
  })

  it('cuts the stream into the same messages however it arrives', () => {
    const stream = Buffer.concat([message(ping), message(ping), message(ping)])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 10 }), (sizes) => {
        const splitter = new MessageSplitter()
        let [offset, count] = [0, 0]
        for (let i = 0; offset < stream.length; i++) {
          const size = sizes[i % sizes.length]!
          for (const one of splitter.push(stream.subarray(offset, offset + size))) {
            expect(parseMsg(one).body.equals(parseMsg(split(message(ping))[0]!).body)).toBe(true)
            count++
          }
          offset += size
        }
        expect(count).toBe(3)
      }),
    )
  })

  it('throws nothing but ProtocolError on arbitrary payloads', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (payload, valid) => {
        const bytes = Buffer.concat([valid ? flags(0) : Buffer.alloc(0), payload])
        try {
          parseMsg(split(message(bytes))[0]!)
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError)
        }
      }),
      { numRuns: 5000 },
    )
  })
})

describe('a server that gets nonsense', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'wire-'))
  let server: EmbeddedServer
  let restarts = 0

  beforeAll(async () => {
    const log = createLog({ level: 'silent' })
    server = await startEmbeddedServer({ dataDir, log, onRestart: () => restarts++ })
  })

  afterAll(async () => {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  /** Resolves with whether the server closed the connection, or kept it (and perhaps answered). */
  function send(bytes: Buffer): Promise<'closed' | 'kept'> {
    const path = decodeURIComponent(
      new URL(server.uri.replace('mongodb://', 'http://x/')).pathname.slice(1, -1),
    )
    return new Promise((resolve) => {
      const socket = connect(path, () => socket.write(bytes))
      socket.resume()
      socket.once('error', () => undefined)
      socket.once('close', () => resolve('closed'))
      setTimeout(() => {
        resolve('kept')
        socket.destroy()
      }, 100)
    })
  }

  it('closes the connection', async () => {
    const badLength = Buffer.alloc(16)
    badLength.writeInt32LE(2 ** 30, 0)
    const nonsense = [
      badLength,
      message(Buffer.alloc(10), 9999),
      message(flags(4)),
      message(Buffer.concat([flags(0), Buffer.from([9])])),
      message(Buffer.concat([flags(0), body({ a: 1 }), body({ b: 1 })])),
      message(Buffer.from([1, 2])),
    ]
    for (const bytes of nonsense) expect(await send(bytes)).toBe('closed')
  })

  it('survives random bytes and damaged messages', async () => {
    const client = await new MongoClient(server.uri).connect()
    const pid = server.pid()
    for (let round = 0; round < 20; round++) {
      const damaged = Array.from({ length: 20 }, (_, i) => {
        const bytes = i % 2 === 0 ? message(randomBytes(i * 10)) : message(Buffer.from(ping))
        if (i % 2 === 1) bytes[16 + Math.floor(Math.random() * ping.length)] = Math.floor(Math.random() * 256)
        return send(bytes)
      })
      await Promise.all(damaged)
    }
    expect(await client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 })
    expect(restarts).toBe(0)
    expect(server.pid()).toBe(pid)
    await client.close()
  })
})
