import type { SurveyTexts } from '../survey-texts.ts'
import type { Comparison } from './compare.ts'
import type { Judged } from './compute-index.ts'
import type { Sign } from './manipulation-signs.ts'

/** 9605 → "96,05"; −4 → "-0,04". */
export function decimal(hundredths: number): string {
  const sign = hundredths < 0 ? '-' : ''
  const digits = String(Math.abs(hundredths)).padStart(3, '0')
  return `${sign}${digits.slice(0, -2)},${digits.slice(-2)}`
}

/** A figure with its interval and n; of too few people the counts only. */
export function wordFigure(figure: Judged, texts: SurveyTexts): string {
  const { value, interval, people, answers, satisfied } = figure
  if (value === undefined || !interval) return texts.say('survey.figure.none')
  if (figure.isTooFew) return texts.say('survey.figure.too-few', { people, satisfied, answers })
  return texts.say('survey.figure.full', {
    value: decimal(value),
    low: decimal(interval.low),
    high: decimal(interval.high),
    people,
    answers,
  })
}

/** One sentence: how much, and whether it is more than noise. */
export function wordComparison(comparison: Comparison, texts: SurveyTexts): string {
  if (comparison.kind === 'not-comparable') return texts.say(`survey.compare.${comparison.reason}`)
  const { points, interval, isMoreThanNoise } = comparison
  const ends = { low: decimal(interval.low), high: decimal(interval.high) }
  if (!isMoreThanNoise) return texts.say('survey.compare.noise', { points: signed(points), ...ends })
  const size = decimal(Math.abs(points))
  return texts.say(points > 0 ? 'survey.compare.up' : 'survey.compare.down', { points: size, ...ends })
}

export function wordSign({ kind, forms }: Sign, texts: SurveyTexts): string {
  return texts.say(`survey.sign.${kind}`, { count: forms.length })
}

function signed(hundredths: number): string {
  return hundredths > 0 ? `+${decimal(hundredths)}` : decimal(hundredths)
}
