import type { CampaignCounts } from '../../surveys/campaign-counts.ts'
import type { CampaignSwitch } from '../../surveys/campaign-switch.ts'
import type { Questionnaire } from '../../surveys/questionnaire.ts'
import type { SurveySettings } from '../../surveys/survey-settings.ts'
import { StatusBadge } from '../components/badge.tsx'
import { Confirm, TextAreaField } from '../components/form.tsx'
import { DataTable, type Fact, Facts } from '../components/table.tsx'
import { displayInstant } from '../display-time.ts'
import type { PollDeskTexts } from './poll-desk-texts.ts'

export interface CampaignPageProps {
  texts: PollDeskTexts
  settings: SurveySettings
  inUse: Questionnaire
  counts: CampaignCounts
  /** Newest first; the first is how things stand. */
  history: readonly CampaignSwitch[]
  nameOf(officerId: string): string | undefined
  /** Undefined while nothing waits. */
  nextAt: Date | undefined
  undeliveredDays: number
  /** Present for whoever may switch. */
  form?: { token: string; reason?: string | undefined; error?: string | undefined }
}

export const mostReasonChars = 300

/** On the first page, for whoever may switch: a pause is easily forgotten. */
export function PausedPolls({ texts, at }: { texts: PollDeskTexts; at: Date }) {
  return (
    <section class="card" aria-labelledby="paused-polls">
      <h2 id="paused-polls" safe>
        {texts.say('polls.title')}
      </h2>
      <p>
        <a href="/desk/polls" safe>
          {texts.say('polls.home.paused', { at: displayInstant(at) })}
        </a>
      </p>
    </section>
  )
}

export function CampaignPage(props: CampaignPageProps) {
  const { texts, history } = props
  return (
    <>
      <p class="lead" safe>
        {texts.say('polls.intro')}
      </p>
      <State {...props} />
      <Card id="polls-counts" title={texts.say('polls.counts.title')}>
        <Facts facts={countFacts(props)} />
      </Card>
      <Card id="polls-questionnaire" title={texts.say('polls.questionnaire.title')}>
        <Facts facts={questionnaireFacts(props)} />
      </Card>
      <Card id="polls-settings" title={texts.say('polls.settings.title')}>
        <Facts facts={settingFacts(props)} />
        <p class="hint" safe>
          {texts.say('polls.settings.hint')}
        </p>
      </Card>
      <DataTable
        caption={texts.say('polls.history.title')}
        rows={history}
        empty={{ title: texts.say('polls.history.none') }}
        columns={[
          {
            heading: texts.say('polls.history.at'),
            text: ({ at }) => displayInstant(at),
            isShort: true,
            isRowHeading: true,
          },
          {
            heading: texts.say('polls.history.what'),
            text: ({ state }) => texts.say(`polls.switch.${state === 'paused' ? 'pause' : 'resume'}`),
          },
          { heading: texts.say('polls.history.who'), text: ({ by }) => wordOfficer(props, by) },
          { heading: texts.say('polls.history.why'), text: ({ reason }) => reason },
        ]}
      />
    </>
  )
}

function State(props: CampaignPageProps) {
  const { texts, history, form } = props
  const [current] = history
  const isPaused = current?.state === 'paused'
  return (
    <section class="card" aria-labelledby="polls-state">
      <h2 id="polls-state">
        <StatusBadge
          label={texts.say(isPaused ? 'polls.paused' : 'polls.running')}
          tone={isPaused ? 'warn' : 'good'}
        />
      </h2>
      <p safe>
        {current
          ? texts.say('polls.since', {
              at: displayInstant(current.at),
              name: wordOfficer(props, current.by),
              reason: current.reason,
            })
          : texts.say('polls.never-switched')}
      </p>
      {isPaused ? <p safe>{texts.say('polls.paused-note')}</p> : ''}
      {form ? (
        <Confirm
          action="/desk/polls/switch"
          formToken={form.token}
          label={texts.say(isPaused ? 'polls.switch.resume' : 'polls.switch.pause')}
          question={texts.say(isPaused ? 'polls.switch.resume-question' : 'polls.switch.pause-question')}
          isDangerous={!isPaused}
          isOpen={form.error !== undefined}
        >
          <input type="hidden" name="state" value={isPaused ? 'running' : 'paused'} />
          <p class="hint" safe>
            {isPaused ? '' : texts.say('polls.on-the-way')}
          </p>
          <TextAreaField
            name="reason"
            label={texts.say('polls.switch.reason')}
            hint={texts.say('polls.switch.reason-hint')}
            error={form.error}
            value={form.reason ?? ''}
            rows={2}
            maxlength={mostReasonChars}
          />
        </Confirm>
      ) : (
        ''
      )}
    </section>
  )
}

