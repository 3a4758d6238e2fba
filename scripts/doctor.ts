import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Agency } from '../src/catalogue/agency.ts'
import { type Config, parseConfig } from '../src/config.ts'
import { type Content, loadContent } from '../src/content.ts'
import { keyFileIn } from '../src/key-file.ts'
import { systemClock } from '../src/lib/clock.ts'
import { AppError } from '../src/lib/errors.ts'
import type { KeyRing } from '../src/lib/key-ring.ts'
import { createLog, type Log } from '../src/lib/log.ts'
import { vietnamDay } from '../src/lib/vietnam-time.ts'
import { missingYears } from '../src/lib/working-days/holiday-calendar.ts'
import { KeyRefused, openKeyRing } from '../src/open-key-ring.ts'
import { createCatalogueStore } from '../src/storage/catalogue-store.ts'
import { pingDatabase } from '../src/storage/connect.ts'
import { createConversationStore } from '../src/storage/conversation-store.ts'
import { createInboxStore } from '../src/storage/inbox-store.ts'
import { createInstallationSecretStore } from '../src/storage/installation-secret-store.ts'
import type { OpenDatabase } from '../src/storage/open-database.ts'
import { joinDatabase } from './join-database.ts'
import { readOperationTexts } from './operation-texts.ts'
import { examineZalo } from './zalo/examine-zalo.ts'

/** What is configured, what is missing, what does not work; ends with 1 when something does not work. */
const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})
const texts = readOperationTexts()

/** ok = works · missing = not set up, the service runs without · wrong = must be mended. */
interface Finding {
  part: string
  state: 'ok' | 'missing' | 'wrong'
  message: string
}
const findings: Finding[] = []
const find = (part: string, state: Finding['state'], message: string) =>
  void findings.push({ part, state, message })

if (values.help) console.log(texts.say('operation.doctor-help'))
else await examine()

async function examine(): Promise<void> {
  checkNode()
  if (existsSync('.env')) process.loadEnvFile('.env')
  const parsed = parseConfig(process.env)
  if (parsed.kind === 'faults') {
    for (const { setting, kind } of parsed.faults) {
      const isNeeded = kind === 'needed-for-webhook' || kind === 'needed-for-zalo'
      const message = isNeeded
        ? texts.say(`operation.${kind}`, { setting })
        : texts.say(`operation.setting.${setting}`)
      find('settings', 'wrong', message)
    }
  } else {
    find('settings', 'ok', texts.say('operation.doctor.settings'))
    checkContent(parsed.config)
    checkDataDir(parsed.config)
    await checkDatabase(parsed.config)
    await checkTelegram(parsed.config)
    if (!parsed.config.zalo) find('zalo', 'missing', texts.say('operation.doctor.zalo-none'))
  }
  if (findings.some(({ state }) => state === 'wrong')) process.exitCode = 1
  if (values.json) {
    console.log(JSON.stringify({ isWell: process.exitCode !== 1, findings }))
    return
  }
  const marks = { ok: '✓', missing: '–', wrong: '✗' } as const
  for (const { state, message } of findings) console.log(`${marks[state]} ${message}`)
}

function checkNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const isEnough = major > 20 || (major === 20 && minor >= 19)
  const version = process.versions.node
  find('node', isEnough ? 'ok' : 'wrong', texts.say('operation.doctor.node', { version }))
}

function checkContent(config: Config): void {
  try {
    const content = loadContent('.', config.content.agencyFile)
    const count = content.procedures.length
    find('content', 'ok', texts.say('operation.doctor.content', { count }))
    for (const blank of blanksOf(content.agency)) {
      find(
        'agency',
        'missing',
        texts.say('operation.doctor.blank', { blank, file: config.content.agencyFile }),
      )
    }
    checkReporting(content)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    find('content', 'wrong', texts.say('operation.doctor.content-wrong', { problems: error.message }))
  }
}

/** What the office has not filled in yet; messages are worded without it. */
function blanksOf(agency: Agency): string[] {
  return [
    ...(['ask', 'report', 'dossier', 'privacy'] as const)
      .filter((purpose) => !agency.hotlines[purpose])
      .map((purpose) => `hotlines.${purpose}`),
    ...(agency.workingHours.length === 0 ? ['workingHours'] : []),
    ...(agency.oneStop.contact.address ? [] : ['oneStop.contact.address']),
    ...(agency.oneStop.contact.phone ? [] : ['oneStop.contact.phone']),
  ]
}

