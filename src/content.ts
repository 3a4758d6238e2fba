import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { type Agency, parseAgency } from './catalogue/agency.ts'
import { type AnswerTexts, answerTexts } from './catalogue/answers/answer-texts.ts'
import { type EnglishWords, parseEnglishWords } from './catalogue/english/english-words.ts'
import { createEnglishReader, type EnglishReader } from './catalogue/english/read-english.ts'
import { type FormatTexts, formatTexts } from './catalogue/formats/format-texts.ts'
import { parseCatalogueYaml } from './catalogue/formats/parse-yaml.ts'
import type { Procedure } from './catalogue/procedure.ts'
import { parseRankingWeights, type RankingWeights } from './catalogue/search/ranking-weights.ts'
import { joinSayings, parseSearchIntents, type SearchIntents } from './catalogue/search/search-intents.ts'
import { type WebTexts, webTexts } from './channels/web/page-texts.ts'
import { commandsFileSchema, createCommandReader, type ReadCommand } from './conversation/dialogs/commands.ts'
import { type ReportTexts, reportTexts } from './conversation/dialogs/report/report-texts.ts'
import { type TalkTexts, talkTexts } from './conversation/dialogs/talk-texts.ts'
import { type DeskTexts, deskTexts } from './desk/desk-texts.ts'
import { type FiguresTexts, figuresTexts } from './desk/figures/figures-texts.ts'
import { type NoticeTexts, noticeTexts } from './desk/notices/notice-texts.ts'
import { type PollDeskTexts, pollDeskTexts } from './desk/polls/poll-desk-texts.ts'
import { type QuestionDeskTexts, questionDeskTexts } from './desk/questions/question-desk-texts.ts'
import { type ReportDeskTexts, reportDeskTexts } from './desk/report-texts.ts'
import { type SurveyDeskTexts, surveyDeskTexts } from './desk/surveys/survey-desk-texts.ts'
import { parseYearlySettings, type YearlySettings } from './desk/yearly/yearly-settings.ts'
import { type DossierContentFiles, loadDossierContent } from './dossier-content.ts'
import { parseCheckedYaml } from './lib/checked-yaml.ts'
import { AppError } from './lib/errors.ts'
import { formatProblem, type Problem } from './lib/problem.ts'
import { loadTexts, type TextDeclaration, type Texts } from './lib/texts.ts'
import { type OperationTexts, operationTexts } from './operation-texts.ts'
import { loadReportContent, type ReportContentFiles } from './report-content.ts'
import { type ClockTexts, clockTexts } from './reports/clock-texts.ts'
import { loadSurveyContent, type SurveyContentFiles } from './survey-content.ts'
import { loadZaloContent, type ZaloContentFiles } from './zalo-content.ts'

/** Everything in `data/` and `intents/` that staff edit, read once at the start and checked as a whole. */
export interface Content {
  agency: Agency
  /** The shipped catalogue, `data/catalogue/*.yaml`. */
  procedures: Procedure[]
  intents: SearchIntents
  /** Undefined without `data/search/weights.json`: the search then keeps to its plain order. */
  weights: RankingWeights | undefined
  readCommand: ReadCommand
  talk: TalkTexts
  answers: AnswerTexts
  /** For questions in English: the same texts, each key of them. */
  english: { words: EnglishWords; reader: EnglishReader; talk: TalkTexts; answers: AnswerTexts }
  web: Texts<WebTexts>
  desk: Texts<DeskTexts>
  operation: OperationTexts
  reports: ReportContentFiles
  dossiers: DossierContentFiles
  surveys: SurveyContentFiles
  surveyDesk: SurveyDeskTexts
  pollDesk: PollDeskTexts
  questionDesk: QuestionDeskTexts
  yearly: YearlySettings
  clocks: ClockTexts
  report: ReportTexts
  deskReports: ReportDeskTexts
  notices: NoticeTexts
  figures: FiguresTexts
  zalo: ZaloContentFiles
}

/**
 * @param rootDir the folder that holds `data/` and `intents/`
 * @param agencyFile relative to `rootDir`, or absolute
 * @throws {AppError} CONTENT_INVALID with all problems, a line each
 */
