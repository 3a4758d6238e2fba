import { existsSync, mkdirSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import type { CatalogueStore } from '../src/catalogue/catalogue-store.ts'
import { type CatalogueImport, importCatalogue } from '../src/catalogue/import-catalogue.ts'
import { type Config, parseConfig } from '../src/config.ts'
import { systemClock } from '../src/lib/clock.ts'
import { createLog, type Log } from '../src/lib/log.ts'
import { formatProblem } from '../src/lib/problem.ts'
import { vietnamDay } from '../src/lib/vietnam-time.ts'
import { createCatalogueStore } from '../src/storage/catalogue-store.ts'
import { ensureIndexes } from '../src/storage/connect.ts'
import { diffJson, diffLines, openSheets, readCheckTexts, readLayers } from './catalogue-files.ts'
import { joinDatabase } from './join-database.ts'

/** Lines of a diff that are printed; the JSON has all of them, and `catalogue:diff` prints all. */
const maxShown = 40
const barWidth = 24

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'dry-run': { type: 'boolean', default: false },
    'source-date': { type: 'string' },
    whole: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    versions: { type: 'boolean', default: false },
    back: { type: 'string' },
    rollback: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const texts = readCheckTexts()
const wantedVersion = values.rollback ?? values.back
const isAboutVersions = values.versions || wantedVersion !== undefined
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
      wantedVersion === undefined ? list(store) : goBack(store, wantedVersion),
    )
  }
  const read = readLayers(positionals, {
    texts,
    isWhole: values.whole,
    sheets: await openSheets(positionals, texts),
    agencyFile: content.agencyFile,
    ...(values['source-date'] ? { sourceDate: values['source-date'] } : {}),
  })
  if (read.kind === 'problems') {
    const summary = texts.say('check.summary-bad', { problems: read.problems.length })
    return refuse([...read.problems.map(formatProblem), summary], read.problems)
  }

  await withStore(storage, quiet, async (store) => {
    const outcome = await importCatalogue(store, read.layers, {
      source: positionals.map((path) => basename(path)).join(', '),
      importedAt: systemClock.now(),
      texts,
      isDryRun: values['dry-run'],
      ...(process.stderr.isTTY && !values.json ? { onProgress: showProgress } : {}),
    })
    if (outcome.kind === 'problems') {
      const summary = texts.say('check.summary-bad', { problems: outcome.problems.length })
      return refuse([...outcome.problems.map(formatProblem), summary], outcome.problems)
    }
    if (values.json) return console.log(JSON.stringify({ ...asJson(outcome), leftOut: read.leftOut }))
    if (read.leftOut.length > 0) console.log(texts.say('check.left-out', { count: read.leftOut.length }))
    for (const row of read.leftOut) console.log(formatProblem(row))
    if (outcome.kind !== 'unchanged') {
      const maxLines = values.all ? Number.POSITIVE_INFINITY : maxShown
      for (const line of diffLines(outcome, texts, maxLines)) console.log(line)
    }
    console.log(summary(outcome))
  })
}

type Imported = Exclude<CatalogueImport, { kind: 'problems' }>

function asJson(outcome: Imported): object {
  if (outcome.kind === 'unchanged') return { ok: true, ...outcome }
  const { kind, after } = outcome
  const version = outcome.kind === 'imported' ? { version: outcome.version } : {}
  return { ok: true, kind, diff: diffJson(outcome, texts), ...version, total: after.length }
}

function showProgress(share: number): void {
  const full = Math.round(share * barWidth)
  const bar = `[${'█'.repeat(full)}${'░'.repeat(barWidth - full)}]`
  const line = texts.say('check.progress', { bar, percent: Math.floor(share * 100) })
  process.stderr.write(`\r\u001b[K${share === 1 ? '' : line}`)
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

function summary(outcome: Imported): string {
  if (outcome.kind === 'unchanged') return texts.say('check.import-same', { total: outcome.total })
  const { added, changed, removed, redated } = outcome.diff
  const counts = {
    added: added.length,
    changed: changed.length + redated,
    removed: removed.length,
    total: outcome.after.length,
  }
  return outcome.kind === 'dry-run'
    ? texts.say('check.import-dry', counts)
    : texts.say('check.import-done', { ...counts, version: outcome.version.number })
}

function refuse(lines: readonly string[], problems: readonly object[] = []): void {
  if (values.json) console.log(JSON.stringify({ ok: false, problems, message: lines.at(-1) }))
  else for (const line of lines) console.log(line)
  process.exitCode = 1
}
