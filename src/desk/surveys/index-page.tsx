import type { Judged } from '../../surveys/index/compute-index.ts'
import { methodIds } from '../../surveys/index/methods.ts'
import { decimal, wordComparison } from '../../surveys/index/word-index.ts'
import type { SurveySettings } from '../../surveys/survey-settings.ts'
import type { SurveyTexts } from '../../surveys/survey-texts.ts'
import { FilterBar, FormField, SelectField } from '../components/form.tsx'
import { DataTable } from '../components/table.tsx'
import { displayDay, displayInstant } from '../display-time.ts'
import { figureColumns } from './figure-columns.ts'
import { wordValue } from './figure-words.ts'
import { FunnelCard, GroupsCard, LevelsCard, OnTimeCard, SeriesCard } from './index-charts.tsx'
import { Comments, Fields, Historic, Items } from './index-tables.tsx'
import { type IndexView, questionnaireKey } from './read-index.ts'
import type { SurveyDeskTexts } from './survey-desk-texts.ts'
import type { SurveyComment } from './survey-records.ts'

export interface IndexPageProps {
  texts: SurveyDeskTexts
  surveyTexts: SurveyTexts
  settings: SurveySettings
  view: IndexView
  isPeriodWrong: boolean
  now: Date
  /** From, to, method and questionnaire, for links. */
  search: string
  /** For who may take the answers along. */
  mayExport: boolean
  isEquallyAsked: boolean
  /** For who may read them. */
  comments?: readonly SurveyComment[] | undefined
}

/** The index of a period with everything that is needed to judge it. */
export function IndexPage(props: IndexPageProps) {
  const { texts, surveyTexts, settings, view, isPeriodWrong, now, search } = props
  const { from, to } = view.period
  return (
    <>
      <FilterBar
        action="/desk/index"
        target="results"
        submit={texts.say('index.show')}
        clear={texts.say('index.this-year')}
      >
        <FormField name="from" type="date" label={texts.say('index.from')} value={from} optional="" />
        <FormField name="to" type="date" label={texts.say('index.to')} value={to} optional="" />
        <SelectField
          name="method"
          label={texts.say('index.method')}
          value={view.method}
          optional=""
          options={methodIds.map((id) => ({ value: id, label: surveyTexts.say(`survey.method.${id}.name`) }))}
        />
        {view.others.length > 1 ? (
          <SelectField
            name="questionnaire"
            label={texts.say('index.questionnaire')}
            value={questionnaireKey(view.questionnaire)}
            optional=""
            options={view.others.map(({ key, title }) => ({ value: key, label: `${title} (${key})` }))}
          />
        ) : (
          ''
        )}
      </FilterBar>
      <div id="results" class="figures" aria-live="polite">
        {isPeriodWrong ? (
          <p class="warning" safe>
            {texts.say('index.wrong-period')}
          </p>
        ) : (
          ''
        )}
        <p class="lead" safe>
          {texts.say('index.intro', {
            label: settings.label,
            from: displayDay(from),
            to: displayDay(to),
            at: displayInstant(now),
          })}
        </p>
        {view.others.length > 1 ? (
          <p class="notice" safe>
            {texts.say('index.not-mixed', { count: view.others.length })}
          </p>
        ) : (
          ''
        )}
        {view.unknown.length > 0 ? (
          <p class="warning" safe>
            {texts.say('index.unknown-questionnaire', { names: view.unknown.join(', ') })}
          </p>
        ) : (
          ''
        )}
        <Whole {...props} />
        <Silence {...props} />
        <FunnelCard texts={texts} view={view} />
        <SeriesCard texts={texts} view={view} />
        <GroupsCard texts={texts} view={view} />
        <LevelsCard texts={texts} view={view} />
        <Items texts={texts} view={view} search={search} />
        <Fields texts={texts} view={view} />
        <OnTimeCard texts={texts} view={view} />
        {props.comments ? <Comments texts={texts} comments={props.comments} /> : ''}
        <Historic texts={texts} settings={settings} />
      </div>
    </>
  )
}

