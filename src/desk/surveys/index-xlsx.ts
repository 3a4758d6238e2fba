import { inSteps } from '../../lib/steps.ts'
import { sayingsOf } from '../../surveys/index/write-answers-csv.ts'
import type { SurveySettings } from '../../surveys/survey-settings.ts'
import type { SurveyTexts } from '../../surveys/survey-texts.ts'
import { answerSheet, funnelSheet, indexSheet, levelSheet, methodSheet } from './index-sheets.ts'
import { makeWorkbook } from './make-workbook.ts'
import { officialSheet } from './official-sheet.ts'
import type { IndexView } from './read-index.ts'
import type { SurveyDeskTexts } from './survey-desk-texts.ts'

export interface XlsxWords {
  texts: SurveyDeskTexts
  surveyTexts: SurveyTexts
  settings: SurveySettings
}

/**
 * The index of a whole period as a workbook. Figures are numbers, days are dates, everything else is text whatever it
 * begins with: no cell is a formula. The same answers give the same bytes, so nothing in it tells the time of computing.
 */
export async function indexXlsx(view: IndexView, words: XlsxWords): Promise<Buffer> {
  const sayings = await inSteps(sayingsOf(view.forms, view.layout))
  const sheets = [
    indexSheet(view, words),
    await inSteps(officialSheet(view, words)),
    levelSheet(view, words),
    funnelSheet(view, words),
    answerSheet(sayings, words),
    methodSheet(view, words),
  ]
  return makeWorkbook({ sheets, at: new Date(`${view.period.to}T00:00:00Z`) })
}
