import type { Judged } from '../../surveys/index/compute-index.ts'
import type { Column } from '../components/table.tsx'
import { wordInterval, wordValue } from './figure-words.ts'
import type { SurveyDeskTexts } from './survey-desk-texts.ts'

/** The figure of a row and its interval: the two columns that every table of figures has. */
export function figureColumns<Row>(texts: SurveyDeskTexts, figureOf: (row: Row) => Judged): Column<Row>[] {
  return [
    {
      heading: texts.say('index.column.figure'),
      text: (row) => wordValue(figureOf(row), texts),
      isNumber: true,
    },
    {
      heading: texts.say('index.column.interval'),
      text: (row) => wordInterval(figureOf(row), texts),
      isNumber: true,
    },
  ]
}
