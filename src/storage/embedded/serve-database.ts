import { mkdir, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { systemClock } from '../../lib/clock.ts'
import type { Engine } from './commands/command.ts'
import { runCommand } from './commands/run-command.ts'
import { lockDataFolder } from './data-folder-lock.ts'
import { Cursors } from './query/cursors.ts'
import { dropUnfinishedIndexes, removeLeftovers } from './store/clean-up.ts'
import { expireDocuments } from './store/expire-documents.ts'
import { Store } from './store/store.ts'
import { serveConnection } from './wire/connection.ts'

export interface DatabaseOptions {
  dataDir: string
  socketPath: string
  /** How often TTL indexes are looked through. */
  expireEveryMs: number
  onError: (error: unknown) => void
  /** A commit failed; the process must end. */
  onBroken: (error: unknown) => void
}

/** Opens the files and listens. Whoever listens holds the lock of the data folder until `stop`. */
export async function serveDatabase(options: DatabaseOptions): Promise<{ stop(): Promise<void> }> {
  const { dataDir, socketPath, onError } = options
  const unlock = await lockDataFolder(dataDir, socketPath)
  await rm(socketPath, { force: true })
  const files = join(dataDir, 'lmdb')
  await mkdir(files, { recursive: true, mode: 0o700 })
  const store = new Store(files, options.onBroken)
  await dropUnfinishedIndexes(store)
  const background = new Background(onError)
  const cursors = new Cursors()
  const clean = () => background.run('clean', () => removeLeftovers(store))
  const engine: Engine = { store, cursors, clean }
  clean()
  const expiry = setInterval(
    () => background.run('expire', () => expireDocuments(store, systemClock.now())),
    options.expireEveryMs,
  )

  const sockets = new Set<Socket>()
  const running = new Running()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    serveConnection(socket, (request, isQuery) => running.track(runCommand(request, isQuery, engine)))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath, () => resolve())
  })

  return {
    stop: async () => {
      clearInterval(expiry)
      cursors.close()
      server.close()
      for (const socket of sockets) socket.destroy()
      await background.finished()
      // The files must not close under a command.
      await running.finished()
      await store.close()
      await unlock()
    },
  }
}

/** Commands under way. */
class Running {
  readonly #commands = new Set<Promise<unknown>>()

  track<T>(command: Promise<T>): Promise<T> {
    this.#commands.add(command)
    return command.finally(() => this.#commands.delete(command))
  }

  async finished(): Promise<void> {
    await Promise.allSettled(this.#commands)
  }
}

/** Work that no client waits for: each kind at most once at a time, and once more when it was asked for meanwhile. */
class Background {
  readonly #running = new Map<string, Promise<void>>()
  readonly #again = new Set<string>()
  readonly #onError: (error: unknown) => void
  #isStopping = false

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  run(kind: string, work: () => Promise<unknown>): void {
    if (this.#isStopping) return
    if (this.#running.has(kind)) {
      this.#again.add(kind)
      return
    }
    const promise = work()
      .then(() => undefined, this.#onError)
      .then(() => {
        this.#running.delete(kind)
        if (this.#again.delete(kind)) this.run(kind, work)
      })
    this.#running.set(kind, promise)
  }

  async finished(): Promise<void> {
    this.#isStopping = true
    await Promise.all(this.#running.values())
  }
}
