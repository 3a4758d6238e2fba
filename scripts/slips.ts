import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import { parseAgency } from '../src/catalogue/agency.ts'
import { slipPage } from '../src/desk/dossiers/slips/slip-page.ts'
import { type SlipTexts, slipTexts } from '../src/desk/dossiers/slips/slip-texts.ts'
import { makeSlips } from '../src/dossiers/make-slips.ts'
import { readCodes } from '../src/dossiers/read-codes.ts'
import { slipKeyPurpose } from '../src/dossiers/slip-token.ts'
import { systemClock } from '../src/lib/clock.ts'
import { createLog } from '../src/lib/log.ts'
import { formatProblem } from '../src/lib/problem.ts'
import { loadTexts } from '../src/lib/texts.ts'
import { vietnamDay } from '../src/lib/vietnam-time.ts'
import { KeyRefused, openKeyRing } from '../src/open-key-ring.ts'
import { parseRetention } from '../src/reports/retention-settings.ts'
import { ensureIndexes } from '../src/storage/connect.ts'
import { createInstallationSecretStore } from '../src/storage/installation-secret-store.ts'
import { createSlipStore } from '../src/storage/slip-store.ts'
import { readCheckTexts } from './catalogue-files.ts'
import { joinDatabase } from './join-database.ts'
import { readConfig } from './open-desk-stores.ts'
import { readOperationTexts } from './operation-texts.ts'

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
  const read = readCodes(lines, vietnamDay(systemClock.now()))
  if (read.faults.length > 0) {
    return refuse(read.faults.map(({ line, typed }) => texts.say('slip.wrong-code', { line, code: typed })))
  }
  if (read.codes.length === 0) return refuse([texts.say('slip.no-codes')])

  const checks = readCheckTexts()
  const retentionFile = 'data/retention.yaml'
  const retention = parseRetention({ name: retentionFile, text: readFileSync(retentionFile, 'utf8') }, checks)
  if (retention.kind === 'problems') return refuse(retention.problems.map(formatProblem))
  const config = readConfig()
  if (config.kind === 'wrong') return refuse(config.settings.map((key) => checks.say('check.wrong', { key })))
  const { storage, content, http, zalo } = config.config
  if (telegram === undefined && http.publicUrl === undefined && zalo?.oaId === undefined)
    return refuse([texts.say('slip.no-link')])
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
    const slips = await makeSlips(read.codes, {
      store,
      secret: keyRing.deriveKey(slipKeyPurpose),
      keepDays: retention.settings.daysOf('dossier-slips'),
      now: systemClock.now(),
    })
    const targets = {
      ...(telegram ? { telegram } : {}),
      ...(zalo?.oaId ? { zalo: zalo.oaId } : {}),
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

function refuse(lines: readonly string[]): void {
  if (values.json) console.log(JSON.stringify({ ok: false, problems: lines }))
  else for (const line of lines) console.log(line)
  process.exitCode = 1
}
