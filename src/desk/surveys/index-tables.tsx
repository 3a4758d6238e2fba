import { maskPersonalData } from '../../catalogue/masking.ts'
import type { Judged } from '../../surveys/index/compute-index.ts'
import { decimal } from '../../surveys/index/word-index.ts'
import type { SurveySettings } from '../../surveys/survey-settings.ts'
import { DataTable, type DataTableProps } from '../components/table.tsx'
import { displayDay } from '../display-time.ts'
import { figureColumns } from './figure-columns.ts'
import type { IndexView } from './read-index.ts'
import type { SurveyDeskTexts } from './survey-desk-texts.ts'
import type { SurveyComment } from './survey-records.ts'

/** The parts of the index page that are a table and nothing else. */
function TableCard<Row>(
  props: { id: string; title: string; hint: string } & Pick<
    DataTableProps<Row>,
    'rows' | 'empty' | 'columns'
  >,
) {
  const { id, title, hint, ...table } = props
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id} safe>
        {title}
      </h2>
      <p class="hint" safe>
        {hint}
      </p>
      <DataTable caption={title} hasHiddenCaption {...table} />
    </section>
  )
}

export function Items({ texts, view, search }: { texts: SurveyDeskTexts; view: IndexView; search: string }) {
  const textOf = new Map(view.questionnaire.items.map(({ id, text }) => [id, text]))
  return (
    <TableCard
      id="items"
      title={texts.say('index.items.title')}
      hint={texts.say('index.items.hint')}
      rows={view.result.items}
      empty={{ title: texts.say('index.none') }}
      columns={[
        {
          heading: texts.say('index.column.item'),
          cell: ({ id }) => (
            <a href={`/desk/index/items/${encodeURIComponent(id)}?${search}`} safe>
              {`${id}. ${textOf.get(id) ?? ''}`}
            </a>
          ),
          isRowHeading: true,
        },
        ...figureColumns(texts, (item: Judged) => item),
        {
          heading: texts.say('index.column.satisfied'),
          text: (item) => String(item.satisfied),
          isNumber: true,
        },
        {
          heading: texts.say('index.column.answers'),
          text: (item) => String(item.answers),
          isNumber: true,
        },
      ]}
    />
  )
}

export function Fields({ texts, view }: { texts: SurveyDeskTexts; view: IndexView }) {
  if (view.fields.length === 0) return ''
  return (
    <TableCard
      id="fields"
      title={texts.say('index.fields.title')}
      hint={texts.say('index.fields.hint')}
      rows={view.fields}
      empty={{ title: texts.say('index.none') }}
      columns={[
        { heading: texts.say('index.column.field'), text: ({ name }) => name, isRowHeading: true },
        ...figureColumns(texts, ({ figure }: { figure: Judged }) => figure),
        {
          heading: texts.say('index.column.people'),
          text: ({ figure }) => String(figure.people),
          isNumber: true,
        },
        {
          heading: texts.say('index.column.place'),
          text: ({ place }) => (place === undefined ? texts.say('index.none') : String(place)),
          isNumber: true,
        },
      ]}
    />
  )
}

/** What people wrote, without numbers that point at anybody. */
export function Comments({
  texts,
  comments,
}: {
  texts: SurveyDeskTexts
  comments: readonly SurveyComment[]
}) {
  return (
    <TableCard
      id="comments"
      title={texts.say('index.comments.title')}
      hint={texts.say('index.comments.note')}
      rows={comments}
      empty={{ title: texts.say('index.comments.none') }}
      columns={[
        { heading: texts.say('index.comments.day'), text: ({ day }) => displayDay(day), isShort: true },
        { heading: texts.say('index.comments.text'), text: ({ text }) => maskPersonalData(text) },
      ]}
    />
  )
}

export function Historic({ texts, settings }: { texts: SurveyDeskTexts; settings: SurveySettings }) {
  return (
    <TableCard
      id="historic"
      title={texts.say('index.historic.title')}
      hint={texts.say('index.historic.note')}
      rows={settings.historic}
      empty={{ title: texts.say('index.none') }}
      columns={[
        { heading: texts.say('index.column.year'), text: ({ year }) => String(year), isRowHeading: true },
        {
          heading: texts.say('index.column.figure'),
          text: ({ value }) => texts.say('index.percent', { value: decimal(value) }),
          isNumber: true,
        },
        {
          heading: texts.say('index.column.forms'),
          text: ({ valid, sent }) =>
            valid === undefined ? texts.say('index.none') : `${valid}${sent === undefined ? '' : `/${sent}`}`,
          isNumber: true,
        },
        { heading: texts.say('index.column.mark'), text: () => texts.say('index.historic.mark') },
        { heading: texts.say('index.column.source'), text: ({ source }) => source },
      ]}
    />
  )
}
