import type { IndexView } from '../read-index.ts'
import type { SurveyDeskTexts } from '../survey-desk-texts.ts'
import { wordLowScores } from '../word-low-scores.ts'
import { Card } from './card.tsx'

/** Who gave a bad answer was offered help: how often, and how often it was taken up. */
export function LowScoreCard({ texts, view }: { texts: SurveyDeskTexts; view: IndexView }) {
  if (!view.lowScores) return ''
  return (
    <Card id="low-scores" title={texts.say('index.low.title')} hint={texts.say('index.low.hint')}>
      <p safe>{wordLowScores(view.lowScores, view.period, texts)}</p>
    </Card>
  )
}
