import type { FastifyRequest } from 'fastify'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import type { SurveyTexts } from '../../surveys/survey-texts.ts'
import type { Desk, DeskSection } from '../desk-page.ts'
import { answersCsv, isEquallyAsked } from './answers-csv.ts'
import { IndexPage } from './index-page.tsx'
import { ItemPage } from './item-page.tsx'
import { readPeriodQuery } from './period-query.ts'
import { chooseEntry, type IndexSources, indexOf, questionnaireKey, readIndex } from './read-index.ts'
import type { SurveyDeskTexts } from './survey-desk-texts.ts'
import type { SurveyRecords } from './survey-records.ts'

export interface IndexSectionParts extends IndexSources {
  records: SurveyRecords
  texts: SurveyDeskTexts
  surveyTexts: SurveyTexts
}

const icon = 'M4 19.5h16M5 15l4.5-4 3.5 3 6-7M19 11V7h-4'
/** Comments may name people in words that no mask knows: for those who work on them. */
const readsComments = ['intake', 'leader'] as const
const takesAnswers = ['intake', 'leader', 'auditor'] as const
const mostComments = 200

/** The satisfaction index: the overview, each question, and the answers behind it as a file. */
export function indexSection(parts: IndexSectionParts): DeskSection {
  const { records, questionnaires, settings, texts, surveyTexts } = parts
  const minimumPeople = settings.index.minimumPeople

  function wishOf(request: FastifyRequest, now: Date) {
    const { method = settings.index.method, ...query } = readPeriodQuery(request.query, now)
    return { ...query, method }
  }

  async function chosenOf(request: FastifyRequest, now: Date) {
    const wish = wishOf(request, now)
    const { entry, questionnaire } = chooseEntry(
      await records.read(wish.period),
      questionnaires,
      settings,
      wish.questionnaire,
    )
    const index = indexOf(entry, questionnaire, { method: wish.method, minimumPeople })
    const key = questionnaireKey(questionnaire)
    const search = new URLSearchParams({ ...wish.period, method: wish.method, questionnaire: key }).toString()
    return { wish, index, search }
  }

  return {
    nav: [{ href: '/desk/index', label: texts.say('index.nav'), icon }],

    addRoutes(scope, desk: Desk) {
      const hasRole = (request: FastifyRequest, wanted: readonly string[]) =>
        desk.signedIn(request).officer.roles.some((role) => wanted.includes(role))

      scope.get('/index', async (request, reply) => {
        const now = desk.clock.now()
        const wish = wishOf(request, now)
        const view = await readIndex(parts, wish, vietnamDay(now))
        const key = questionnaireKey(view.questionnaire)
        const comments = hasRole(request, readsComments)
          ? await records.comments?.(wish.period, mostComments)
          : undefined
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
              search={new URLSearchParams({
                ...wish.period,
                method: wish.method,
                questionnaire: key,
              }).toString()}
              mayExport={hasRole(request, takesAnswers)}
              isEquallyAsked={isEquallyAsked(view.forms)}
              comments={comments}
            />
          ),
        })
      })

      scope.get<{ Params: { item: string } }>('/index/items/:item', async (request, reply) => {
        const { index, search } = await chosenOf(request, desk.clock.now())
        const item = index.questionnaire.items.find(({ id }) => id === request.params.item)
        const figure = index.result.items.find(({ id }) => id === request.params.item)
        if (!item || !figure) return desk.notFound(request, reply)
        return desk.show(request, reply, {
          title: texts.say('index.item.title', { id: item.id }),
          body: (
            <ItemPage
              texts={texts}
              questionnaire={index.questionnaire}
              item={item}
              figure={figure}
              search={search}
            />
          ),
        })
      })

      scope.get('/index/answers.csv', async (request, reply) => {
        const { wish, index } = await chosenOf(request, desk.clock.now())
        const { from, to } = wish.period
        const count = index.forms.filter(({ isAssisted }) => !isAssisted).length
        await desk.audit.append({
          officer: desk.signedIn(request).officer.id,
          action: 'data-exported',
          subject: 'answers:csv',
          detail: { from, to, questionnaire: questionnaireKey(index.questionnaire), count },
        })
        const file = texts.say('index.csv-file', { from, to })
        return reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="${file}"`)
          .send(answersCsv(index.forms, index.layout))
      })
    },
  }
}
