import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { compiled } from './compile-project.ts'
import { waitUntil } from './wait-until.ts'

const root = join(import.meta.dirname, '../..')

/** Where a program runs: the project itself, or an office of its own (`own-office.ts`). */
export interface Place {
  folder: string
  program(entry: string): string
}
const project: Place = { folder: root, program: compiled }

/** One run of a program of ours to its end, compiled, with exactly these settings. */
export async function runProgram(
  entry: string,
  args: string[] = [],
  settings: Record<string, string> = {},
  place: Place = project,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [place.program(entry), ...args], {
    cwd: place.folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

export interface ServiceProcess {
  url: string
  process: ChildProcess
  /** What it wrote to stdout (the log) and stderr so far. */
  output(): string
  stop(): Promise<number | null>
  kill(): Promise<void>
}

/**
 * The service as a process of its own, compiled, with exactly these settings. Together with PUBLIC_URL, which it shows
 * instead of where it listens, PORT must be given.
 */
export async function startServiceProcess(
  settings: Record<string, string>,
  options: { entry?: string; timeoutMs?: number; place?: Place } = {},
): Promise<ServiceProcess> {
  const place = options.place ?? project
  const child = spawn(process.execPath, [place.program(options.entry ?? 'src/main.ts')], {
    cwd: place.folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', LOG_LEVEL: 'info', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const address = () =>
    settings.PUBLIC_URL
      ? output.includes(settings.PUBLIC_URL) && `http://localhost:${settings.PORT}`
      : /http:\/\/localhost:(\d+)/.exec(output)?.[0]
  try {
    await waitUntil(
      'the service to start',
      () => {
        if (child.exitCode !== null) throw new Error(`the service ended:\n${output}`)
        return Boolean(address())
      },
      options.timeoutMs ?? 60_000,
    )
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
    return child.exitCode
  }
  return {
    url: address() || '',
    process: child,
    output: () => output,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
  }
}