/** A report that arrives in the last weeks of a year needs the days off of the next one. */
function checkReporting({ reports: { calendar, settings } }: Content): void {
  const today = vietnamDay(systemClock.now())
  const year = Number(today.slice(0, 4))
  for (const missing of missingYears(calendar, today, `${year + 1}-12-31`)) {
    const state = missing === year ? 'wrong' : 'missing'
    find('holidays', state, texts.say('operation.doctor.holidays-missing', { year: missing }))
  }
  for (const known of [year, year + 1]) {
    const count = calendar.years.get(known)?.unconfirmed.length ?? 0
    if (count > 0) {
      find('holidays', 'missing', texts.say('operation.doctor.holidays-unconfirmed', { year: known, count }))
    }
  }
  const blanks = [
    ...(settings.provincialHotline.phone ? [] : ['provincialHotline.phone']),
    ...(settings.citizenReception.address ? [] : ['citizenReception.address']),
    ...(settings.outside.phone || settings.outside.address ? [] : ['outside']),
  ]
  for (const blank of blanks) {
    find('reporting', 'missing', texts.say('operation.doctor.blank', { blank, file: 'data/reporting.yaml' }))
  }
}

function checkDataDir({ storage }: Config): void {
  const folder = storage.dataDir
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    find('data-dir', 'ok', texts.say('operation.doctor.data-dir', { folder }))
  } catch {
    find('data-dir', 'wrong', texts.say('operation.doctor.data-dir-wrong', { folder }))
  }
}

async function checkDatabase(config: Config): Promise<void> {
  const log = createLog({ level: 'silent' })
  try {
    const database = await joinDatabase(config.storage, log)
    try {
      await pingDatabase(database.connection)
      const kind = database.kind === 'embedded' ? 'embedded' : 'mongodb'
      find('database', 'ok', texts.say(`operation.doctor.database-${kind}`))
      const keyRing = await checkKeys(config, database, log)
      for (const { state, message } of await examineZalo(config, { database, keyRing, texts, log })) {
        find('zalo', state, message)
      }
      const version = (await createCatalogueStore(database.connection).current())?.version
      if (version) {
        const { number, source, procedureCount: count } = version
        const date = vietnamDay(version.importedAt)
        find('catalogue', 'ok', texts.say('operation.doctor.catalogue', { number, source, count, date }))
      } else find('catalogue', 'missing', texts.say('operation.doctor.catalogue-none'))
      const now = systemClock.now()
      const oldest = await createInboxStore(database.connection, () => now).oldestPendingAt()
      const weekAgo = new Date(now.getTime() - 7 * 86_400_000)
      const lost = await createConversationStore(database.connection).undelivered(weekAgo, 1_000)
      const minutes = oldest ? Math.round((now.getTime() - oldest.getTime()) / 60_000) : 0
      find('inbox', minutes > 1 ? 'wrong' : 'ok', texts.say('operation.doctor.inbox', { minutes }))
      const isClean = lost.length === 0
      find(
        'outbox',
        isClean ? 'ok' : 'missing',
        texts.say('operation.doctor.undelivered', { count: lost.length }),
      )
    } finally {
      await database.close()
    }
  } catch (error) {
    const reason = error instanceof AppError ? error.code : 'INTERNAL'
    find('database', 'wrong', texts.say('operation.doctor.database-wrong', { reason }))
  }
}

/** Whether the keys open what the database holds; nothing is made. */
async function checkKeys(
  config: Config,
  { connection }: OpenDatabase,
  log: Log,
): Promise<KeyRing | undefined> {
  const file = resolve(keyFileIn(config.storage.dataDir))
  try {
    const secrets = createInstallationSecretStore(connection)
    const { keyRing } = await openKeyRing(config, secrets, { log, isOnlyLooking: true })
    if (config.security.encryptionKeys) find('key', 'ok', texts.say('operation.doctor.key'))
    else if (keyRing) find('key', 'ok', texts.say('operation.doctor.key-file', { file }))
    else if (config.storage.mongodbUri) find('key', 'missing', texts.say('operation.doctor.key-none'))
    else find('key', 'missing', texts.say('operation.doctor.key-later', { file }))
    return keyRing
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error
    find('key', 'wrong', texts.say(`operation.key.${error.refusal}`, { file: error.file }))
    return undefined
  }
}

async function checkTelegram({ telegram }: Config): Promise<void> {
  if (!telegram) return find('telegram', 'missing', texts.say('operation.no-telegram'))
  try {
    const url = `${telegram.apiRoot}/bot${telegram.token}/getMe`
    const { status } = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    if (status === 200)
      find('telegram', 'ok', texts.say('operation.doctor.telegram', { mode: telegram.mode }))
    else find('telegram', 'wrong', texts.say('operation.doctor.telegram-refused', { status }))
  } catch {
    find('telegram', 'wrong', texts.say('operation.doctor.telegram-unreachable'))
  }
}
