import type { SurveySettings } from '../../../surveys/survey-settings.ts'
import type { SurveyTexts } from '../../../surveys/survey-texts.ts'
import type { SignFinding } from '../../../surveys/trace-forms.ts'
import { DataTable } from '../../components/table.tsx'
import type { IndexView } from '../read-index.ts'
import type { SurveyDeskTexts } from '../survey-desk-texts.ts'
import { Card } from './card.tsx'

interface SignsCardProps {
  texts: SurveyDeskTexts
  surveyTexts: SurveyTexts
  settings: SurveySettings
  view: IndexView
}

/** What somebody should look at, with what it means and of how many forms the records can tell. No form is left out. */
export function SignsCard({ texts, surveyTexts, settings, view }: SignsCardProps) {
  const title = texts.say('index.signs.title')
  return (
    <Card id="signs" title={title} hint={surveyTexts.say('survey.sign.note')}>
      <DataTable
        caption={title}
        hasHiddenCaption
        rows={view.signs}
        empty={{ title: texts.say('index.none') }}
        columns={[
          {
            heading: texts.say('index.column.sign'),
            text: ({ kind }) => texts.say(`index.sign.${kind}`),
            isRowHeading: true,
          },
          { heading: texts.say('index.column.found'), text: (row) => wordFound(row, texts) },
          {
            heading: texts.say('index.column.examined'),
            text: ({ examined, answered }) => texts.say('index.sign.examined', { examined, answered }),
            isShort: true,
          },
          {
            heading: texts.say('index.column.meaning'),
            text: ({ kind }) => wordMeaning(kind, settings, texts),
          },
        ]}
      />
    </Card>
  )
}

function wordFound({ found, examined }: SignFinding, texts: SurveyDeskTexts): string {
  if (examined === 0) return texts.say('index.sign.not-examined')
  if (found.length === 0) return texts.say('index.sign.none')
  const forms = new Set(found.flatMap((sign) => sign.forms)).size
  return texts.say('index.sign.found', { groups: found.length, forms })
}

function wordMeaning(
  kind: SignFinding['kind'],
  { signs, asking, questions }: SurveySettings,
  texts: SurveyDeskTexts,
): string {
  switch (kind) {
    case 'same-device':
      return texts.say('index.sign.same-device.meaning', { limit: signs.sameDevice })
    case 'seconds-after-hand-over':
      return texts.say('index.sign.seconds-after-hand-over.meaning', {
        limit: signs.secondsAfterHandOver,
        delay: asking.delayMinutes,
      })
    case 'equal-answers':
      return texts.say('index.sign.equal-answers.meaning', {
        limit: signs.equalAnswersInAForm,
        items: questions.itemsAPerson,
      })
    case 'equal-run':
      return texts.say('index.sign.equal-run.meaning', { limit: signs.equalRunOneIn })
  }
}
