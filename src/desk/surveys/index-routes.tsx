import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { shareRunning } from '../../lib/share-running.ts'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import { streamAnswersCsv } from '../../surveys/index/write-answers-csv.ts'
import type { SurveyTexts } from '../../surveys/survey-texts.ts'
import type { Desk, DeskSection } from '../desk-page.ts'
import { questionnaireKey } from './choose-questionnaire.ts'
import { type CountedDossiers, createDossierFigures } from './dossier-figures.ts'
import { isFiltered } from './index-filter.ts'
import { IndexPage } from './index-page.tsx'
import { indexXlsx } from './index-xlsx.ts'
import { ItemPage } from './item-page.tsx'
import { readPeriodQuery } from './period-query.ts'
import { type IndexSources, type IndexView, type IndexWish, readIndex } from './read-index.ts'
import type { SurveyDeskTexts } from './survey-desk-texts.ts'
import type { SurveyRecords } from './survey-records.ts'

export interface IndexSectionParts extends Omit<IndexSources, 'dossierFigures'> {
  records: SurveyRecords
  dossiers: CountedDossiers
  texts: SurveyDeskTexts
  surveyTexts: SurveyTexts
}

const icon = 'M4 19.5h16M5 15l4.5-4 3.5 3 6-7M19 11V7h-4'
/** Comments may name people in words that no mask knows: for those who work on them. */
const readsComments = ['intake', 'leader'] as const
const takesAnswers = ['intake', 'leader', 'auditor'] as const
const mostComments = 200
const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** The satisfaction index: the overview, each question, and the answers behind it as files. */
export function indexSection(parts: IndexSectionParts): DeskSection {
  const { records, settings, texts, surveyTexts } = parts
  const sources: IndexSources = { ...parts, dossierFigures: createDossierFigures(parts.dossiers) }

  const share = shareRunning<IndexView>()

  /** Officers who look at the same page in the same moment get one computation. */
  function viewOf({ period, method, questionnaire, filter }: IndexWish, now: Date): Promise<IndexView> {
    const wish = { period, method, questionnaire, filter }
    return share(JSON.stringify([wish, vietnamDay(now)]), () => readIndex(sources, wish, now))
  }

  function wishOf(request: FastifyRequest, now: Date): IndexWish & { isWrong: boolean } {
    const { method = settings.index.method, ...query } = readPeriodQuery(request.query, now)
    return { ...query, method }
  }

  function searchOf({ period, method, questionnaire, filter }: IndexView, withFilter: boolean): string {
    const wanted = { ...period, method, questionnaire: questionnaireKey(questionnaire) }
    return new URLSearchParams(withFilter ? { ...wanted, ...filter } : wanted).toString()
  }

  return {
    nav: [{ href: '/desk/index', label: texts.say('index.nav'), icon }],

    addRoutes(scope, desk: Desk) {
      const hasRole = (request: FastifyRequest, wanted: readonly string[]) =>
        desk.signedIn(request).officer.roles.some((role) => wanted.includes(role))

      /** Files are of the whole period: a file of a small part would tell what single people answered. */
      async function wholePeriod(request: FastifyRequest, now: Date): Promise<IndexView> {
        return viewOf({ ...wishOf(request, now), filter: {} }, now)
      }

      async function noteExport(request: FastifyRequest, subject: string, view: IndexView): Promise<void> {
        await desk.audit.append({
          officer: desk.signedIn(request).officer.id,
          action: 'data-exported',
          subject,
          detail: {
            ...view.period,
            questionnaire: questionnaireKey(view.questionnaire),
            count: view.forms.filter(({ isAssisted }) => !isAssisted).length,
          },
        })
      }

      scope.get('/index', async (request, reply) => {
        const now = desk.clock.now()
        const wish = wishOf(request, now)
        const view = await viewOf(wish, now)
        const mayRead = hasRole(request, readsComments) && !isFiltered(wish.filter)
        return desk.show(request, reply, {
          title: texts.say('index.title'),
          body: (
            <IndexPage
              texts={texts}
              surveyTexts={surveyTexts}
              settings={settings}
              view={view}
              isPeriodWrong={wish.isWrong}
              now={now}
              search={searchOf(view, true)}
              exportSearch={hasRole(request, takesAnswers) ? searchOf(view, false) : undefined}
              comments={mayRead ? await records.comments?.(wish.period, mostComments) : undefined}
            />
          ),
        })
      })

      scope.get<{ Params: { item: string } }>('/index/items/:item', async (request, reply) => {
        const now = desk.clock.now()
        const view = await viewOf(wishOf(request, now), now)
        const item = view.questionnaire.items.find(({ id }) => id === request.params.item)
        const figure = view.result.items.find(({ id }) => id === request.params.item)
        if (!item || !figure || view.isTooNarrow) return desk.notFound(request, reply)
        return desk.show(request, reply, {
          title: texts.say('index.item.title', { id: item.id }),
          body: (
            <ItemPage
              texts={texts}
              questionnaire={view.questionnaire}
              item={item}
              figure={figure}
              search={searchOf(view, true)}
            />
          ),
        })
      })

      scope.get('/index/answers.csv', async (request, reply) => {
        const view = await wholePeriod(request, desk.clock.now())
        await noteExport(request, 'answers:csv', view)
        const file = texts.say('index.csv-file', { ...view.period })
        return reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="${file}"`)
          .send(Readable.from(streamAnswersCsv(view.forms, view.layout)))
      })

      scope.get('/index/index.xlsx', async (request, reply) => {
        const now = desk.clock.now()
        const view = await wholePeriod(request, now)
        const bytes = await indexXlsx(view, { texts, surveyTexts, settings })
        await noteExport(request, 'index:xlsx', view)
        const file = texts.say('index.xlsx-file', { ...view.period })
        return reply
          .type(xlsxType)
          .header('content-disposition', `attachment; filename="${file}"`)
          .send(bytes)
      })
    },
  }
}
