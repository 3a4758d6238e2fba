import type { Judged } from '../../surveys/index/compute-index.ts'
import { levels } from '../../surveys/questionnaire.ts'
import { DataTable } from '../components/table.tsx'
import type { Markup } from '../desk-page.ts'
import { Card } from './cards/card.tsx'
import { BarChart } from './charts/bar-chart.tsx'
import type { Ink } from './charts/chart.tsx'
import { GroupChart, TimeChart } from './charts/interval-chart.tsx'
import { MonthChart } from './charts/month-chart.tsx'
import { figureColumns } from './figure-columns.ts'
import { wordPart } from './figure-words.ts'
import type { IndexView } from './read-index.ts'
import type { SurveyDeskTexts } from './survey-desk-texts.ts'

interface CardProps {
  texts: SurveyDeskTexts
  view: IndexView
}

/** A chart, and the same numbers as a table beside it. */
function ChartCard(props: {
  id: string
  title: string
  chart: Markup
  table: Markup
  /** Of too many columns to stand beside the chart: below it. */
  hasWideTable?: boolean
  note?: string | undefined
}) {
  const { id, title, chart, table, hasWideTable, note } = props
  return (
    <Card id={id} title={title}>
      <div class={hasWideTable ? 'chart-and-table stacked' : 'chart-and-table'}>
        {chart as 'safe'}
        {table as 'safe'}
      </div>
      {note ? (
        <p class="hint" safe>
          {note}
        </p>
      ) : (
        ''
      )}
    </Card>
  )
}

export function SeriesCard({ texts, view: { series } }: CardProps) {
  const title = texts.say('index.series.title')
  const isDrawn = series.some(({ figure }) => figure.value !== undefined)
  return (
    <ChartCard
      id="series"
      title={title}
      note={isDrawn ? texts.say('index.axis-note') : undefined}
      chart={
        isDrawn ? (
          <TimeChart
            id="series"
            title={title}
            description={texts.say('index.series.description', { count: series.length })}
            points={series}
          />
        ) : (
          ''
        )
      }
      table={
        <DataTable
          caption={title}
          hasHiddenCaption
          rows={series}
          empty={{ title: texts.say('index.none') }}
          columns={[
            { heading: texts.say('index.column.period'), text: ({ label }) => label, isRowHeading: true },
            ...figureColumns(texts, ({ figure }: { figure: Judged }) => figure),
            {
              heading: texts.say('index.column.people'),
              text: ({ figure }) => String(figure.people),
              isNumber: true,
            },
          ]}
        />
      }
    />
  )
}

export function GroupsCard({ texts, view: { result } }: CardProps) {
  const title = texts.say('index.groups.title')
  const { groups } = result
  const isDrawn = groups.some(({ value }) => value !== undefined)
  const points = groups.map((figure) => ({ label: `${figure.id}. ${figure.name}`, figure }))
  return (
    <ChartCard
      id="groups"
      title={title}
      hasWideTable
      note={isDrawn ? texts.say('index.axis-note') : undefined}
      chart={
        isDrawn ? (
          <GroupChart
            id="groups"
            title={title}
            description={texts.say('index.groups.description', { count: groups.length })}
            points={points}
          />
        ) : (
          ''
        )
      }
      table={
        <DataTable
          caption={title}
          hasHiddenCaption
          rows={points}
          empty={{ title: texts.say('index.none') }}
          columns={[
            { heading: texts.say('index.column.group'), text: ({ label }) => label, isRowHeading: true },
            ...figureColumns(texts, ({ figure }: { figure: Judged }) => figure),
            {
              heading: texts.say('index.column.satisfied'),
              text: ({ figure }) => String(figure.satisfied),
              isNumber: true,
            },
            {
              heading: texts.say('index.column.answers'),
              text: ({ figure }) => String(figure.answers),
              isNumber: true,
            },
            {
              heading: texts.say('index.column.people'),
              text: ({ figure }) => String(figure.people),
              isNumber: true,
            },
          ]}
        />
      }
    />
  )
}

/** From the best answer to the worst: full, and lighter downwards. */
const levelInks: readonly Ink[] = ['empty', 'dotted', 'hatched', 'crossed', 'full']

