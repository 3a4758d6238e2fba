import type { Row } from 'write-excel-file/node'
import type { Steps } from '../../lib/steps.ts'
import { computeIndexSteps, type Judged } from '../../surveys/index/compute-index.ts'
import { layoutByCriterion } from '../../surveys/index/form.ts'
import { levels } from '../../surveys/questionnaire.ts'
import { figureCells } from './index-sheets.ts'
import type { XlsxWords } from './index-xlsx.ts'
import type { IndexView } from './read-index.ts'
import { countCell, headingCell, headings, textCell, type XlsxSheet } from './xlsx-cells.ts'

/**
 * The questions under the official criteria I to V, whatever groups the questionnaire has, with counts, shares and
 * totals, as the ministry's form has them.
 */
export function* officialSheet(
  { questionnaire, forms, method }: IndexView,
  { texts, surveyTexts, settings }: XlsxWords,
): Steps<XlsxSheet> {
  const criteria = ['I', 'II', 'III', 'IV', 'V'] as const
  const names = Object.fromEntries(criteria.map((id) => [id, surveyTexts.say(`survey.criterion.${id}`)]))
  const layout = layoutByCriterion(questionnaire, names)
  const { minimumPeople } = settings.index
  const { groups, items, whole } = yield* computeIndexSteps(forms, layout, {
    method,
    minimumPeople,
  })
  const textOf = new Map(questionnaire.items.map(({ id, text }) => [id, text]))
  const downwards = [...levels].reverse()
  const row = (name: string, figure: Judged, isTotal: boolean): Row => [
    isTotal ? headingCell(name) : textCell(name),
    ...downwards.map((level) => countCell(figure.levels[level - 1]!)),
    countCell(figure.answers),
    countCell(figure.satisfied),
    ...figureCells(figure, texts),
  ]
  return {
    name: texts.say('index.xlsx.official'),
    widths: [70, 14, 14, 14, 16, 20, 14, 12, 12, 14, 14],
    headerRows: 3,
    rows: [
      [headingCell(texts.say('index.xlsx.official-title'))],
      [textCell(texts.say('index.xlsx.official-note', questionnaire))],
      headings(
        texts.say('index.column.item'),
        ...downwards.map((level) => `${level} – ${questionnaire.scale.levels[level]}`),
        texts.say('index.column.valid'),
        texts.say('index.column.satisfied'),
        texts.say('index.column.figure'),
        texts.say('index.column.low'),
        texts.say('index.column.high'),
      ),
      ...groups.flatMap((group) => [
        row(texts.say('index.xlsx.criterion', { id: group.id, name: group.name }), group, true),
        ...items
          .filter((item) => item.group === group.id)
          .map((item) => row(`${item.id}. ${textOf.get(item.id) ?? ''}`, item, false)),
      ]),
      row(texts.say('index.xlsx.total'), whole, true),
    ],
  }
}
