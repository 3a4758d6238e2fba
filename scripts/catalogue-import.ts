import { existsSync, mkdirSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import type { CatalogueStore } from '../src/catalogue/catalogue-store.ts'
import { importCatalogue } from '../src/catalogue/import-catalogue.ts'
import type { Procedure } from '../src/catalogue/procedure.ts'
import { type Config, parseConfig } from '../src/config.ts'
import { systemClock } from '../src/lib/clock.ts'
import { createLog, type Log } from '../src/lib/log.ts'
import { formatProblem } from '../src/lib/problem.ts'
import { vietnamDay } from '../src/lib/vietnam-time.ts'
import { createCatalogueStore } from '../src/storage/catalogue-store.ts'
import { ensureIndexes } from '../src/storage/connect.ts'
import { diffLines, readCatalogue, readCheckTexts } from './catalogue-files.ts'
import { joinDatabase } from './join-database.ts'

/** Lines of a diff that are printed; the JSON has all of them, and `catalogue:diff` prints all. */
const maxShown = 40

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'dry-run': { type: 'boolean', default: false },
    'source-date': { type: 'string' },
    versions: { type: 'boolean', default: false },
    back: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const texts = readCheckTexts()
const isAboutVersions = values.versions || values.back !== undefined
if (values.help || (positionals.length === 0 && !isAboutVersions)) {
  console.log(texts.say('check.help-import'))
  if (!values.help) process.exitCode = 1
} else {
  await run()
}

async function run(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const parsed = parseConfig(process.env)
  if (parsed.kind === 'faults') {
    return refuse(parsed.faults.map(({ setting }) => texts.say('check.wrong', { key: setting })))
  }
  const { storage, content, log } = parsed.config
  const quiet = createLog({ level: log.level === 'info' ? 'warn' : log.level })
  mkdirSync(storage.dataDir, { recursive: true })
  if (isAboutVersions) {
    return withStore(storage, quiet, (store) =>
      values.back === undefined ? list(store) : goBack(store, values.back),
    )
  }
  const read = readCatalogue(positionals, {
    texts,
    agencyFile: content.agencyFile,
    ...(values['source-date'] ? { sourceDate: values['source-date'] } : {}),
  })
  if (read.kind === 'problems') {
    const summary = texts.say('check.summary-bad', { problems: read.problems.length })
    return refuse([...read.problems.map(formatProblem), summary], read.problems)
  }

  await withStore(storage, quiet, async (store) => {
    const outcome = await importCatalogue(store, read.procedures, {
      source: positionals.map((path) => basename(path)).join(', '),
      importedAt: systemClock.now(),
      isDryRun: values['dry-run'],
    })
    if (values.json) {
      console.log(
        JSON.stringify({ ok: true, ...outcome, total: read.procedures.length, leftOut: read.leftOut }),
      )
      return
    }
    if (read.leftOut.length > 0) console.log(texts.say('check.left-out', { count: read.leftOut.length }))
    for (const row of read.leftOut) console.log(formatProblem(row))
    if (outcome.kind !== 'unchanged')
      for (const line of diffLines(outcome.diff, texts, maxShown)) console.log(line)
    console.log(summary(outcome, read.procedures))
  })
}

async function withStore(
  storage: Config['storage'],
  log: Log,
  use: (store: CatalogueStore) => Promise<void>,
): Promise<void> {
  const database = await joinDatabase(storage, log)
  try {
    const store = createCatalogueStore(database.connection)
    await ensureIndexes(database.connection)
    await use(store)
  } finally {
    await database.close()
  }
}

/** The versions that can be put in use again, the one in use marked. */
async function list(store: CatalogueStore): Promise<void> {
  const current = await store.currentNumber()
  const versions = await store.versions()
  if (values.json) return console.log(JSON.stringify({ ok: true, current, versions }))
  for (const { number, importedAt, source, procedureCount } of versions) {
    const date = vietnamDay(importedAt).split('-').reverse().join('/')
    const mark = number === current ? '*' : ' '
    console.log(texts.say('check.version', { mark, number, date, source, total: procedureCount }))
  }
}

async function goBack(store: CatalogueStore, wanted: string): Promise<void> {
  const version = await store.rollBack(Number(wanted))
  if (!version) return refuse([texts.say('check.no-such-version', { number: wanted })])
  if (values.json) console.log(JSON.stringify({ ok: true, kind: 'back', version }))
  else console.log(texts.say('check.went-back', { number: version.number, total: version.procedureCount }))
}

function summary(
  outcome: Awaited<ReturnType<typeof importCatalogue>>,
  procedures: readonly Procedure[],
): string {
  const total = procedures.length
  if (outcome.kind === 'unchanged') return texts.say('check.import-same', { total })
  const { added, changed, removed } = outcome.diff
  const counts = { added: added.length, changed: changed.length, removed: removed.length, total }
  return outcome.kind === 'dry-run'
    ? texts.say('check.import-dry', counts)
    : texts.say('check.import-done', { ...counts, version: outcome.version.number })
}

function refuse(lines: readonly string[], problems: readonly object[] = []): void {
  if (values.json) console.log(JSON.stringify({ ok: false, problems, message: lines.at(-1) }))
  else for (const line of lines) console.log(line)
  process.exitCode = 1
}
