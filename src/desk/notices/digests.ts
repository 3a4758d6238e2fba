import type { QuestionStore } from '../../catalogue/unanswered-question.ts'
import type { ReviewStore } from '../../dossiers/dossier-reviews.ts'
import type { DossierStore } from '../../dossiers/dossier-store.ts'
import { tallyOnTime } from '../../dossiers/on-time-figures.ts'
import { addDays, dayOf, instantAt, timeOf, weekdayOf } from '../../lib/working-days/day.ts'
import {
  type HolidayCalendar,
  isWorkingDay,
  MissingYearError,
} from '../../lib/working-days/holiday-calendar.ts'
import { everyReport } from '../../reports/case/access.ts'
import type { Deadline } from '../../reports/deadline.ts'
import type { ReportSummary } from '../../reports/report.ts'
import type { ReportStore } from '../../reports/report-store.ts'
import type { AnswerArchive } from '../../surveys/answer-archive.ts'
import type { CampaignSwitchStore } from '../../surveys/campaign-switch.ts'
import { computeIndex } from '../../surveys/index/compute-index.ts'
import { layoutOf } from '../../surveys/index/form.ts'
import { decimal, wordFigure } from '../../surveys/index/word-index.ts'
import type { Questionnaire } from '../../surveys/questionnaire.ts'
import type { SurveySettings } from '../../surveys/survey-settings.ts'
import type { SurveyTexts } from '../../surveys/survey-texts.ts'
import { displayDay, displayInstant } from '../display-time.ts'
import { isAbsent, type Officer, type OfficerStore, type Role } from '../officer.ts'
import type { Digest } from './notice.ts'
import type { NoticeTexts } from './notice-texts.ts'
import type { OfficerNotices } from './officer-notices.ts'
import { maySee } from './recipients.ts'

export interface DigestParts {
  notices: Pick<OfficerNotices, 'tellDigest'>
  officers: Pick<OfficerStore, 'list'>
  reports: Pick<ReportStore, 'openReports' | 'receivedBetween'>
  reviews: Pick<ReviewStore, 'open'>
  questions: Pick<QuestionStore, 'mostAsked'>
  switches: Pick<CampaignSwitchStore, 'current'>
  answers: Pick<AnswerArchive, 'read'>
  dossiers: Pick<DossierStore, 'each'>
  survey: { settings: SurveySettings; inUse: Questionnaire; texts: SurveyTexts }
  calendar: HolidayCalendar
  texts: NoticeTexts
}

/** Each tells an officer once a day (or week), however often it is called; and nothing when there is nothing. */
export interface Digests {
  /** What waits for each officer. */
  tellMorning(now: Date, signal: AbortSignal): Promise<void>
  /** What came of the last thirty days, for leaders, on the first working day of the week. */
  tellWeek(now: Date, signal: AbortSignal): Promise<void>
}

/** A morning that was slept through is made up for until then; later, the next one tells. */
const until = '15:00'
const weekDays = 30
/** No report is open for longer; older ones that are closed now are not counted. */
const longestOpenDays = 400
const questionDays = 7
const dayMs = 86_400_000
/** More of a kind than anybody reads; said as "so many or more" where it can be reached. */
const most = 1_000

