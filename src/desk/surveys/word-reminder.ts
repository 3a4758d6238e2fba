import type { ReminderFigures } from '../../surveys/asking-figures.ts'
import { decimal } from '../../surveys/index/word-index.ts'
import type { SurveyDeskTexts } from './survey-desk-texts.ts'

/** One sentence: what reminding brought in percentage points, and whether it is more than noise. */
export function wordReminderGain(
  { reminded, control, gain }: ReminderFigures,
  minimum: number,
  texts: SurveyDeskTexts,
): string {
  if (!gain || reminded.open < minimum || control.open < minimum) {
    return texts.say('index.reminder.too-few', { minimum })
  }
  const points = (share: number) => decimal(Math.floor(share * 10_000 + 0.5))
  const words = { gain: points(gain.gain), low: points(gain.low), high: points(gain.high) }
  if (gain.low > 0) return texts.say('index.reminder.gain', words)
  return texts.say(gain.high < 0 ? 'index.reminder.loss' : 'index.reminder.no-gain', words)
}
