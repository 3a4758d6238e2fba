import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import type { Config } from '../src/config.ts'
import { type Content, loadContent } from '../src/content.ts'
import { type SurveyDeskTexts, surveyDeskTexts } from '../src/desk/surveys/survey-desk-texts.ts'
import type { Period } from '../src/desk/surveys/survey-records.ts'
import { yearlyDocx } from '../src/desk/yearly/yearly-docx.ts'
import { gatherYearly } from '../src/desk/yearly/yearly-facts.ts'
import { countBlocks, makeYearlyReport, type YearlyReport } from '../src/desk/yearly/yearly-report.ts'
import { parseYearlySettings, type YearlySettings } from '../src/desk/yearly/yearly-settings.ts'
import { type DossierTexts, dossierTexts } from '../src/dossiers/dossier-texts.ts'
import { citizenFigure } from '../src/dossiers/shadow-clock.ts'
import { systemClock } from '../src/lib/clock.ts'
import type { KeyRing } from '../src/lib/key-ring.ts'
import { createLog } from '../src/lib/log.ts'
import { formatProblem } from '../src/lib/problem.ts'
import { loadTexts } from '../src/lib/texts.ts'
import { KeyRefused, openKeyRing } from '../src/open-key-ring.ts'
import { openReportStores } from '../src/report-parts.ts'
import { createAnswerArchive } from '../src/storage/answer-archive.ts'
import { ensureIndexes } from '../src/storage/connect.ts'
import { createDossierStore } from '../src/storage/dossier-store.ts'
import { createInstallationSecretStore } from '../src/storage/installation-secret-store.ts'
import { createLowScoreCounter } from '../src/storage/low-score-counter.ts'
import { createQuestionnaireStore } from '../src/storage/questionnaire-store.ts'
import { createShadowStore } from '../src/storage/shadow-store.ts'
import type { MethodId } from '../src/surveys/index/methods.ts'
import { methodIds } from '../src/surveys/index/methods.ts'
import { readCheckTexts } from './catalogue-files.ts'
import { joinDatabase } from './join-database.ts'
import { readConfig } from './open-desk-stores.ts'
import { readOperationTexts } from './operation-texts.ts'

/** The draft of the yearly report as a Word document, from the records of the installation. */
const { values } = parseArgs({
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    out: { type: 'string' },
    method: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const texts: SurveyDeskTexts = loadTexts(readYaml('data/texts/desk-surveys.yaml'), surveyDeskTexts)
const dossierWords: DossierTexts = loadTexts(readYaml('data/texts/dossiers.yaml'), dossierTexts)

if (values.help) console.log(texts.say('yearly.command.help'))
else await main()

async function main(): Promise<void> {
  const wish = readWish()
  if (typeof wish === 'string') return refuse([wish])
  const read = readConfig()
  if (read.kind === 'wrong') {
    const checks = readCheckTexts()
    return refuse(read.settings.map((key) => checks.say('check.wrong', { key })))
  }
  const { config } = read
  const content = loadContent('.', config.content.agencyFile)
  const settings = readSettings()
  const method = methodIds.find((id) => id === (values.method ?? content.surveys.settings.index.method))
  if (!method) {
    const named = { method: values.method ?? '', methods: methodIds.join(', ') }
    return refuse([content.surveys.texts.say('survey.command.unknown-method', named)])
  }
  if (!config.storage.mongodbUri && !existsSync(config.storage.dataDir)) {
    return refuse([content.surveys.texts.say('survey.command.no-database')])
  }
  const now = systemClock.now()
  try {
    const report = await draftOf(config, content, { period: wish, method, settings, now })
    if (values.json) console.log(JSON.stringify(report))
    if (values.out === undefined) return
    const bytes = await yearlyDocx(report, texts, now)
    writeFileSync(values.out, bytes)
    if (values.json) return
    const written = { file: values.out, bytes: bytes.length, ...countBlocks(report) }
    console.log(texts.say('yearly.command.written', written))
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error
    refuse([readOperationTexts().say(`operation.key.${error.refusal}`, { file: error.file })])
  }
}

async function draftOf(
  config: Config,
  content: Content,
  wish: { period: Period; method: MethodId; settings: YearlySettings; now: Date },
): Promise<YearlyReport> {
  const log = createLog({ level: 'silent' })
  const database = await joinDatabase(config.storage, log)
  try {
    const { connection } = database
    const secrets = createInstallationSecretStore(connection)
    const dossiers = createDossierStore(connection, { clock: systemClock })
    const lowScores = createLowScoreCounter(connection)
    await ensureIndexes(connection)
    const { keyRing } = await openKeyRing(config, secrets, { log, isOnlyLooking: true })
    const { dataDir } = config.storage
    const reports = keyRing && openReportStores(connection, keyRing, { dataDir, clock: systemClock }).store
    const { questionnaires, settings: survey, texts: surveyTexts } = content.surveys
    const openShadow = (ring: KeyRing) =>
      createShadowStore(connection, ring, { keepDays: content.reports.retention.daysOf('self-reports') })
    const facts = await gatherYearly(
      {
        records: createAnswerArchive(connection),
        findQuestionnaire: createQuestionnaireStore(connection).find,
        dossiers,
        citizenFigure: keyRing && (async (range) => citizenFigure(await openShadow(keyRing).all(), range)),
        reports,
        lowScores,
        questionnaires,
        settings: survey,
        calendar: content.reports.calendar,
      },
      wish,
    )
    const words = { texts, surveyTexts, dossierTexts: dossierWords, settings: wish.settings, survey }
    return makeYearlyReport(facts, words)
  } finally {
    await database.close()
  }
}

/** The period, or what is wrong with the call. */
function readWish(): Period | string {
  const { from, to, out, json } = values
  for (const date of [from, to]) {
    if (date !== undefined && !isDay(date)) return texts.say('yearly.command.wrong-date', { date })
  }
  if (!from || !to) return texts.say('yearly.command.needs-period')
  if (from > to) return texts.say('yearly.command.reversed-dates')
  return out === undefined && !json ? texts.say('yearly.command.needs-out') : { from, to }
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

function readSettings(): YearlySettings {
  const name = 'data/yearly-report.yaml'
  const parsed = parseYearlySettings({ name, text: readFileSync(name, 'utf8') }, readCheckTexts(), texts)
  if (parsed.kind === 'settings') return parsed.settings
  throw new Error(parsed.problems.map(formatProblem).join('\n'))
}

function readYaml(name: string): unknown {
  return parse(readFileSync(name, 'utf8'))
}

function refuse(lines: readonly string[]): void {
  for (const line of lines) console.error(line)
  process.exitCode = 2
}
