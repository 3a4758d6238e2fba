import { methodIds } from '../../surveys/index/methods.ts'
import type { SurveySettings } from '../../surveys/survey-settings.ts'
import type { SurveyTexts } from '../../surveys/survey-texts.ts'
import { FilterBar, FormField, SelectField } from '../components/form.tsx'
import { displayDay, displayInstant } from '../display-time.ts'
import { DropOffCard, OutsideCards, ReminderCard } from './cards/asking-cards.tsx'
import { CitizensCard } from './cards/citizens-card.tsx'
import { LowScoreCard } from './cards/low-score-card.tsx'
import { SignsCard } from './cards/signs-card.tsx'
import { SilenceCard } from './cards/silence-card.tsx'
import { WeightedCard } from './cards/weighted-card.tsx'
import { WholeCard } from './cards/whole-card.tsx'
import { questionnaireKey } from './choose-questionnaire.ts'
import { FunnelCard, GroupsCard, LevelsCard, OnTimeCard, SeriesCard } from './index-charts.tsx'
import { isFiltered, partKinds } from './index-filter.ts'
import { Comments, Historic, Items, Parts } from './index-tables.tsx'
import type { IndexView } from './read-index.ts'
import type { SurveyDeskTexts } from './survey-desk-texts.ts'
import type { SurveyComment } from './survey-records.ts'

export interface IndexPageProps {
  texts: SurveyDeskTexts
  surveyTexts: SurveyTexts
  settings: SurveySettings
  view: IndexView
  isPeriodWrong: boolean
  now: Date
  /** From, to, method, questionnaire and filter, for links. */
  search: string
  /** The same without the filter, for files; absent for who may not take the answers along. */
  exportSearch?: string | undefined
  /** For who may read them; of the whole period only. */
  comments?: readonly SurveyComment[] | undefined
}

/** The index of a period with everything that is needed to judge it. */
export function IndexPage(props: IndexPageProps) {
  const { texts, settings, view, isPeriodWrong, now } = props
  const { from, to } = view.period
  return (
    <>
      <Wishes {...props} />
      <div id="results" class="figures" aria-live="polite">
        {isPeriodWrong ? <Notice isWarning words={texts.say('index.wrong-period')} /> : ''}
        <p class="lead" safe>
          {texts.say('index.intro', {
            label: settings.label,
            from: displayDay(from),
            to: displayDay(to),
            at: displayInstant(now),
          })}
        </p>
        {view.others.length > 1 ? (
          <Notice words={texts.say('index.not-mixed', { count: view.others.length })} />
        ) : (
          ''
        )}
        {view.unknown.length > 0 ? (
          <Notice
            isWarning
            words={texts.say('index.unknown-questionnaire', { names: view.unknown.join(', ') })}
          />
        ) : (
          ''
        )}
        {isFiltered(view.filter) ? (
          <Notice
            words={texts.say('index.filter.note', {
              parts: partKinds.flatMap((kind) => view.filter[kind] ?? []).join('; '),
            })}
          />
        ) : (
          ''
        )}
        {view.isTooNarrow ? <TooNarrow {...props} /> : <Figures {...props} />}
      </div>
    </>
  )
}

function Notice({ words, isWarning }: { words: string; isWarning?: boolean }) {
  return (
    <p class={isWarning ? 'warning' : 'notice'} safe>
      {words}
    </p>
  )
}

function TooNarrow({ texts, settings, view }: IndexPageProps) {
  const { people } = view.result.whole
  const minimum = settings.index.minimumPeople
  return <Notice isWarning words={texts.say('index.filter.too-narrow', { people, minimum })} />
}

/** What is counted, and what to look at. */
function Wishes({ texts, surveyTexts, view }: IndexPageProps) {
  const { from, to } = view.period
  return (
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
      <PartFields texts={texts} view={view} />
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
  )
}

function PartFields({ texts, view }: { texts: SurveyDeskTexts; view: IndexView }) {
  const everything = { value: '', label: texts.say('index.filter.all') }
  return (
    <>
      {partKinds
        .filter((kind) => view.choices[kind].length > 0)
        .map((kind) => (
          <SelectField
            name={kind}
            label={texts.say(`index.filter.${kind}`)}
            value={view.filter[kind] ?? ''}
            optional=""
            options={[everything, ...view.choices[kind].map((name) => ({ value: name, label: name }))]}
          />
        ))}
    </>
  )
}

function Figures({ texts, surveyTexts, settings, view, search, exportSearch, comments }: IndexPageProps) {
  const said = { texts, surveyTexts, settings, view }
  const minimum = settings.index.minimumPeople
  return (
    <>
      <WholeCard {...said} exportSearch={exportSearch} />
      <WeightedCard texts={texts} view={view} />
      <SilenceCard {...said} />
      <FunnelCard texts={texts} view={view} />
      <DropOffCard texts={texts} view={view} />
      <ReminderCard texts={texts} view={view} days={settings.asking.reminderAfterDays} minimum={minimum} />
      <SeriesCard texts={texts} view={view} />
      <GroupsCard texts={texts} view={view} />
      <LevelsCard texts={texts} view={view} />
      <Items texts={texts} view={view} search={search} />
      {partKinds.map((kind) => (
        <Parts texts={texts} view={view} kind={kind} />
      ))}
      <OutsideCards texts={texts} view={view} />
      <LowScoreCard texts={texts} view={view} />
      <SignsCard {...said} />
      <OnTimeCard texts={texts} view={view} />
      <CitizensCard texts={texts} view={view} minimum={minimum} />
      {comments ? <Comments texts={texts} comments={comments} /> : ''}
      <Historic texts={texts} settings={settings} />
    </>
  )
}
