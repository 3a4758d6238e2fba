import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createNewsWithdrawal } from '../src/conversation/dialogs/report/reporter-news.ts'
import { createConversationNames } from '../src/conversation/turn/names.ts'
import { auditKey } from '../src/desk/audit/audit-key.ts'
import { erasureAudit } from '../src/desk/audit/erasure-audit.ts'
import { type ErasableClass, erasableClasses } from '../src/erasable-classes.ts'
import { systemClock } from '../src/lib/clock.ts'
import { createLog } from '../src/lib/log.ts'
import { formatProblem } from '../src/lib/problem.ts'
import { KeyRefused, openKeyRing } from '../src/open-key-ring.ts'
import { openReportStores } from '../src/report-parts.ts'
import { parseCaseNumber } from '../src/reports/case-number.ts'
import { createErasure, type ErasureReason, erasureReasons } from '../src/reports/retention.ts'
import {
  parseRetention,
  type RetentionRule,
  type RetentionSettings,
} from '../src/reports/retention-settings.ts'
import { createAuditStore } from '../src/storage/audit-store.ts'
import { ensureIndexes } from '../src/storage/connect.ts'
import { createConversationStore } from '../src/storage/conversation-store.ts'
import { createDossierStore } from '../src/storage/dossier-store.ts'
import { createInstallationSecretStore } from '../src/storage/installation-secret-store.ts'
import { createNoticeStore } from '../src/storage/notice-store.ts'
import { createRecordCodec } from '../src/storage/record-codec.ts'
import { createSurveyStores } from '../src/storage/survey-store.ts'
import { readCheckTexts } from './catalogue-files.ts'
import { joinDatabase } from './join-database.ts'
import { readConfig } from './open-desk-stores.ts'
import { readOperationTexts } from './operation-texts.ts'
import { readRetentionTexts } from './retention-texts.ts'

/** Shows what is kept for how long, and erases what is over: all of it, or one closed report. */
const { values } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    report: { type: 'string' },
    reason: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const texts = readRetentionTexts()
const isDryRun = values['dry-run']
const mostAtOnce = 1_000
const manualReasons: readonly ErasureReason[] = erasureReasons.filter((reason) => reason !== 'retention')

if (values.help) console.log(texts.say('retention.help'))
else await main()

async function main(): Promise<void> {
  const file = { name: 'data/retention.yaml', text: readFileSync('data/retention.yaml', 'utf8') }
  const parsed = parseRetention(file, readCheckTexts())
  if (parsed.kind === 'problems') return fail(2, parsed.problems.map(formatProblem))
  const reason = values.report === undefined ? 'retention' : reasonGiven()
  if (!reason) return fail(2, [texts.say('retention.wrong-reason', { reasons: manualReasons.join(', ') })])
  const read = readConfig()
  if (read.kind === 'wrong') {
    return fail(2, [texts.say('retention.settings-wrong', { settings: read.settings.join(', ') })])
  }
  const { config } = read
  const log = createLog({ level: 'silent' })
  const database = await joinDatabase(config.storage, log)
  try {
    const { connection } = database
    const secrets = createInstallationSecretStore(connection)
    const { keyRing } = await openKeyRing(config, secrets, { log, isOnlyLooking: true })
    if (!keyRing) return fail(2, [texts.say('retention.no-key')])
    const { dataDir } = config.storage
    const stores = openReportStores(connection, keyRing, { dataDir, clock: systemClock })
    const notices = createNoticeStore(connection, { keepDays: parsed.settings.daysOf('notices') })
    const key = auditKey(keyRing)
    const audit = createAuditStore(connection, { clock: systemClock, log, ...(key ? { key } : {}) }).log
    const others = erasableClasses({
      dossiers: createDossierStore(connection, { clock: systemClock }),
      responses: createSurveyStores(connection, keyRing).responses,
      retention: parsed.settings,
    })
    await ensureIndexes(connection)
    const erasure = createErasure({
      ...stores,
      withdrawNews: createNewsWithdrawal({
        conversations: createConversationStore(connection, createRecordCodec(keyRing)),
        nameOf: createConversationNames(keyRing.deriveKey('conversation names')),
      }),
      notices,
      audit: erasureAudit(audit),
      clock: systemClock,
    })
    const { findByRef, findByCaseNumber } = stores.store
    if (values.report !== undefined) await eraseOne(erasure, findByCaseNumber, values.report, reason)
    else await eraseDue(erasure, findByRef, parsed.settings, others)
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error
    const { refusal, file: keyFile } = error
    fail(2, [readOperationTexts().say(`operation.key.${refusal}`, { file: keyFile })])
  } finally {
    await database.close()
  }
}

