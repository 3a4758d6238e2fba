import { DataTable } from '../../components/table.tsx'
import { wordInterval, wordValue } from '../figure-words.ts'
import { wordPartName } from '../part-words.ts'
import type { IndexView } from '../read-index.ts'
import type { SurveyDeskTexts } from '../survey-desk-texts.ts'
import { Card } from './card.tsx'

/** The figure with fields weighing as much as they have dossiers, beside the plain one and with what it was made of. */
export function WeightedCard({ texts, view }: { texts: SurveyDeskTexts; view: IndexView }) {
  const { weighted, result } = view
  if (!weighted) return ''
  const { figure, fields, uncovered } = weighted
  const names = uncovered.map((name) => wordPartName(name, texts)).join('; ')
  return (
    <Card id="weighted" title={texts.say('index.weighted.title')} hint={texts.say('index.weighted.note')}>
      <p id="weighted-figure" safe>
        {texts.say('index.weighted.figure', {
          weighted: wordValue(figure, texts),
          interval: wordInterval(figure, texts),
          plain: wordValue(result.whole, texts),
        })}
      </p>
      {uncovered.length > 0 ? (
        <p class="warning" safe>
          {texts.say('index.weighted.uncovered', { names })}
        </p>
      ) : (
        ''
      )}
      <DataTable
        caption={texts.say('index.weighted.title')}
        hasHiddenCaption
        rows={fields}
        empty={{ title: texts.say('index.none') }}
        columns={[
          {
            heading: texts.say('index.column.field'),
            text: ({ name }) => wordPartName(name, texts),
            isRowHeading: true,
          },
          {
            heading: texts.say('index.column.dossiers'),
            text: ({ dossiers }) => String(dossiers),
            isNumber: true,
          },
          {
            heading: texts.say('index.column.answered'),
            text: ({ answered }) => String(answered),
            isNumber: true,
          },
        ]}
      />
    </Card>
  )
}
