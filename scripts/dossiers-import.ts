import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import type { Config } from '../src/config.ts'
import { createDigitsHasher, type DigitsHasher, digitsKeyPurpose } from '../src/dossiers/digits-hash.ts'
import { type DossierContent, parseDossierContent } from '../src/dossiers/dossier-content.ts'
import { type DossierTexts, dossierTexts } from '../src/dossiers/dossier-texts.ts'
import { type ImportOutcome, type ImportProgress, importDossiers } from '../src/dossiers/import-dossiers.ts'
import { sayOutcome } from '../src/dossiers/say-summary.ts'
import { systemClock } from '../src/lib/clock.ts'
import { createLog } from '../src/lib/log.ts'
import { formatProblem, type Problem } from '../src/lib/problem.ts'
import { loadTexts } from '../src/lib/texts.ts'
import { vietnamDay } from '../src/lib/vietnam-time.ts'
import { instantAt } from '../src/lib/working-days/day.ts'
import { KeyRefused, openKeyRing } from '../src/open-key-ring.ts'
import { ensureIndexes } from '../src/storage/connect.ts'
import { createDossierStore } from '../src/storage/dossier-store.ts'
import { createInstallationSecretStore } from '../src/storage/installation-secret-store.ts'
import { readCheckTexts } from './catalogue-files.ts'
import { joinDatabase } from './join-database.ts'
import { readConfig } from './open-desk-stores.ts'
import { readOperationTexts } from './operation-texts.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'dry-run': { type: 'boolean', default: false },
    'as-of': { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const texts: DossierTexts = loadTexts(parse(readFileSync('data/texts/dossiers.yaml', 'utf8')), dossierTexts)
const [path] = positionals
if (values.help || path === undefined || positionals.length > 1) {
  console.log(texts.say('dossier.import.help'))
  if (!values.help) process.exitCode = 1
} else {
  await run(path)
}

async function run(path: string): Promise<void> {
  const now = systemClock.now()
  const asOf = readAsOf(values['as-of'], now)
  if (asOf === 'wrong') return refuse([texts.say('dossier.import.wrong-as-of')])
  if (!existsSync(path)) return refuse([texts.say('dossier.import.no-such-file')])
  const content = readContent()
  if (content.kind === 'problems') return refuse(content.problems.map(formatProblem), content.problems)
  const read = readConfig()
  if (read.kind === 'wrong') {
    const checks = readCheckTexts()
    return refuse(read.settings.map((key) => checks.say('check.wrong', { key })))
  }

  const { storage } = read.config
  mkdirSync(storage.dataDir, { recursive: true })
  const database = await joinDatabase(storage, createLog({ level: 'silent' }))
  try {
    const store = createDossierStore(database.connection, { clock: systemClock })
    const secrets = createInstallationSecretStore(database.connection)
    await ensureIndexes(database.connection)
    const hasher = await openHasher(read.config, secrets)
    if (!hasher && !values.json && !values['dry-run']) console.error(texts.say('dossier.import.no-key'))
    const outcome = await importDossiers(
      { name: basename(path), bytes: readFileSync(path) },
      { store, ...content.content, texts, ...(hasher ? { hasher } : {}) },
      {
        now,
        ...(asOf ? { asOf } : {}),
        isDryRun: values['dry-run'],
        ...(process.stderr.isTTY && !values.json ? { onProgress: showProgress } : {}),
      },
    )
    tell(outcome, content.content)
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error
    refuse([readOperationTexts().say(`operation.key.${error.refusal}`, { file: error.file })])
  } finally {
    await database.close()
  }
}

/** The end of the day of the file: what was imported on that day is not newer. Undefined when none is given. */
function readAsOf(day: string | undefined, now: Date): Date | undefined | 'wrong' {
  if (day === undefined) return undefined
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day)) || day > vietnamDay(now))
    return 'wrong'
  const end = instantAt(day, '24:00')
  return end < now ? end : now
}

function readContent(): ReturnType<typeof parseDossierContent> {
  const source = (name: string) => ({ name, text: readFileSync(name, 'utf8') })
  const files = { columns: source('data/dossier-columns.yaml'), settings: source('data/dossiers.yaml') }
  return parseDossierContent(files, readCheckTexts(), texts)
}

async function openHasher(
  config: Config,
  secrets: ReturnType<typeof createInstallationSecretStore>,
): Promise<DigitsHasher | undefined> {
  const log = createLog({ level: 'silent' })
  const { keyRing } = await openKeyRing(config, secrets, { log, isOnlyLooking: values['dry-run'] })
  return keyRing && createDigitsHasher(keyRing.deriveKey(digitsKeyPurpose))
}

function showProgress({ phase, rows, share }: ImportProgress): void {
  const words = { percent: Math.floor(share * 100), rows }
  const line =
    phase === 'checking'
      ? texts.say('dossier.import.checking', words)
      : texts.say('dossier.import.storing', words)
  process.stderr.write(`\r\u001b[K${line}`)
  if (share === 1) process.stderr.write('\r\u001b[K')
}

function tell(outcome: ImportOutcome, { mapping }: DossierContent): void {
  const lines = sayOutcome(outcome, mapping, texts)
  if (outcome.kind === 'problems') {
    refuse([...outcome.problems.map(formatProblem), ...lines], outcome.problems)
  } else if (outcome.kind === 'busy') refuse(lines)
  else if (values.json) console.log(JSON.stringify({ ok: true, ...flat(outcome) }))
  else for (const line of lines) console.log(line)
}

function flat(outcome: Exclude<ImportOutcome, { kind: 'problems' | 'busy' }>): object {
  if (outcome.kind !== 'imported') return { kind: outcome.kind, ...outcome.summary }
  return { kind: outcome.kind, number: outcome.import.number, ...outcome.import.summary }
}

function refuse(lines: readonly string[], problems: readonly Problem[] = []): void {
  if (values.json) console.log(JSON.stringify({ ok: false, problems, message: lines.at(-1) }))
  else for (const line of lines) console.log(line)
  process.exitCode = 1
}
