import { DataTable } from '../../components/table.tsx'
import { wordPart } from '../figure-words.ts'
import type { IndexView } from '../read-index.ts'
import type { SurveyDeskTexts } from '../survey-desk-texts.ts'
import { wordReminderGain } from '../word-reminder.ts'
import { Card } from './card.tsx'

/** How far people came in the questions they were asked. */
export function DropOffCard({ texts, view }: { texts: SurveyDeskTexts; view: IndexView }) {
  const title = texts.say('index.drop-off.title')
  return (
    <Card id="drop-off" title={title} hint={texts.say('index.drop-off.hint')}>
      <DataTable
        caption={title}
        hasHiddenCaption
        rows={view.dropOff}
        empty={{ title: texts.say('index.none') }}
        columns={[
          {
            heading: texts.say('index.column.place-asked'),
            text: ({ place }) => String(place),
            isRowHeading: true,
          },
          { heading: texts.say('index.column.asked'), text: ({ asked }) => String(asked), isNumber: true },
          {
            heading: texts.say('index.column.given'),
            text: ({ answered }) => String(answered),
            isNumber: true,
          },
          {
            heading: texts.say('index.column.share'),
            text: ({ answered, asked }) => wordPart(answered, asked, texts),
            isNumber: true,
          },
        ]}
      />
    </Card>
  )
}

/** What the one reminder brought: the half that got it beside the half that did not. */
export function ReminderCard(props: {
  texts: SurveyDeskTexts
  view: IndexView
  days: number
  minimum: number
}) {
  const { texts, view, days, minimum } = props
  const { reminded, control } = view.reminders
  const title = texts.say('index.reminder.title')
  return (
    <Card id="reminder" title={title} hint={texts.say('index.reminder.hint', { days })}>
      <DataTable
        caption={title}
        hasHiddenCaption
        rows={[
          { label: texts.say('index.reminder.reminded'), ...reminded },
          { label: texts.say('index.reminder.control'), ...control },
        ]}
        empty={{ title: texts.say('index.none') }}
        columns={[
          { heading: texts.say('index.column.half'), text: ({ label }) => label, isRowHeading: true },
          { heading: texts.say('index.column.open'), text: ({ open }) => String(open), isNumber: true },
          {
            heading: texts.say('index.column.answered-later'),
            text: ({ answeredLater }) => String(answeredLater),
            isNumber: true,
          },
          {
            heading: texts.say('index.column.share'),
            text: ({ answeredLater, open }) => wordPart(answeredLater, open, texts),
            isNumber: true,
          },
        ]}
      />
      <p id="reminder-gain" safe>
        {wordReminderGain(view.reminders, minimum, texts)}
      </p>
    </Card>
  )
}

/** Counts of the questions that are part of no index, such as that about payments outside the rules. */
export function OutsideCards({ texts, view }: { texts: SurveyDeskTexts; view: IndexView }) {
  return (
    <>
      {view.outside.map(({ question, asked, answered, answers }) => (
        <Card
          id={`outside-${question.id}`}
          title={texts.say('index.outside.title')}
          hint={texts.say('index.outside.note')}
        >
          <p safe>{question.text}</p>
          <p safe>{texts.say('index.outside.counts', { answered, asked })}</p>
          {answers
            .filter(({ tellsOfIt, count }) => tellsOfIt && count > 0)
            .map(({ words, count }) => (
              <p class="warning" safe>
                {texts.say('index.outside.tells', { count, answered, words })}
              </p>
            ))}
          <DataTable
            caption={question.text}
            hasHiddenCaption
            rows={[
              ...answers,
              { words: texts.say('index.level.unanswered'), count: asked - answered, tellsOfIt: false },
            ]}
            empty={{ title: texts.say('index.none') }}
            columns={[
              { heading: texts.say('index.column.answer'), text: ({ words }) => words, isRowHeading: true },
              {
                heading: texts.say('index.column.people'),
                text: ({ count }) => String(count),
                isNumber: true,
              },
            ]}
          />
        </Card>
      ))}
    </>
  )
}
