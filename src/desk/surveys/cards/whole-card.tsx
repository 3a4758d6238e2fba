import type { Judged } from '../../../surveys/index/compute-index.ts'
import { decimal, wordComparison } from '../../../surveys/index/word-index.ts'
import type { SurveySettings } from '../../../surveys/survey-settings.ts'
import type { SurveyTexts } from '../../../surveys/survey-texts.ts'
import { DataTable } from '../../components/table.tsx'
import { displayDay } from '../../display-time.ts'
import { figureColumns } from '../figure-columns.ts'
import { wordValue } from '../figure-words.ts'
import { isFiltered } from '../index-filter.ts'
import type { IndexView } from '../read-index.ts'
import type { SurveyDeskTexts } from '../survey-desk-texts.ts'
import { Card } from './card.tsx'

export interface WholeCardProps {
  texts: SurveyDeskTexts
  surveyTexts: SurveyTexts
  settings: SurveySettings
  view: IndexView
  /** Of the files; absent for who may not take them along. */
  exportSearch?: string | undefined
}

/** The figure of the period, its change, how it was made, and what other methods make of the same answers. */
export function WholeCard(props: WholeCardProps) {
  const { texts, surveyTexts, view, exportSearch } = props
  const { method, forms } = view.result
  const { id, version } = method
  return (
    <Card id="whole" title={texts.say('index.whole.title')}>
      <Figure {...props} />
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
      {exportSearch === undefined ? '' : <Exports texts={texts} search={exportSearch} />}
      {isFiltered(view.filter) ? (
        ''
      ) : (
        <p class="hint" safe>
          {texts.say('index.recompute', { ...view.period, method: id })}
        </p>
      )}
    </Card>
  )
}

function Figure({ texts, surveyTexts, settings, view }: WholeCardProps) {
  const { whole } = view.result
  const { interval, people, answers, satisfied } = whole
  const { minimumPeople: minimum } = settings.index
  return (
    <>
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
          {texts.say('index.whole.too-few', { minimum, people, satisfied, answers })}
        </p>
      )}
    </>
  )
}

function Exports({ texts, search }: { texts: SurveyDeskTexts; search: string }) {
  return (
    <>
      <p class="actions">
        <a class="button" href={`/desk/index/index.xlsx?${search}`} download="" safe>
          {texts.say('index.export-xlsx')}
        </a>{' '}
        <a class="button" href={`/desk/index/answers.csv?${search}`} download="" safe>
          {texts.say('index.export')}
        </a>
      </p>
      <p class="hint" safe>
        {texts.say('index.export-hint')}
      </p>
    </>
  )
}