function Whole(props: IndexPageProps) {
  const { texts, surveyTexts, settings, view, search, mayExport } = props
  const { whole, method, forms } = view.result
  const { interval, people, answers, satisfied } = whole
  const { id, version } = method
  return (
    <section class="card" aria-labelledby="whole">
      <h2 id="whole" safe>
        {texts.say('index.whole.title')}
      </h2>
      <p>
        <strong id="whole-figure" class="big-figure" safe>
          {wordValue(whole, texts)}
        </strong>
      </p>
      {interval && !whole.isTooFew ? (
        <>
          <p id="whole-interval" safe>
            {texts.say('index.whole.interval', {
              low: decimal(interval.low),
              high: decimal(interval.high),
              method: surveyTexts.say(`survey.interval.${interval.method}`),
            })}
          </p>
          <p id="whole-counts" safe>
            {texts.say('index.whole.counts', { people, answers, satisfied })}
          </p>
        </>
      ) : whole.value === undefined ? (
        <p safe>{texts.say('index.whole.none')}</p>
      ) : (
        <p id="whole-counts" safe>
          {texts.say('index.whole.too-few', {
            minimum: settings.index.minimumPeople,
            people,
            satisfied,
            answers,
          })}
        </p>
      )}
      <p safe>{`${texts.say('index.change.before', {
        from: displayDay(view.change.before.from),
        to: displayDay(view.change.before.to),
      })} ${wordComparison(view.change.comparison, surveyTexts)}`}</p>
      <p class="hint" safe>
        {texts.say('index.method-note', {
          id,
          version,
          name: surveyTexts.say(`survey.method.${id}.name`),
          formula: surveyTexts.say(`survey.method.${id}.formula`),
        })}
      </p>
      <p class="hint" safe>
        {`${texts.say('index.questionnaire-note', view.questionnaire)} ${surveyTexts.say('survey.design.rotation')} ${surveyTexts.say('survey.design.rounding')}`}
      </p>
      {forms.assisted > 0 ? (
        <p class="hint" safe>
          {texts.say('index.assisted', { count: forms.assisted })}
        </p>
      ) : (
        ''
      )}
      <DataTable
        caption={texts.say('index.by-method.title')}
        rows={view.byMethod}
        empty={{ title: texts.say('index.none') }}
        columns={[
          {
            heading: texts.say('index.column.method'),
            text: (row) => surveyTexts.say(`survey.method.${row.id}.name`),
            isRowHeading: true,
          },
          ...figureColumns(texts, ({ figure }: { figure: Judged }) => figure),
        ]}
      />
      <p class="hint" safe>
        {texts.say('index.by-method.hint')}
      </p>
      {mayExport ? (
        <>
          <p>
            <a class="button" href={`/desk/index/answers.csv?${search}`} download="" safe>
              {texts.say('index.export')}
            </a>
          </p>
          <p class="hint" safe>
            {texts.say(props.isEquallyAsked ? 'index.export-hint' : 'index.export-unequal')}
          </p>
        </>
      ) : (
        ''
      )}
      <p class="hint" safe>
        {texts.say('index.recompute', { ...view.period, method: id })}
      </p>
    </section>
  )
}

function Silence({ texts, surveyTexts, view }: IndexPageProps) {
  const { allUnhappy, likeAnswered, allHappy, cautious, widest, unanswered } = view.silence
  const ends = ({ low, high }: { low: number; high: number }) => ({ low: decimal(low), high: decimal(high) })
  const words = (value: number | undefined) =>
    value === undefined ? texts.say('index.none') : texts.say('index.percent', { value: decimal(value) })
  const hasAnswers = likeAnswered.value !== undefined && !likeAnswered.isTooFew
  return (
    <section class="card" aria-labelledby="silence">
      <h2 id="silence" safe>
        {texts.say('index.silence.title')}
      </h2>
      {hasAnswers ? (
        <>
          <p safe>{surveyTexts.say('survey.silence.title', { unanswered })}</p>
          <ul id="silence-bounds">
            {(
              [
                ['all-unhappy', allUnhappy.value],
                ['like-answered', likeAnswered.value],
                ['all-happy', allHappy.value],
              ] as const
            ).map(([name, value]) => (
              <li safe>
                {surveyTexts.say(`survey.silence.${name}`, { value: words(value).replace(' %', '') })}
              </li>
            ))}
          </ul>
          {cautious ? <p safe>{surveyTexts.say('survey.silence.cautious', ends(cautious))}</p> : ''}
          {widest ? <p safe>{surveyTexts.say('survey.silence.widest', ends(widest))}</p> : ''}
        </>
      ) : (
        <p safe>{texts.say('index.silence.none')}</p>
      )}
    </section>
  )
}