export function createDigests(parts: DigestParts): Digests {
  const { notices, calendar, texts } = parts

  async function tell(
    { of, day }: Pick<Digest, 'of' | 'day'>,
    signal: AbortSignal,
    linesFor: (officer: Officer) => Promise<string[]> | string[],
    only?: Role,
  ): Promise<void> {
    for (const officer of await parts.officers.list()) {
      if (signal.aborted) return
      if (officer.disabledAt || isAbsent(officer, day)) continue
      if (only && !officer.roles.includes(only)) continue
      const lines = await linesFor(officer)
      if (lines.length > 0) await notices.tellDigest(officer, { of, day, lines })
    }
  }

  async function ownCases(now: Date): Promise<(officer: Officer) => string[]> {
    const today = dayOf(now)
    const next = nextWorkingDay(calendar, today)
    const timed: { report: ReportSummary; dueAt: Date }[] = []
    for await (const report of parts.reports.openReports()) {
      const dueAt = nearest(report)
      if (dueAt && report.assignee !== undefined) timed.push({ report, dueAt })
    }
    return (officer) => {
      const own = timed.filter(({ report }) => report.assignee === officer.id && maySee(officer, report))
      const overdue = own.filter(({ dueAt }) => dueAt <= now).length
      const ahead = own.filter(({ dueAt }) => dueAt > now).map(({ dueAt }) => dayOf(dueAt))
      const dueToday = ahead.filter((day) => day === today).length
      const dueNext = ahead.filter((day) => day > today && day <= next).length
      return [
        ...line('notices.digest.morning.overdue', overdue),
        ...line('notices.digest.morning.today', dueToday),
        ...line('notices.digest.morning.next', dueNext),
      ]
    }
  }

  function line(key: MorningLine, count: number): string[] {
    return count > 0 ? [texts.say(key, { count })] : []
  }

  /** What is nobody's own: who may settle it hears of it. */
  async function common(now: Date): Promise<(officer: Officer) => string[]> {
    const reviews = await parts.reviews.open(most)
    const apologies = reviews.filter(({ kind }) => kind === 'apology').length
    const since = new Date(now.getTime() - questionDays * dayMs)
    const questions = (await parts.questions.mostAsked({ since, limit: most })).length
    const current = await parts.switches.current()
    return ({ roles }) => {
      const isIntake = roles.includes('intake')
      const isLeader = roles.includes('leader')
      return [
        ...(isIntake || isLeader ? line('notices.digest.morning.apologies', apologies) : []),
        ...(isIntake
          ? line(
              questions < most ? 'notices.digest.morning.questions' : 'notices.digest.morning.questions-many',
              questions,
            )
          : []),
        ...(isLeader && current?.state === 'paused'
          ? [texts.say('notices.digest.morning.paused', { at: displayInstant(current.at) })]
          : []),
      ]
    }
  }

  async function weekLines(now: Date): Promise<string[]> {
    const to = addDays(dayOf(now), -1)
    const from = addDays(to, 1 - weekDays)
    const { settings, inUse, texts: surveyTexts } = parts.survey
    const entry = (await parts.answers.read({ from, to })).find(
      ({ questionnaire: { id, version } }) => id === inUse.id && version === inUse.version,
    )
    const { whole } = computeIndex(entry?.forms ?? [], layoutOf(inUse), {
      method: settings.index.method,
      minimumPeople: settings.index.minimumPeople,
    })
    return [
      texts.say('notices.digest.week.period', { from: displayDay(from), to: displayDay(to) }),
      texts.say('notices.digest.week.index', {
        label: settings.label,
        figure: wordFigure(whole, surveyTexts),
      }),
      texts.say('notices.digest.week.reports', await reportCounts(from, to, now)),
      await onTimeLine(from, to),
    ]
  }

  async function reportCounts(from: string, to: string, now: Date) {
    const [start, end] = [instantAt(from, '00:00'), instantAt(to, '24:00')]
    const counts = { opened: 0, closed: 0, late: 0 }
    const earliest = new Date(start.getTime() - longestOpenDays * dayMs)
    for await (const { receivedAt, closedAt } of parts.reports.receivedBetween(everyReport, earliest, end)) {
      if (receivedAt >= start) counts.opened++
      if (closedAt && closedAt >= start && closedAt < end) counts.closed++
    }
    for await (const report of parts.reports.openReports()) {
      const dueAt = nearest(report)
      if (dueAt && dueAt <= now) counts.late++
    }
    return counts
  }

  async function onTimeLine(from: string, to: string): Promise<string> {
    const tally = tallyOnTime({ from, until: to, today: addDays(to, 1) })
    for await (const dossier of parts.dossiers.each({ kind: 'done', from, until: to })) tally.add(dossier)
    const { n: results, early, onTime, late, onTimeHundredths } = tally.figure()
    if (onTimeHundredths === undefined) return texts.say('notices.digest.week.no-results')
    const inTime = early + onTime
    const share = decimal(onTimeHundredths)
    return texts.say('notices.digest.week.on-time', { share, inTime, results, late })
  }

  return {
    async tellMorning(now, signal) {
      const day = dayOf(now)
      if (!isWorked(calendar, day) || timeOf(now) >= until) return
      const own = await ownCases(now)
      const shared = await common(now)
      await tell({ of: 'morning', day }, signal, (officer) => [...own(officer), ...shared(officer)])
    },

    async tellWeek(now, signal) {
      const day = dayOf(now)
      if (!isFirstOfWeek(calendar, day) || timeOf(now) >= until) return
      const lines = await weekLines(now)
      await tell({ of: 'week', day }, signal, () => lines, 'leader')
    },
  }
}

type MorningLine =
  | 'notices.digest.morning.overdue'
  | 'notices.digest.morning.today'
  | 'notices.digest.morning.next'
  | 'notices.digest.morning.apologies'
  | 'notices.digest.morning.questions'
  | 'notices.digest.morning.questions-many'

/** The next thing that the officer has to be in time for. */
function nearest({ state, deadlines: { classify, answer } }: ReportSummary): Date | undefined {
  const all: (Deadline | undefined)[] = [state === 'received' ? classify : undefined, answer]
  const times = all.flatMap((deadline) => (deadline ? [deadline.dueAt.getTime()] : []))
  return times.length > 0 ? new Date(Math.min(...times)) : undefined
}

/** Without a table of days off for the year: Monday to Friday. */
function isWorked(calendar: HolidayCalendar, day: string): boolean {
  try {
    return isWorkingDay(calendar, day)
  } catch (error) {
    if (error instanceof MissingYearError) return weekdayOf(day) <= 5
    throw error
  }
}

function nextWorkingDay(calendar: HolidayCalendar, today: string): string {
  let day = addDays(today, 1)
  // No row of days off is longer than some two weeks.
  for (let tries = 0; tries < 30 && !isWorked(calendar, day); tries++) day = addDays(day, 1)
  return day
}

function isFirstOfWeek(calendar: HolidayCalendar, day: string): boolean {
  if (!isWorked(calendar, day)) return false
  for (let earlier = 1; earlier < weekdayOf(day); earlier++) {
    if (isWorked(calendar, addDays(day, -earlier))) return false
  }
  return true
}
