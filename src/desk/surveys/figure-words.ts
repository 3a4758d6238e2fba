import type { Judged } from '../../surveys/index/compute-index.ts'
import { decimal } from '../../surveys/index/word-index.ts'
import type { SurveyDeskTexts } from './survey-desk-texts.ts'

/** "96,05 %"; of too few people that it is too few; "Không có" where nobody answered. */
export function wordValue({ value, isTooFew }: Judged, texts: SurveyDeskTexts): string {
  if (value === undefined) return texts.say('index.none')
  return isTooFew ? texts.say('index.too-few') : texts.say('index.percent', { value: decimal(value) })
}

export function wordInterval({ interval, isTooFew }: Judged, texts: SurveyDeskTexts): string {
  if (!interval || isTooFew) return texts.say('index.none')
  return texts.say('index.interval', { low: decimal(interval.low), high: decimal(interval.high) })
}

/** A part of a whole, half-up to two decimals; nothing of nothing is no share. */
export function wordPart(part: number, whole: number, texts: SurveyDeskTexts): string {
  if (whole === 0) return texts.say('index.none')
  return texts.say('index.percent', { value: decimal(Math.floor((part * 20_000 + whole) / (2 * whole))) })
}
