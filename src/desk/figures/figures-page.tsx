import { wordShare } from '../../reports/exact-share.ts'
import type { Counted, Figures } from '../../reports/figures.ts'
import { FilterBar, FormField } from '../components/form.tsx'
import { DataTable } from '../components/table.tsx'
import { displayDay, displayInstant } from '../display-time.ts'
import type { FiguresTexts } from './figures-texts.ts'

export interface FiguresPageProps {
  texts: FiguresTexts
  figures: Figures
  /** Days, both included. */
  period: { from: string; to: string }
  isPeriodWrong: boolean
  now: Date
  /** For who may see reports. */
  exportPath?: string
}

export function FiguresPage(props: FiguresPageProps) {
  const { texts, figures, period, isPeriodWrong, now, exportPath } = props
  const shares = (
    key: 'kinds' | 'identity' | 'terms' | 'rates' | 'outcomes',
    rows: readonly { label: string; counted: Counted }[],
  ) => <Shares texts={texts} group={key} rows={rows} />
  return (
    <>
      <FilterBar
        action="/desk/figures"
        target="results"
        submit={texts.say('figures.show')}
        clear={texts.say('figures.this-year')}
      >
        <FormField
          name="from"
          type="date"
          label={texts.say('figures.from')}
          value={period.from}
          optional=""
        />
        <FormField name="to" type="date" label={texts.say('figures.to')} value={period.to} optional="" />
      </FilterBar>
      <div id="results" class="figures" aria-live="polite">
        {isPeriodWrong ? (
          <p class="warning" safe>
            {texts.say('figures.wrong-period')}
          </p>
        ) : (
          ''
        )}
        <p class="lead" safe>
          {texts.say('figures.intro', {
            from: displayDay(period.from),
            to: displayDay(period.to),
            at: displayInstant(now),
          })}
        </p>
        <section class="card" aria-labelledby="received">
          <h2 id="received" safe>
            {texts.say('figures.received.title')}
          </h2>
          <p>
            <strong id="received-count" safe>
              {texts.say('figures.received', { count: figures.received })}
            </strong>
          </p>
          <Method texts={texts} group="received" />
          {exportPath ? (
            <>
              <p>
                <a class="button" href={exportPath} download="" safe>
                  {texts.say('figures.export')}
                </a>
              </p>
              <p class="hint" safe>
                {texts.say('figures.export-more')}
              </p>
            </>
          ) : (
            ''
          )}
        </section>
        {shares(
          'terms',
          figures.terms.map((counted) => ({ label: texts.say(`figures.term.${counted.name}`), counted })),
        )}
        {shares(
          'rates',
          [figures.inTime, figures.reopened, figures.closedInSilence].map((counted) => ({
            label: texts.say(`figures.rate.${counted.name}`),
            counted,
          })),
        )}
        <Days texts={texts} days={figures.workingDays} />
        {shares(
          'kinds',
          figures.byKind.map((counted) => ({ label: texts.say(`figures.kind.${counted.name}`), counted })),
        )}
        {shares(
          'identity',
          figures.byIdentityMode.map((counted) => ({
            label: texts.say(`figures.identity.${counted.name}`),
            counted,
          })),
        )}
        {shares(
          'outcomes',
          figures.outcomes.map((counted) => ({
            label: texts.say(`figures.outcome.${counted.name}`),
            counted,
          })),
        )}
      </div>
    </>
  )
}

type Group = 'received' | 'kinds' | 'identity' | 'terms' | 'rates' | 'outcomes' | 'days'

function Method({ texts, group }: { texts: FiguresTexts; group: Group }) {
  return (
    <p class="hint" safe>
      {texts.say('figures.method', { method: texts.say(`figures.${group}.method`) })}
    </p>
  )
}

function Shares(props: {
  texts: FiguresTexts
  group: Exclude<Group, 'received' | 'days'>
  rows: readonly { label: string; counted: Counted }[]
}) {
  const { texts, group, rows } = props
  return (
    <section class="card" id={group} aria-labelledby={`${group}-title`}>
      <h2 id={`${group}-title`} safe>
        {texts.say(`figures.${group}.title`)}
      </h2>
      <DataTable
        caption={texts.say(`figures.${group}.title`)}
        hasHiddenCaption
        rows={rows}
        empty={{ title: texts.say('figures.none') }}
        columns={[
          { heading: texts.say('figures.what'), text: ({ label }) => label, isRowHeading: true },
          {
            heading: texts.say('figures.count'),
            text: ({ counted }) => String(counted.count),
            isNumber: true,
          },
          { heading: texts.say('figures.of'), text: ({ counted }) => String(counted.of), isNumber: true },
          {
            heading: texts.say('figures.share'),
            text: ({ counted: { share } }) =>
              share === undefined
                ? texts.say('figures.none')
                : texts.say('figures.percent', { share: wordShare(share) }),
            isNumber: true,
          },
        ]}
      />
      <Method texts={texts} group={group} />
    </section>
  )
}

function Days({ texts, days }: { texts: FiguresTexts; days: Figures['workingDays'] }) {
  const word = (value: number | undefined) =>
    value === undefined
      ? texts.say('figures.none')
      : texts.say('figures.days.count', { days: String(value).replace('.', ',') })
  return (
    <section class="card" id="days" aria-labelledby="days-title">
      <h2 id="days-title" safe>
        {texts.say('figures.days.title')}
      </h2>
      <DataTable
        caption={texts.say('figures.days.title')}
        hasHiddenCaption
        rows={[
          { label: texts.say('figures.days.median'), value: days.median },
          { label: texts.say('figures.days.p90'), value: days.p90 },
        ]}
        empty={{ title: texts.say('figures.none') }}
        columns={[
          { heading: texts.say('figures.days.measure'), text: ({ label }) => label, isRowHeading: true },
          { heading: texts.say('figures.days.value'), text: ({ value }) => word(value), isNumber: true },
          { heading: texts.say('figures.days.n'), text: () => String(days.n), isNumber: true },
        ]}
      />
      <Method texts={texts} group="days" />
    </section>
  )
}
