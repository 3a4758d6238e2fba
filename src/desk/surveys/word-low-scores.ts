import { decimal } from '../../surveys/index/word-index.ts'
import { fewestTold, type LowScoreCounts, shareBegun } from '../../surveys/low-score-counts.ts'
import type { SurveyDeskTexts } from './survey-desk-texts.ts'
import type { Period } from './survey-records.ts'

/** Counted by whole months: those that the period touches are named. */
export function wordLowScores(counts: LowScoreCounts, { from, to }: Period, texts: SurveyDeskTexts): string {
  const told = (count: number) =>
    count > 0 && count < fewestTold ? texts.say('index.low.few', { count: fewestTold }) : String(count)
  const month = (day: string) => `${day.slice(5, 7)}/${day.slice(0, 4)}`
  const share = shareBegun(counts)
  const words = {
    from: month(from),
    to: month(to),
    low: told(counts.low),
    offered: told(counts.offered),
    begun: told(counts.begun),
  }
  return share === undefined
    ? texts.say('index.low.counts', words)
    : texts.say('index.low.share', { ...words, share: decimal(share) })
}
