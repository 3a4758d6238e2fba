import { maskPersonalData } from '../../catalogue/masking.ts'
import type { Judged } from '../../surveys/index/compute-index.ts'
import { decimal } from '../../surveys/index/word-index.ts'
import type { SurveySettings } from '../../surveys/survey-settings.ts'
import { DataTable, type DataTableProps } from '../components/table.tsx'
import { displayDay } from '../display-time.ts'
import { Card } from './cards/card.tsx'
import { figureColumns } from './figure-columns.ts'
import { wordPart } from './figure-words.ts'
import type { PartKind } from './index-filter.ts'
import { wordPartName } from './part-words.ts'
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
    <Card id={id} title={title} hint={hint}>
      <DataTable caption={title} hasHiddenCaption {...table} />
    </Card>
  )
}

const askedOf = ({ answers, neverUsed, unanswered }: Judged) => answers + neverUsed + unanswered

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
        {
          heading: texts.say('index.column.asked'),
          text: (item) => String(askedOf(item)),
          isNumber: true,
        },
        {
          heading: texts.say('index.column.left-out'),
          text: (item) => wordPart(item.unanswered, askedOf(item), texts),
          isNumber: true,
        },
      ]}
    />
  )
}

/** By unit, field or procedure; of too few people their number alone. */
export function Parts({ texts, view, kind }: { texts: SurveyDeskTexts; view: IndexView; kind: PartKind }) {
  const parts = view.parts[kind]
  if (parts.every(({ name }) => name === '')) return ''
  return (
    <TableCard
      id={`parts-${kind}`}
      title={texts.say(`index.parts.${kind}.title`)}
      hint={texts.say('index.parts.hint')}
      rows={parts}
      empty={{ title: texts.say('index.none') }}
      columns={[
        {
          heading: texts.say(`index.filter.${kind}`),
          text: ({ name }) => wordPartName(name, texts),
          isRowHeading: true,
        },
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
