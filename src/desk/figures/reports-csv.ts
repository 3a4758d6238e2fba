import { stringify } from 'csv-stringify/sync'
import { DateTime } from 'luxon'
import { vietnamZone } from '../../lib/vietnam-time.ts'
import type { HolidayCalendar } from '../../lib/working-days/holiday-calendar.ts'
import { type Term, termsOf } from '../../reports/figures.ts'
import type { ReportSummary } from '../../reports/report.ts'
import type { FiguresTexts } from './figures-texts.ts'

/**
 * One line a report, with everything that the figures are counted from.
 *
 * Excel takes the separator from the machine: where the comma is the decimal sign, as in Viet Nam, it is the semicolon. A
 * line `sep=;` would say so to every Excel, but makes it ignore the mark of UTF-8 and spoil the Vietnamese letters
 * (github.com/Belphemur/vue-json-csv/issues/43, read 2026-11-23). So: the mark, semicolons, and everything in quotes.
 */
export function reportsCsv(
  reports: readonly ReportSummary[],
  { texts, calendar, now }: { texts: FiguresTexts; calendar: HolidayCalendar; now: Date },
): string {
  const columns = columnsOf(texts)
  const rows = reports.map((report) => {
    const [first, second] = termsOf(report, { calendar, now })
    return columns.map(({ cell }) => guardFormula(cell(report, first!, second)))
  })
  return stringify([columns.map(({ heading }) => heading), ...rows], {
    bom: true,
    delimiter: ';',
    quoted: true,
    quoted_empty: false,
    record_delimiter: 'windows',
  })
}

/** A cell that a spreadsheet would take for a formula gets an apostrophe in front (owasp.org, CSV Injection). */
export function guardFormula(cell: string): string {
  return /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/.test(cell) ? `'${cell}` : cell
}

interface CsvColumn {
  heading: string
  cell(report: ReportSummary, first: Term, second: Term | undefined): string
}

function columnsOf(texts: FiguresTexts): CsvColumn[] {
  const wordState = (term: Term | undefined) => (term ? texts.say(`figures.term.${term.state}`) : '')
  return [
    { heading: texts.say('figures.csv.case-number'), cell: ({ caseNumber }) => caseNumber },
    { heading: texts.say('figures.csv.kind'), cell: ({ kind }) => texts.say(`figures.kind.${kind}`) },
    {
      heading: texts.say('figures.csv.identity'),
      cell: ({ identityMode }) => texts.say(`figures.identity.${identityMode}`),
    },
    { heading: texts.say('figures.csv.received'), cell: ({ receivedAt }) => csvInstant(receivedAt) },
    { heading: texts.say('figures.csv.due'), cell: (_, first) => csvInstant(first.dueAt) },
    { heading: texts.say('figures.csv.answered'), cell: (_, first) => csvInstant(first.answeredAt) },
    { heading: texts.say('figures.csv.term'), cell: (_, first) => wordState(first) },
    { heading: texts.say('figures.csv.days'), cell: (_, first) => csvNumber(first.workingDays) },
    { heading: texts.say('figures.csv.forwarded'), cell: ({ forwardedAt }) => csvInstant(forwardedAt) },
    { heading: texts.say('figures.csv.reopened'), cell: ({ reopenedAt }) => csvInstant(reopenedAt) },
    { heading: texts.say('figures.csv.due-again'), cell: (_, __, second) => csvInstant(second?.dueAt) },
    {
      heading: texts.say('figures.csv.answered-again'),
      cell: (_, __, second) => csvInstant(second?.answeredAt),
    },
    { heading: texts.say('figures.csv.term-again'), cell: (_, __, second) => wordState(second) },
    { heading: texts.say('figures.csv.days-again'), cell: (_, __, second) => csvNumber(second?.workingDays) },
    { heading: texts.say('figures.csv.closed'), cell: ({ closedAt }) => csvInstant(closedAt) },
    {
      heading: texts.say('figures.csv.closed-because'),
      cell: ({ closedBecause }) => (closedBecause ? texts.say(`figures.closed.${closedBecause}`) : ''),
    },
    {
      heading: texts.say('figures.csv.outcome'),
      cell: ({ outcome }) => (outcome ? texts.say(`figures.outcome.${outcome}`) : ''),
    },
    { heading: texts.say('figures.csv.rule'), cell: ({ deadlines }) => deadlines.answer?.ruleId ?? '' },
    {
      heading: texts.say('figures.csv.article'),
      cell: ({ deadlines: { answer } }) =>
        answer ? (answer.article ?? texts.say('figures.office-default')) : '',
    },
  ]
}

/** "2026-11-23 13:24:05" in Viet Nam: what every spreadsheet reads as a time, whatever its language. */
function csvInstant(instant: Date | undefined): string {
  return instant ? DateTime.fromJSDate(instant, { zone: vietnamZone }).toFormat('yyyy-MM-dd HH:mm:ss') : ''
}

const csvNumber = (count: number | undefined): string => (count === undefined ? '' : String(count))