function Card({ id, title, children }: { id: string; title: string; children: JSX.Element | JSX.Element[] }) {
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id} safe>
        {title}
      </h2>
      {children as 'safe'}
    </section>
  )
}

function countFacts({ texts, counts, history, nextAt, undeliveredDays }: CampaignPageProps): Fact[] {
  const number = (count: number) => count.toLocaleString('vi-VN')
  const next = () => {
    if (history[0]?.state === 'paused') return texts.say('polls.next.paused')
    return nextAt ? texts.say('polls.next.at', { at: displayInstant(nextAt) }) : texts.say('polls.next.none')
  }
  return [
    { term: texts.say('polls.counts.waiting'), text: number(counts.waiting) },
    { term: texts.say('polls.counts.sent-today'), text: number(counts.sentToday) },
    { term: texts.say('polls.counts.answered-today'), text: number(counts.answeredToday) },
    {
      term: texts.say('polls.counts.undelivered', { days: undeliveredDays }),
      text: number(counts.undelivered),
    },
    { term: texts.say('polls.counts.opted-out'), text: number(counts.optedOut) },
    { term: texts.say('polls.counts.next'), text: next() },
  ]
}

function questionnaireFacts({ texts, inUse, settings: { questions } }: CampaignPageProps): Fact[] {
  const { id, version, items, outsideIndex } = inUse
  return [
    { term: texts.say('polls.questionnaire.name'), text: inUse.title },
    {
      term: texts.say('polls.questionnaire.version'),
      text: texts.say('polls.questionnaire.version-value', { id, version }),
    },
    {
      term: texts.say('polls.questionnaire.items'),
      text: texts.say('polls.questionnaire.items-value', {
        items: items.length,
        each: questions.itemsAPerson,
      }),
    },
    {
      term: texts.say('polls.questionnaire.outside'),
      text:
        outsideIndex.length === 0
          ? texts.say('polls.questionnaire.no-outside')
          : texts.say('polls.questionnaire.outside-value', { people: questions.outsideIndexOneIn }),
    },
  ]
}

function settingFacts({ texts, settings: { asking } }: CampaignPageProps): Fact[] {
  const { delayMinutes: minutes, quietHours } = asking
  return [
    {
      term: texts.say('polls.settings.delay'),
      text:
        minutes % 60 === 0
          ? texts.say('polls.settings.delay-hours', { hours: minutes / 60 })
          : texts.say('polls.settings.delay-minutes', { minutes }),
    },
    { term: texts.say('polls.settings.quiet'), text: texts.say('polls.settings.quiet-value', quietHours) },
    {
      term: texts.say('polls.settings.often'),
      text: texts.say('polls.settings.often-value', { days: asking.daysBetweenInvitations }),
    },
    {
      term: texts.say('polls.settings.latest'),
      text: texts.say('polls.settings.latest-value', { days: asking.latestDaysAfterHandOver }),
    },
    {
      term: texts.say('polls.settings.reminder'),
      text: texts.say('polls.settings.reminder-value', { days: asking.reminderAfterDays }),
    },
    {
      term: texts.say('polls.settings.expires'),
      text: texts.say('polls.settings.expires-value', { days: asking.expiresAfterDays }),
    },
    {
      term: texts.say('polls.settings.change'),
      text: texts.say('polls.settings.change-value', { hours: asking.changeWithinHours }),
    },
  ]
}

function wordOfficer({ texts, nameOf }: CampaignPageProps, id: string): string {
  return nameOf(id) ?? texts.say('polls.history.unknown-officer')
}
