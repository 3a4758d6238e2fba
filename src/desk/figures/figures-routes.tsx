import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import type { HolidayCalendar } from '../../lib/working-days/holiday-calendar.ts'
import { everyReport, type ReportScope, reportScope } from '../../reports/case/access.ts'
import { figuresOf } from '../../reports/figures.ts'
import type { ReportSummary } from '../../reports/report.ts'
import type { ReportStore } from '../../reports/report-store.ts'
import type { Desk, DeskSection } from '../desk-page.ts'
import { startOfDay } from '../display-time.ts'
import { viewerOf } from '../reports/report-desk.ts'
import { FiguresPage } from './figures-page.tsx'
import type { FiguresTexts } from './figures-texts.ts'
import { reportsCsv } from './reports-csv.ts'

export interface FiguresParts {
  store: Pick<ReportStore, 'receivedBetween'>
  calendar: HolidayCalendar
  texts: FiguresTexts
}

const icon = 'M5 19.5h14.5M7 16v-4.5M11 16V7M15 16v-6.5M19 16V4.5'

const day = z.string().refine((text) => startOfDay(text) !== undefined)
const periodQuery = z.object({ from: day.optional().catch(undefined), to: day.optional().catch(undefined) })

/** Days, both included. */
interface Period {
  from: string
  to: string
}

/** Counts over all reports, which name nobody, and the lines of those that an officer may see. */
export function figuresSection(parts: FiguresParts): DeskSection {
  const { store, calendar, texts } = parts

  async function receivedIn({ from, to }: Period, scope: ReportScope): Promise<ReportSummary[]> {
    const found: ReportSummary[] = []
    const between = store.receivedBetween(scope, startOfDay(from)!, startOfDay(to, 1)!)
    for await (const report of between) found.push(report)
    return found
  }

  return {
    nav: [{ href: '/desk/figures', label: texts.say('figures.nav'), icon }],

    addRoutes(scope, desk: Desk) {
      scope.get('/figures', async (request, reply) => {
        const now = desk.clock.now()
        const { period, isWrong } = periodOf(request, now)
        const figures = figuresOf(await receivedIn(period, everyReport), { calendar, now })
        const seesReports = reportScope(viewerOf(desk.signedIn(request).officer)) !== undefined
        const search = new URLSearchParams({ ...period }).toString()
        return desk.show(request, reply, {
          title: texts.say('figures.title'),
          body: (
            <FiguresPage
              texts={texts}
              figures={figures}
              period={period}
              isPeriodWrong={isWrong}
              now={now}
              {...(seesReports ? { exportPath: `/desk/figures/reports.csv?${search}` } : {})}
            />
          ),
        })
      })

      scope.get('/figures/reports.csv', async (request, reply) => {
        const now = desk.clock.now()
        const { officer } = desk.signedIn(request)
        const own = reportScope(viewerOf(officer))
        if (!own) return desk.notFound(request, reply)
        const { period } = periodOf(request, now)
        const reports = await receivedIn(period, own)
        const { from, to } = period
        await desk.audit.append({
          officer: officer.id,
          action: 'data-exported',
          subject: 'reports:csv',
          detail: { from, to, count: reports.length },
        })
        const file = texts.say('figures.csv.file', { from, to })
        return reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="${file}"`)
          .send(reportsCsv(reports, { texts, calendar, now }))
      })
    },
  }
}

/** Without days, or with such as make no sense: from the first of January until today. */
function periodOf(request: FastifyRequest, now: Date): { period: Period; isWrong: boolean } {
  const { from, to } = periodQuery.parse(request.query)
  const today = vietnamDay(now)
  const wanted = { from: from ?? `${(to ?? today).slice(0, 4)}-01-01`, to: to ?? today }
  if (wanted.from <= wanted.to) return { period: wanted, isWrong: false }
  return { period: { from: `${today.slice(0, 4)}-01-01`, to: today }, isWrong: true }
}
