import { type ChildProcess, fork } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { AppError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { ServerMessage, StartMessage } from './server-process.ts'

/** Linux takes 107 bytes, macOS 103. */
const maxSocketPathBytes = 100
const startTimeoutMs = 20_000
const stopTimeoutMs = 10_000
/** The last one is repeated for as long as it takes: nothing works without the database. */
const restartDelaysMs = [0, 100, 500, 2000, 5000]

export interface EmbeddedServerOptions {
  /** Made when missing; belongs to this server alone. */
  dataDir: string
  log: Log
  /** Called when the server had died and answers again. */
  onRestart?: () => void
  /** How often TTL indexes are looked through; 60 seconds unless told. */
  expireEveryMs?: number
}

export interface EmbeddedServer {
  /** For MongoDB's driver, mongoose or mongosh; stays the same when the server is restarted. */
  uri: string
  /** The process that runs the database now. */
  pid(): number | undefined
  stop(): Promise<void>
}

/**
 * Starts a MongoDB-compatible server for one machine in a process of its own, on a private socket. If it dies it is
 * started again; commands under way fail and are for their callers to repeat. What it cannot do it refuses by name.
 *
 * @throws AppError START_FAILED, for instance when another process uses the folder.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const dataDir = resolve(options.dataDir)
  const socket = await placeSocket(dataDir)
  const start: StartMessage = {
    dataDir,
    socketPath: socket.path,
    expireEveryMs: options.expireEveryMs ?? 60_000,
  }
  const keeper = new ChildKeeper(start, options)
  try {
    await keeper.launch()
  } catch (error) {
    await socket.remove()
    throw new AppError('START_FAILED', error instanceof Error ? error.message : String(error), {
      cause: error,
    })
  }
  return {
    uri: `mongodb://${encodeURIComponent(socket.path)}/`,
    pid: () => keeper.pid,
    stop: async () => {
      await keeper.stop()
      await socket.remove()
    },
  }
}

/** Beside the data, in a folder that only this user may enter; in the temp folder when the path would be too long. */
async function placeSocket(dataDir: string): Promise<{ path: string; remove(): Promise<void> }> {
  const beside = join(dataDir, 'run', 'mongodb.sock')
  if (Buffer.byteLength(beside) <= maxSocketPathBytes) {
    await mkdir(dirname(beside), { recursive: true, mode: 0o700 })
    // The child that holds the folder removes its socket; one that did not get the folder must not.
    return { path: beside, remove: async () => undefined }
  }
  const folder = await mkdtemp(join(tmpdir(), 'embedded-mongodb-'))
  return { path: join(folder, 'mongodb.sock'), remove: () => rm(folder, { recursive: true, force: true }) }
}

/** Keeps one child running until it is told to stop. */
class ChildKeeper {
  readonly #start: StartMessage
  readonly #log: Log
  readonly #onRestart: (() => void) | undefined
  #child: ChildProcess | undefined
  #isStopping = false

  constructor(start: StartMessage, { log, onRestart }: EmbeddedServerOptions) {
    this.#start = start
    this.#log = log
    this.#onRestart = onRestart
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  async launch(): Promise<void> {
    const child = forkServer()
    this.#child = child
    child.on('message', (message: ServerMessage) => {
      if (message.kind === 'error')
        this.#log.error({ detail: message.message }, 'embedded database: background work failed')
    })
    await ready(child, this.#start)
    child.once('exit', (code, signal) => {
      if (!this.#isStopping) void this.#restart(code, signal)
    })
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise<void>((done) => child.once('exit', () => done()))
    if (child.connected) child.disconnect()
    const isGone = await Promise.race([
      gone.then(() => true),
      setTimeout(stopTimeoutMs, false, { ref: false }),
    ])
    if (!isGone) child.kill('SIGKILL')
    await gone
  }

  async #restart(code: number | null, signal: string | null): Promise<void> {
    this.#log.warn({ code, signal }, 'embedded database died, starting it again')
    for (let tries = 0; ; tries++) {
      await setTimeout(restartDelaysMs[Math.min(tries, restartDelaysMs.length - 1)])
      if (this.#isStopping) return
      try {
        await this.launch()
        this.#onRestart?.()
        return
      } catch (error) {
        this.#log.error({ err: error, tries: tries + 1 }, 'embedded database did not start')
      }
    }
  }
}

function forkServer(): ChildProcess {
  const here = fileURLToPath(import.meta.url)
  const isSource = here.endsWith('.ts')
  return fork(join(dirname(here), isSource ? 'server-process.ts' : 'server-process.js'), {
    // From here the loader is found wherever the program was started.
    cwd: dirname(here),
    execArgv: isSource ? ['--import', 'tsx'] : [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}

function ready(child: ChildProcess, start: StartMessage): Promise<void> {
  return new Promise((resolve_, reject) => {
    const timer = globalThis.setTimeout(() => fail(`not ready after ${startTimeoutMs} ms`), startTimeoutMs)
    const fail = (reason: string) => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(new Error(`embedded database: ${reason}`))
    }
    child.once('error', (error) => fail(error.message))
    child.once('exit', (code, signal) => fail(`ended at start (code ${code}, signal ${signal})`))
    child.on('message', (message: ServerMessage) => {
      if (message.kind === 'failed') fail(message.message)
      if (message.kind !== 'ready') return
      clearTimeout(timer)
      child.removeAllListeners('exit')
      resolve_()
    })
    child.send(start)
  })
}
