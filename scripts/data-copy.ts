/** Copies everything from the embedded database (or another server) into an empty MongoDB, and counts again. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { MongoClient } from 'mongodb'
import { keyFileIn } from '../src/key-file.ts'
import { createLog } from '../src/lib/log.ts'
import { type EmbeddedServer, startEmbeddedServer } from '../src/storage/embedded/start-embedded-server.ts'
import { type CopyReport, copyData } from './data-copy/copy-data.ts'

const help = `npm run data:copy -- --to URI [--from URI] [--data-dir DIR] [--db NAME] [--dry-run] [--json]

Copies all collections with their indexes to another MongoDB. Nothing is ever overwritten: the databases that are
copied must not exist at the target yet. Stop the service first, so that nothing is written meanwhile.

  --to URI        where to; a MongoDB 7.0 or later
  --from URI      where from; without it the embedded database in the data folder
  --data-dir DIR  the service's data folder; otherwise DATA_DIR, otherwise var/data
  --db NAME       copy only this database
  --dry-run       only tell what would be copied
  --json          one JSON value on stdout and nothing else
  --help          this text

Ends with 0 when all counts agree afterwards, else with 1.`

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      to: { type: 'string' },
      from: { type: 'string' },
      'data-dir': { type: 'string' },
      db: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(help)
    return 0
  }
  if (!values.to) {
    console.error('--to URI is missing; --help explains')
    return 1
  }
  const dataDir = values['data-dir'] ?? process.env.DATA_DIR ?? 'var/data'
  const embedded = values.from ? undefined : await openEmbedded(dataDir)
  // Values keep their types: a 64-bit integer must not arrive as a 32-bit one.
  const exact = { promoteValues: false, bsonRegExp: true } as const
  const from = new MongoClient(values.from ?? embedded?.uri ?? '', exact)
  const to = new MongoClient(values.to, { ...exact, serverSelectionTimeoutMS: 10_000 })
  try {
    const report = await copyData(from, to, {
      isDryRun: values['dry-run'],
      ...(values.db ? { database: values.db } : {}),
      ...(values.json ? {} : { onCollection: (line: string) => console.log(line) }),
    })
    print(report, values.json)
    const keyFile = keyFileIn(dataDir)
    if (embedded && report.kind === 'copied' && !values.json && existsSync(keyFile)) {
      console.log(
        `What is sealed opens with the key in ${keyFile}: keep this data folder, or set ENCRYPTION_KEY to that line.`,
      )
    }
    return report.kind === 'copied' || report.kind === 'planned' ? 0 : 1
  } finally {
    await Promise.all([from.close(), to.close()])
    await embedded?.stop()
  }
}

/** @throws AppError when the service is running; Error when there is nothing to copy. */
async function openEmbedded(dataDir: string): Promise<EmbeddedServer> {
  const folder = join(dataDir, 'db')
  if (!existsSync(folder)) throw new Error(`there is no embedded database in ${folder}`)
  return startEmbeddedServer({ dataDir: folder, log: createLog({ level: 'warn' }) })
}

function print(report: CopyReport, asJson: boolean): void {
  if (asJson) console.log(JSON.stringify(report, undefined, 2))
  else if (report.kind === 'copied' || report.kind === 'planned') console.log(describe(report))
  else console.error(describe(report))
}

function describe(report: CopyReport): string {
  const documents = report.collections.reduce((sum, { documents }) => sum + documents, 0)
  const size = `${documents} documents in ${report.collections.length} collections`
  switch (report.kind) {
    case 'planned':
      return `Dry run: would copy ${size}. Nothing was written.`
    case 'copied':
      return `Copied ${size}; counted again at the target, all agree.`
    case 'not-empty':
      return `Nothing was copied: the target already has ${report.occupied.join(', ')}. Choose an empty server.`
    case 'differs':
      return `Copied, but these counts differ: ${report.differences.join('; ')}. Do not use the target.`
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(`data:copy failed: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
