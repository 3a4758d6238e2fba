/**
 * Runs the storage and crash tests against an independent engine, so that the application does not lean on
 * peculiarities of the embedded server. SecantusDB (Python, on MongoDB's WiredTiger) is a test process of its own; its
 * licence (GPL-2.0) is no concern of the product, which never contains it.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { MongoClient } from 'mongodb'

const help = `npm run test:second-engine -- [--keep] [TEST FILE OR FOLDER …]

Installs SecantusDB into var/second-engine (Python 3.10 or later and its package registry are needed), starts it on a
free port with its data in memory, and runs the storage, conversation, contract and crash tests against it
(MONGODB_TEST_URI). Ends with the result of the tests; with 0 and a reason where the engine cannot be had.

  --keep   leave the engine running until Ctrl-C, to look into a failure
  --help   this text`

const root = fileURLToPath(new URL('..', import.meta.url))
const engine = 'secantusdb==0.7.0b3'
const installTimeoutMs = 5 * 60_000
const startTimeoutMs = 30_000
const folders = [
  'test/storage',
  'test/conversation',
  'test/contracts',
  // What kills the service between two writes; how pages look does not depend on the engine.
  'test/e2e/crash.test.ts',
  'test/e2e/filing-crash.test.ts',
]
/** Tests of the embedded server itself. */
const leftOut = 'test/storage/embedded/**'

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { keep: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  })
  if (values.help) {
    console.log(help)
    return 0
  }
  const installed = install()
  if (installed.kind === 'unavailable') {
    console.log(`Second engine: not tested, ${installed.reason}`)
    return 0
  }
  const port = await freePort()
  const uri = `mongodb://127.0.0.1:${port}/`
  const server = startEngine(installed.command, port)
  try {
    if (!(await answers(uri, server))) {
      console.log('Second engine: not tested, it was installed but did not start')
      return 0
    }
    const tests =
      positionals.length > 0 ? positionals : folders.filter((folder) => existsSync(join(root, folder)))
    console.log(`Second engine: ${engine} at ${uri}; tests: ${tests.join(' ')}`)
    const { status } = spawnSync('npx', ['vitest', 'run', ...tests, '--exclude', leftOut], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, MONGODB_TEST_URI: uri },
    })
    if (values.keep) await new Promise<void>((resolve) => process.once('SIGINT', () => resolve()))
    return status ?? 1
  } finally {
    await stopEngine(server)
  }
}

type Installed = { kind: 'installed'; command: string } | { kind: 'unavailable'; reason: string }

/** Kept between runs; the name of the version in the folder makes a new one install anew. */
function install(): Installed {
  const folder = join(root, 'var', 'second-engine', engine.replace('==', '-'))
  const command = join(folder, 'bin', 'secantusd-py')
  if (existsSync(command)) return { kind: 'installed', command }
  const python = findPython()
  if (!python) return { kind: 'unavailable', reason: 'there is no Python 3.10 or later' }
  mkdirSync(join(root, 'var', 'second-engine'), { recursive: true })
  const steps: [string, string[]][] = [
    [python, ['-m', 'venv', folder]],
    [join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', engine]],
  ]
  for (const [program, args] of steps) {
    const { status, stderr, error } = spawnSync(program, args, {
      encoding: 'utf8',
      timeout: installTimeoutMs,
    })
    if (status !== 0) {
      const reason = error?.message ?? stderr.trim().split('\n').at(-1) ?? ''
      return { kind: 'unavailable', reason: `"${args.slice(0, 2).join(' ')}" failed: ${reason}` }
    }
  }
  return existsSync(command)
    ? { kind: 'installed', command }
    : { kind: 'unavailable', reason: 'the package holds no server' }
}

function findPython(): string | undefined {
  return ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10'].find((name) => {
    try {
      const version = execFileSync(name, ['-c', 'import sys; print(sys.version_info[:2] >= (3, 10))'], {
        encoding: 'utf8',
      })
      return version.trim() === 'True'
    } catch {
      return false
    }
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

function startEngine(command: string, port: number): ChildProcess {
  // Standalone: as the embedded server, and as the simplest MongoDB that the product allows.
  const args = [
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--storage-path',
    ':memory:',
    '--standalone',
    '--log-level',
    'ERROR',
  ]
  return spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
}

async function answers(uri: string, server: ChildProcess): Promise<boolean> {
  const endsAt = performance.now() + startTimeoutMs
  while (performance.now() < endsAt && server.exitCode === null) {
    const client = new MongoClient(uri, { serverSelectionTimeoutMS: 500 })
    try {
      await client.db('admin').command({ ping: 1 })
      return true
    } catch {
      await setTimeout(200)
    } finally {
      await client.close()
    }
  }
  return false
}

async function stopEngine(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  server.kill('SIGTERM')
  if (!(await Promise.race([gone.then(() => true), setTimeout(5000, false, { ref: false })])))
    server.kill('SIGKILL')
  await gone
}

process.exitCode = await main()
