import type { Abbreviation } from './catalogue/entry.ts'
import {
  parseReportTalkWords,
  type ReportTalkWords,
} from './conversation/dialogs/report/report-talk-words.ts'
import { parseReplyTemplates, type ReplyTemplate } from './desk/reply-templates.ts'
import type { CheckTexts } from './lib/checked-yaml.ts'
import type { Problem } from './lib/problem.ts'
import type { HolidayCalendar, OfficeHours } from './lib/working-days/holiday-calendar.ts'
import { createAmountReader, type ReadAmounts } from './reports/amount/amount-reader.ts'
import { parseAmountWords } from './reports/amount/amount-words.ts'
import { type ClassifyReport, createReportClassifier } from './reports/classify-report.ts'
import { parseClockContent } from './reports/clock-content.ts'
import type { ClockSettings } from './reports/clock-settings.ts'
import type { ClockTexts } from './reports/clock-texts.ts'
import { parseReportSettings, type ReportSettings } from './reports/report-settings.ts'
import { parseReportWords } from './reports/report-words.ts'
import { parseRetention, type RetentionSettings } from './reports/retention-settings.ts'

/** What staff edit about reports: clocks, days off, amounts, words, templates, who receives what, how long it is kept. */
export interface ReportContentFiles {
  clocks: ClockSettings
  calendar: HolidayCalendar
  readAmounts: ReadAmounts
  classify: ClassifyReport
  settings: ReportSettings
  talkWords: ReportTalkWords
  replyTemplates: readonly ReplyTemplate[]
  retention: RetentionSettings
}

interface SourceFile {
  name: string
  text: string
}

export type LoadedReportContent =
  | { kind: 'content'; content: ReportContentFiles }
  | { kind: 'problems'; problems: Problem[] }

export interface ReportContentSources {
  clocks: SourceFile
  holidays: readonly SourceFile[]
  amounts: SourceFile
  words: SourceFile
  settings: SourceFile
  talkWords: SourceFile
  replyTemplates: SourceFile
  retention: SourceFile
  chatSpelling: readonly Abbreviation[]
  /** `workingHours` of the agency. */
  publishedHours: readonly OfficeHours[]
}

/** Nothing of it is used while one file has a problem. */
export function loadReportContent(
  sources: ReportContentSources,
  checks: CheckTexts,
  clockTexts: ClockTexts,
): LoadedReportContent {
  const clocks = parseClockContent(sources, sources.publishedHours, checks, clockTexts)
  const amounts = parseAmountWords(sources.amounts, checks)
  const words = parseReportWords(sources.words, checks)
  const settings = parseReportSettings(
    sources.settings,
    checks,
    clocks.kind === 'content' ? clocks.clocks.rules : undefined,
  )
  const talkWords = parseReportTalkWords(sources.talkWords, checks)
  const templates = parseReplyTemplates(sources.replyTemplates, checks)
  const retention = parseRetention(sources.retention, checks)
  if (
    clocks.kind === 'problems' ||
    amounts.kind === 'problems' ||
    words.kind === 'problems' ||
    settings.kind === 'problems' ||
    talkWords.kind === 'problems' ||
    templates.kind === 'problems' ||
    retention.kind === 'problems'
  ) {
    const parts = [clocks, amounts, words, settings, talkWords, templates, retention]
    const problems = parts.flatMap((part) => (part.kind === 'problems' ? part.problems : []))
    return { kind: 'problems', problems }
  }
  return {
    kind: 'content',
    content: {
      clocks: clocks.clocks,
      calendar: clocks.calendar,
      readAmounts: createAmountReader(amounts.words),
      classify: createReportClassifier(words.words, sources.chatSpelling),
      settings: settings.settings,
      talkWords: talkWords.words,
      replyTemplates: templates.templates,
      retention: retention.settings,
    },
  }
}