export function LevelsCard({ texts, view: { result, questionnaire } }: CardProps) {
  const title = texts.say('index.levels.title')
  const { whole } = result
  const rows = [...levels].reverse().map((level) => ({
    level,
    label: `${level} – ${questionnaire.scale.levels[level]}`,
    count: whole.levels[level - 1]!,
  }))
  return (
    <ChartCard
      id="levels"
      title={title}
      chart={
        whole.answers > 0 ? (
          <BarChart
            id="levels"
            title={title}
            description={texts.say('index.levels.description', { answers: whole.answers })}
            bars={rows.map(({ level, label, count }) => ({
              label,
              value: count,
              words: String(count),
              ink: levelInks[level - 1]!,
            }))}
          />
        ) : (
          ''
        )
      }
      table={
        <DataTable
          caption={title}
          hasHiddenCaption
          rows={[
            ...rows.map(({ label, count }) => ({
              label,
              count,
              share: wordPart(count, whole.answers, texts),
            })),
            { label: texts.say('index.level.never-used'), count: whole.neverUsed, share: '' },
            { label: texts.say('index.level.unanswered'), count: whole.unanswered, share: '' },
          ]}
          empty={{ title: texts.say('index.none') }}
          columns={[
            { heading: texts.say('index.column.level'), text: ({ label }) => label, isRowHeading: true },
            { heading: texts.say('index.column.count'), text: ({ count }) => String(count), isNumber: true },
            { heading: texts.say('index.column.share'), text: ({ share }) => share, isNumber: true },
          ]}
        />
      }
    />
  )
}

export function FunnelCard({ texts, view: { funnel, result, dossiers } }: CardProps) {
  const title = texts.say('index.funnel.title')
  const { answered, valid } = result.forms
  const steps = [
    { name: 'finished', count: dossiers.finished },
    { name: 'sent', count: funnel.sent },
    { name: 'delivered', count: funnel.delivered },
    { name: 'answered', count: answered },
    { name: 'valid', count: valid },
  ] as const
  const rows = steps.map(({ name, count }, step) => ({
    label: texts.say(`index.funnel.${name}`),
    count,
    share: step === 0 ? '' : wordPart(count, steps[step - 1]!.count, texts),
  }))
  return (
    <ChartCard
      id="funnel"
      title={title}
      chart={
        steps.some(({ count }) => count > 0) ? (
          <BarChart
            id="funnel"
            title={title}
            description={texts.say('index.funnel.description')}
            bars={rows.map(({ label, count }) => ({
              label,
              value: count,
              words: String(count),
              ink: 'hatched',
            }))}
          />
        ) : (
          ''
        )
      }
      table={
        <DataTable
          caption={title}
          hasHiddenCaption
          rows={rows}
          empty={{ title: texts.say('index.none') }}
          columns={[
            { heading: texts.say('index.column.step'), text: ({ label }) => label, isRowHeading: true },
            { heading: texts.say('index.column.count'), text: ({ count }) => String(count), isNumber: true },
            { heading: texts.say('index.column.of-before'), text: ({ share }) => share, isNumber: true },
          ]}
        />
      }
    />
  )
}

export function OnTimeCard({ texts, view: { dossiers } }: CardProps) {
  const { months: onTime } = dossiers
  const title = texts.say('index.on-time.title')
  const labelOf = (month: string) => `${month.slice(5)}/${month.slice(0, 4)}`
  return (
    <ChartCard
      id="on-time"
      title={title}
      chart={
        onTime.some(({ n }) => n > 0) ? (
          <MonthChart
            id="on-time"
            title={title}
            description={texts.say('index.on-time.description', { count: onTime.length })}
            legend={[
              { label: texts.say('index.column.early'), ink: 'full' },
              { label: texts.say('index.column.on-time'), ink: 'hatched' },
              { label: texts.say('index.column.late'), ink: 'empty' },
            ]}
            months={onTime.map(({ month, early, onTime: inTime, late }) => ({
              label: labelOf(month),
              parts: [early, inTime, late],
            }))}
          />
        ) : (
          ''
        )
      }
      table={
        <DataTable
          caption={title}
          hasHiddenCaption
          rows={onTime}
          empty={{ title: texts.say('index.none') }}
          columns={[
            {
              heading: texts.say('index.column.month'),
              text: ({ month }) => labelOf(month),
              isRowHeading: true,
            },
            { heading: texts.say('index.column.early'), text: ({ early }) => String(early), isNumber: true },
            { heading: texts.say('index.column.on-time'), text: (row) => String(row.onTime), isNumber: true },
            { heading: texts.say('index.column.late'), text: ({ late }) => String(late), isNumber: true },
            {
              heading: texts.say('index.column.on-time-share'),
              text: (row) => wordPart(row.early + row.onTime, row.n, texts),
              isNumber: true,
            },
          ]}
        />
      }
    />
  )
}