type Erasure = ReturnType<typeof createErasure>
type Stores = ReturnType<typeof openReportStores>['store']

async function eraseDue(
  erasure: Erasure,
  findByRef: Stores['findByRef'],
  settings: RetentionSettings,
  others: readonly ErasableClass[],
): Promise<void> {
  const days = settings.daysOf('closed-reports')
  const caseNumbers: string[] = []
  let erased = 0
  for (;;) {
    const due = await erasure.due(days, systemClock.now(), mostAtOnce)
    if (isDryRun) {
      for (const ref of due) caseNumbers.push((await findByRef(ref))?.caseNumber ?? '')
      break
    }
    let done = 0
    for (const ref of due) if ((await erasure.erase(ref, 'retention')).kind === 'erased') done++
    erased += done
    if (done === 0) break
  }
  /** How many of a class are over, or were erased just now. */
  const counts = new Map<string, number>([['closed-reports', isDryRun ? caseNumbers.length : erased]])
  for (const one of others) {
    const now = systemClock.now()
    counts.set(one.class, await (isDryRun ? one.count(now) : one.erase(now)))
  }
  const { rules } = settings
  if (values.json) {
    const known = { isDryRun, rules, counts: Object.fromEntries(counts) }
    return print(JSON.stringify({ ...known, ...(isDryRun ? { due: caseNumbers } : { erased }) }))
  }
  for (const rule of rules) {
    print(wordRule(rule))
    const count = counts.get(rule.class)
    if (count === undefined) {
      if ('days' in rule) print(texts.say('retention.expires'))
      continue
    }
    print(isDryRun ? texts.say('retention.due', { count }) : texts.say('retention.erased-count', { count }))
    if (rule.class !== 'closed-reports') continue
    for (const code of caseNumbers) print(texts.say('retention.due-one', { code }))
  }
  print(isDryRun ? texts.say('retention.dry-run') : texts.say('retention.done', { count: erased }))
}

function wordRule(rule: RetentionRule): string {
  const { basis } = rule
  const words = {
    class: texts.say(`retention.class.${rule.class}`),
    collections: rule.collections.join(', '),
    basis,
  }
  if ('days' in rule) return texts.say('retention.rule', { ...words, days: rule.days })
  if ('setting' in rule) return texts.say('retention.rule-setting', { ...words, setting: rule.setting })
  return texts.say('retention.rule-always', words)
}

async function eraseOne(
  erasure: Erasure,
  findByCaseNumber: Stores['findByCaseNumber'],
  typed: string,
  reason: ErasureReason,
): Promise<void> {
  const number = parseCaseNumber(typed)
  if (number.kind !== 'case-number') return fail(2, [texts.say('retention.wrong-number', { code: typed })])
  const code = number.caseNumber
  const report = await findByCaseNumber(code)
  if (!report) return fail(1, [texts.say('retention.outcome.no-such-report', { code })])
  if (isDryRun) {
    const kind = report.erasedAt ? 'erased-before' : report.state === 'closed' ? 'would-erase' : 'not-closed'
    return print(
      values.json
        ? JSON.stringify({ isDryRun, kind, code })
        : texts.say(`retention.outcome.${kind}`, { code }),
    )
  }
  const { kind } = await erasure.erase(report.ref, reason)
  if (kind !== 'erased') return fail(1, [texts.say(`retention.outcome.${kind}`, { code })])
  print(values.json ? JSON.stringify({ isDryRun, kind, code }) : texts.say('retention.erased', { code }))
}

function reasonGiven(): ErasureReason | undefined {
  return manualReasons.find((reason) => reason === values.reason)
}

function print(line: string): void {
  console.log(line)
}

function fail(exitCode: number, problems: string[]): void {
  if (values.json) print(JSON.stringify({ problems }))
  else console.error(problems.join('\n'))
  process.exitCode = exitCode
}
