import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** How long a process may take from taking the lock to listening. */
const startMs = 5000
/** How long a server whose parent was just killed may take to end: a supervisor starts the next one at once. */
const endMs = 3000
const pollMs = 100

/**
 * Takes the data folder for this process. The lock file names the process and the socket on which it answers; a lock
 * whose process is gone, or whose socket stays dead, is left over from a crash and is taken over.
 *
 * @throws Error when a living server has the folder.
 */
export async function lockDataFolder(folder: string, socketPath: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'lock')
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    try {
      const file = await open(path, 'wx', 0o600)
      await file.write(JSON.stringify({ pid: process.pid, socketPath }))
      await file.close()
      return () => rm(path, { force: true })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    const holder = await readHolder(path)
    const isAlive = holder !== undefined && processExists(holder.pid)
    if (waitedMs >= endMs && isAlive && (await answers(holder.socketPath)))
      throw new Error(`process ${holder.pid} uses the data folder ${folder}`)
    if (!isAlive || waitedMs >= startMs) await rm(path, { force: true })
    else await setTimeout(pollMs)
  }
}

async function readHolder(path: string): Promise<{ pid: number; socketPath: string } | undefined> {
  try {
    const holder: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (typeof holder !== 'object' || holder === null || !('pid' in holder) || !('socketPath' in holder))
      return undefined
    return { pid: Number(holder.pid), socketPath: String(holder.socketPath) }
  } catch {
    // Removed meanwhile, or cut short by a crash.
    return undefined
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return pid !== process.pid
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    const finish = (isAlive: boolean) => {
      socket.destroy()
      resolve(isAlive)
    }
    socket.setTimeout(1000, () => finish(false))
    socket.once('connect', () => finish(true))
    socket.once('error', () => finish(false))
  })
}