export function loadContent(rootDir: string, agencyFile: string): Content {
  const read = (name: string) => ({ name, text: readFileSync(join(rootDir, name), 'utf8') })
  const list = (folder: string) =>
    readdirSync(join(rootDir, folder))
      .filter((name) => name.endsWith('.yaml'))
      .sort()
      .map((name) => read(`${folder}/${name}`))
  const texts = <D extends TextDeclaration>(name: string, declared: D) =>
    loadTexts(parse(read(`data/texts/${name}.yaml`).text), declared)

  const checks = texts('checks', formatTexts)
  const problems: Problem[] = []
  const agency = readAgency(rootDir, agencyFile, checks)
  if (agency.kind === 'problems') problems.push(...agency.problems)
  const bodies = new Set(agency.kind === 'agency' ? Object.keys(agency.agency.bodies) : [])
  const catalogue = parseCatalogueYaml(list('data/catalogue'), { texts: checks, bodies })
  if (catalogue.kind === 'problems') problems.push(...catalogue.problems)
  const intents = parseSearchIntents([...list('intents'), ...list('intents/sayings')], checks)
  if (intents.kind === 'problems') problems.push(...intents.problems)
  const english = parseEnglishWords(read('intents/english.yaml'), checks)
  if (english.kind === 'problems') problems.push(...english.problems)
  const commandsFile = read('intents/commands.yaml')
  const commands = parseCheckedYaml(commandsFile.name, commandsFile.text, commandsFileSchema, checks)
  if (commands.kind === 'problems') problems.push(...commands.problems)
  const clockWords = texts('clocks', clockTexts)
  const reports = loadReportContent(
    {
      clocks: read('data/clocks.yaml'),
      holidays: list('data/holidays'),
      amounts: read('intents/amounts.yaml'),
      words: read('intents/reports.yaml'),
      settings: read('data/reporting.yaml'),
      talkWords: read('intents/report-talk.yaml'),
      replyTemplates: read('data/reply-templates.yaml'),
      retention: read('data/retention.yaml'),
      chatSpelling: intents.kind === 'parsed' ? intents.intents.chatSpelling : [],
      publishedHours: agency.kind === 'agency' ? agency.agency.workingHours : [],
    },
    checks,
    clockWords,
  )
  if (reports.kind === 'problems') problems.push(...reports.problems)
  const surveys = loadSurveyContent(read, list, texts, checks)
  if (surveys.kind === 'problems') problems.push(...surveys.problems)
  const surveyDesk = texts('desk-surveys', surveyDeskTexts)
  const yearly = parseYearlySettings(read('data/yearly-report.yaml'), checks, surveyDesk)
  if (yearly.kind === 'problems') problems.push(...yearly.problems)
  const dossiers = loadDossierContent(read, texts, checks)
  if (dossiers.kind === 'problems') problems.push(...dossiers.problems)
  const inUse = surveys.kind === 'content' ? surveys.content.inUse : undefined
  const zalo = loadZaloContent(read, texts, checks, inUse)
  if (zalo.kind === 'problems') problems.push(...zalo.problems)

  if (
    agency.kind === 'problems' ||
    catalogue.kind === 'problems' ||
    intents.kind === 'problems' ||
    commands.kind === 'problems' ||
    english.kind === 'problems' ||
    reports.kind === 'problems' ||
    surveys.kind === 'problems' ||
    dossiers.kind === 'problems' ||
    yearly.kind === 'problems' ||
    zalo.kind === 'problems'
  ) {
    throw new AppError('CONTENT_INVALID', problems.map(formatProblem).join('\n'))
  }
  return {
    agency: agency.agency,
    procedures: catalogue.procedures,
    intents: withShippedNames(intents.intents, catalogue.procedures),
    weights: readWeights(rootDir),
    readCommand: createCommandReader(commands.value),
    talk: texts('talk', talkTexts),
    answers: texts('answers', answerTexts),
    english: {
      words: english.words,
      reader: createEnglishReader(english.words),
      talk: texts('en/talk', talkTexts),
      answers: texts('en/answers', answerTexts),
    },
    web: texts('web', webTexts),
    desk: texts('desk', deskTexts),
    operation: texts('operation', operationTexts),
    reports: reports.content,
    dossiers: dossiers.content,
    surveys: surveys.content,
    surveyDesk,
    pollDesk: texts('desk-polls', pollDeskTexts),
    questionDesk: texts('desk-questions', questionDeskTexts),
    yearly: yearly.settings,
    clocks: clockWords,
    report: texts('report', reportTexts),
    deskReports: texts('desk-reports', reportDeskTexts),
    notices: texts('notices', noticeTexts),
    figures: texts('figures', figuresTexts),
    zalo: zalo.content,
  }
}

/** Other names of shipped procedures are sayings too: they still serve when the office imports a catalogue without them. */
function withShippedNames(intents: SearchIntents, procedures: readonly Procedure[]): SearchIntents {
  const names = procedures.flatMap(({ code, aliases }) => (aliases ? [[code, aliases] as const] : []))
  const sayings = joinSayings([Object.fromEntries(intents.sayings), Object.fromEntries(names)])
  return { ...intents, sayings }
}

/** The one file whose place is a setting, so it may not be there. */
function readAgency(rootDir: string, name: string, checks: FormatTexts): ReturnType<typeof parseAgency> {
  const path = resolve(rootDir, name)
  if (!existsSync(path)) {
    return { kind: 'problems', problems: [{ file: name, message: checks.say('check.no-such-file') }] }
  }
  return parseAgency({ name, text: readFileSync(path, 'utf8') }, checks)
}

function readWeights(rootDir: string): RankingWeights | undefined {
  try {
    return parseRankingWeights(JSON.parse(readFileSync(join(rootDir, 'data/search/weights.json'), 'utf8')))
  } catch {
    return undefined
  }
}
