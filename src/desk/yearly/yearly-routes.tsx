import type { FastifyRequest } from 'fastify'
import type { Desk, DeskSection } from '../desk-page.ts'
import { type PeriodQuery, readPeriodQuery } from '../surveys/period-query.ts'
import { yearlyDocx } from './yearly-docx.ts'
import { gatherYearly, type YearlySources } from './yearly-facts.ts'
import { YearlyPage } from './yearly-page.tsx'
import { makeYearlyReport, type YearlyWords } from './yearly-report.ts'

export interface YearlySectionParts extends YearlySources {
  words: YearlyWords
}

const icon = 'M7 4h7l4 4v12H7zM14 4v4h4M10 12h5M10 15.5h5'
const takesReport: readonly string[] = ['intake', 'leader']
const docxType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

/** The draft of the yearly report: to read, and to take along as a Word document. */
export function yearlySection(parts: YearlySectionParts): DeskSection {
  const { words, settings } = parts
  const { texts } = words

  async function draft(
    request: FastifyRequest,
    now: Date,
  ): Promise<{ query: PeriodQuery; report: ReturnType<typeof makeYearlyReport> }> {
    const query = readPeriodQuery(request.query, now)
    const { period, method = settings.index.method } = query
    return { query, report: makeYearlyReport(await gatherYearly(parts, { period, method, now }), words) }
  }

  return {
    nav: [{ href: '/desk/yearly', label: texts.say('yearly.nav'), icon }],

    addRoutes(scope, desk: Desk) {
      scope.get('/yearly', async (request, reply) => {
        const { query, report } = await draft(request, desk.clock.now())
        const { period, isWrong } = query
        const mayTake = desk.signedIn(request).officer.roles.some((role) => takesReport.includes(role))
        const downloadPath = `/desk/yearly/report.docx?${new URLSearchParams({ ...period })}`
        return desk.show(request, reply, {
          title: texts.say('yearly.title'),
          body: (
            <YearlyPage
              texts={texts}
              report={report}
              period={period}
              isPeriodWrong={isWrong}
              {...(mayTake ? { downloadPath } : {})}
            />
          ),
        })
      })

      scope.get('/yearly/report.docx', async (request, reply) => {
        const now = desk.clock.now()
        const { query, report } = await draft(request, now)
        const { from, to } = query.period
        const file = await yearlyDocx(report, texts, now)
        await desk.audit.append({
          officer: desk.signedIn(request).officer.id,
          action: 'data-exported',
          subject: 'yearly:docx',
          detail: { from, to },
        })
        return reply
          .type(docxType)
          .header('content-disposition', `attachment; filename="${texts.say('yearly.file', { from, to })}"`)
          .send(file)
      })
    },
  }
}
