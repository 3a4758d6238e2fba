import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import { parseAgency } from '../src/catalogue/agency.ts'
import { type DossierCode, parseDossierCode } from '../src/dossiers/dossier-code.ts'
import { parseDossierSettings } from '../src/dossiers/dossier-settings.ts'
import { slipKeyPurpose, slipToken } from '../src/dossiers/slip-token.ts'
import { systemClock } from '../src/lib/clock.ts'
import { createLog } from '../src/lib/log.ts'
import { formatProblem } from '../src/lib/problem.ts'
import { loadTexts } from '../src/lib/texts.ts'
import { vietnamDay } from '../src/lib/vietnam-time.ts'
import { KeyRefused, openKeyRing } from '../src/open-key-ring.ts'
import { ensureIndexes } from '../src/storage/connect.ts'
import { createInstallationSecretStore } from '../src/storage/installation-secret-store.ts'
import { createSlipStore } from '../src/storage/slip-store.ts'
import { readCheckTexts } from './catalogue-files.ts'
import { joinDatabase } from './join-database.ts'
import { readConfig } from './open-desk-stores.ts'
import { readOperationTexts } from './operation-texts.ts'
import { slipPage } from './slips/slip-page.ts'
import { type SlipTexts, slipTexts } from './slips/slip-texts.ts'

const { values } = parseArgs({
  options: {
    codes: { type: 'string' },
    file: { type: 'string' },
    out: { type: 'string' },
    telegram: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const dayMs = 86_400_000
const texts: SlipTexts = loadTexts(parse(readFileSync('data/texts/slips.yaml', 'utf8')), slipTexts)
const { out } = values
if (values.help || out === undefined || (values.codes === undefined) === (values.file === undefined)) {
  console.log(texts.say('slip.help'))
  if (!values.help) process.exitCode = 1
} else await run(out)

async function run(out: string): Promise<void> {
  const { telegram } = values
  if (telegram !== undefined && !/^[A-Za-z]\w{4,31}$/.test(telegram))
    return refuse([texts.say('slip.wrong-name')])
  if (values.file !== undefined && !existsSync(values.file)) return refuse([texts.say('slip.no-such-file')])
  const lines =
    values.file === undefined ? values.codes!.split(',') : readFileSync(values.file, 'utf8').split(/\r?\n/)
  const read = readCodes(lines)
  if (read.faults.length > 0) return refuse(read.faults)
  if (read.codes.length === 0) return refuse([texts.say('slip.no-codes')])

  const checks = readCheckTexts()
  const settingsFile = 'data/dossiers.yaml'
  const settings = parseDossierSettings(
    { name: settingsFile, text: readFileSync(settingsFile, 'utf8') },
    checks,
  )
  if (settings.kind === 'problems') return refuse(settings.problems.map(formatProblem))
  const config = readConfig()
  if (config.kind === 'wrong') return refuse(config.settings.map((key) => checks.say('check.wrong', { key })))
  const { storage, content, http } = config.config
  if (telegram === undefined && http.publicUrl === undefined) return refuse([texts.say('slip.no-link')])
  const agencyFile = content.agencyFile
  const agency = parseAgency({ name: agencyFile, text: readFileSync(agencyFile, 'utf8') }, checks)
  if (agency.kind === 'problems') return refuse(agency.problems.map(formatProblem))

  mkdirSync(storage.dataDir, { recursive: true })
  const log = createLog({ level: 'silent' })
  const database = await joinDatabase(storage, log)
  try {
    const secrets = createInstallationSecretStore(database.connection)
    const store = createSlipStore(database.connection)
    await ensureIndexes(database.connection)
    const { keyRing } = await openKeyRing(config.config, secrets, { log })
    if (!keyRing) return refuse([texts.say('slip.no-key')])
    const secret = keyRing.deriveKey(slipKeyPurpose)
    const slips = read.codes.map((code) => ({ code, token: slipToken(secret, code) }))
    const endsAt = new Date(systemClock.now().getTime() + settings.settings.keepDoneDays * dayMs)
    await store.put(slips, endsAt)
    const targets = {
      ...(telegram ? { telegram } : {}),
      ...(http.publicUrl ? { publicUrl: http.publicUrl } : {}),
    }
    writeFileSync(out, slipPage(slips, { agency: agency.agency.office.longName, targets, texts }))
    if (values.json) console.log(JSON.stringify({ ok: true, slips: slips.length, out }))
    else console.log(texts.say('slip.done', { count: slips.length, out }))
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error
    refuse([readOperationTexts().say(`operation.key.${error.refusal}`, { file: error.file })])
  } finally {
    await database.close()
  }
}

/** Each code once, in the order given; blank lines are passed over. */
function readCodes(lines: readonly string[]): { codes: DossierCode[]; faults: string[] } {
  const today = vietnamDay(systemClock.now())
  const codes = new Set<DossierCode>()
  const faults: string[] = []
  for (const [index, line] of lines.entries()) {
    const typed = line.replace(/^\ufeff/, '').trim()
    if (typed === '') continue
    const parsed = parseDossierCode(typed, today)
    if (parsed.kind === 'code') codes.add(parsed.code)
    else faults.push(texts.say('slip.wrong-code', { line: index + 1, code: typed }))
  }
  return { codes: [...codes], faults }
}

function refuse(lines: readonly string[]): void {
  if (values.json) console.log(JSON.stringify({ ok: false, problems: lines }))
  else for (const line of lines) console.log(line)
  process.exitCode = 1
}
