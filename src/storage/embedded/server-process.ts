/** The child process of the embedded database; `start-embedded-server.ts` starts it and talks to it. */
import { serveDatabase } from './serve-database.ts'

export interface StartMessage {
  dataDir: string
  socketPath: string
  expireEveryMs: number
}

/** What the child tells its parent. */
export type ServerMessage =
  | { kind: 'ready' }
  | { kind: 'failed'; message: string }
  | { kind: 'error'; message: string }

function tell(message: ServerMessage): void {
  if (process.connected) process.send?.(message)
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** The parent starts a new process, which reads what the files really hold. */
function die(error: unknown): void {
  tell({ kind: 'error', message: describe(error) })
  setTimeout(() => process.exit(1), 50)
}

async function run(start: StartMessage): Promise<void> {
  try {
    const server = await serveDatabase({
      ...start,
      onError: (error) => tell({ kind: 'error', message: describe(error) }),
      onBroken: die,
    })
    // Without a parent nobody would ever stop this process, and it would keep the data folder locked.
    process.once('disconnect', () => void server.stop().finally(() => process.exit(0)))
    if (process.connected) tell({ kind: 'ready' })
    else await server.stop()
  } catch (error) {
    tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
    process.exitCode = 1
    if (process.connected) process.disconnect()
  }
}

// Ctrl-C reaches the whole terminal group; the parent decides when the database stops.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
process.once('message', (message) => void run(message as StartMessage))
