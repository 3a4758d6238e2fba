import { decimal } from '../../../surveys/index/word-index.ts'
import type { SurveyTexts } from '../../../surveys/survey-texts.ts'
import type { IndexView } from '../read-index.ts'
import type { SurveyDeskTexts } from '../survey-desk-texts.ts'
import { Card } from './card.tsx'

/** What those who kept silent may hide. */
export function SilenceCard(props: { texts: SurveyDeskTexts; surveyTexts: SurveyTexts; view: IndexView }) {
  const { texts, surveyTexts, view } = props
  const { allUnhappy, likeAnswered, allHappy, cautious, widest, unanswered } = view.silence
  const ends = ({ low, high }: { low: number; high: number }) => ({ low: decimal(low), high: decimal(high) })
  const words = (value: number | undefined) =>
    value === undefined ? texts.say('index.none') : texts.say('index.percent', { value: decimal(value) })
  const hasAnswers = likeAnswered.value !== undefined && !likeAnswered.isTooFew
  const bounds = [
    ['all-unhappy', allUnhappy.value],
    ['like-answered', likeAnswered.value],
    ['all-happy', allHappy.value],
  ] as const
  return (
    <Card id="silence" title={texts.say('index.silence.title')}>
      {hasAnswers ? (
        <>
          <p safe>{surveyTexts.say('survey.silence.title', { unanswered })}</p>
          <ul id="silence-bounds">
            {bounds.map(([name, value]) => (
              <li safe>
                {surveyTexts.say(`survey.silence.${name}`, { value: words(value).replace(' %', '') })}
              </li>
            ))}
          </ul>
          {cautious ? <p safe>{surveyTexts.say('survey.silence.cautious', ends(cautious))}</p> : ''}
          {widest ? <p safe>{surveyTexts.say('survey.silence.widest', ends(widest))}</p> : ''}
        </>
      ) : (
        <p safe>{texts.say('index.silence.none')}</p>
      )}
    </Card>
  )
}
