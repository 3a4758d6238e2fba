import { DataTable } from '../../components/table.tsx'
import { wordPart } from '../figure-words.ts'
import type { IndexView } from '../read-index.ts'
import type { SurveyDeskTexts } from '../survey-desk-texts.ts'
import { Card } from './card.tsx'

/** On time by the office's records and as citizens tell it: side by side, never added up. */
export function CitizensCard(props: { texts: SurveyDeskTexts; view: IndexView; minimum: number }) {
  const { texts, view, minimum } = props
  const title = texts.say('index.citizens.title')
  const { months } = view.dossiers
  const sum = (count: (month: (typeof months)[number]) => number) =>
    months.reduce((total, month) => total + count(month), 0)
  const [n, late] = [sum((month) => month.n), sum((month) => month.late)]
  const { citizens } = view
  const rows = [
    {
      label: texts.say('index.citizens.office'),
      n,
      inTime: n - late,
      late,
      share: wordPart(n - late, n, texts),
    },
    ...(citizens
      ? [
          {
            label: texts.say('index.citizens.told'),
            n: citizens.n,
            inTime: citizens.inTime,
            late: citizens.late,
            share:
              citizens.n < minimum
                ? texts.say('index.too-few')
                : wordPart(citizens.inTime, citizens.n, texts),
          },
        ]
      : []),
  ]
  return (
    <Card id="citizens" title={title} hint={texts.say('index.citizens.note')}>
      <DataTable
        caption={title}
        hasHiddenCaption
        rows={rows}
        empty={{ title: texts.say('index.none') }}
        columns={[
          { heading: texts.say('index.column.teller'), text: ({ label }) => label, isRowHeading: true },
          { heading: texts.say('index.column.n'), text: (row) => String(row.n), isNumber: true },
          {
            heading: texts.say('index.column.in-time'),
            text: ({ inTime }) => String(inTime),
            isNumber: true,
          },
          { heading: texts.say('index.column.late'), text: (row) => String(row.late), isNumber: true },
          { heading: texts.say('index.column.on-time-share'), text: ({ share }) => share, isNumber: true },
        ]}
      />
      <p class="hint" safe>
        {citizens
          ? texts.say('index.citizens.silent', {
              told: citizens.told,
              asked: citizens.asked,
              silent: citizens.silent,
            })
          : texts.say('index.citizens.off')}
      </p>
    </Card>
  )
}
