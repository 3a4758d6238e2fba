import type { CellObject, Row } from 'write-excel-file/node'
import type { Judged } from '../../surveys/index/compute-index.ts'
import type { Saying } from '../../surveys/index/write-answers-csv.ts'
import { levels } from '../../surveys/questionnaire.ts'
import { wordValue } from './figure-words.ts'
import { partKinds } from './index-filter.ts'
import type { XlsxWords } from './index-xlsx.ts'
import type { AnswerRows } from './make-workbook.ts'
import { wordPartName } from './part-words.ts'
import type { IndexView } from './read-index.ts'
import { countCell, dayCell, headings, percentCell, textCell, type XlsxSheet } from './xlsx-cells.ts'

export type { XlsxSheet } from './xlsx-cells.ts'

/** Excel holds 1,048,576 rows a sheet; the rest of a larger file is in the CSV. */
const mostRows = 1_000_000

/** A figure and its interval as numbers; of too few people the words instead of a number. */
export function figureCells(figure: Judged, texts: XlsxWords['texts']): (CellObject | null)[] {
  const { interval, isTooFew, value } = figure
  if (isTooFew || value === undefined) return [textCell(wordValue(figure, texts)), null, null]
  return [percentCell(value), percentCell(interval?.low), percentCell(interval?.high)]
}

/** The figure of everything, of each group, question, unit, field and procedure. */
export function indexSheet(view: IndexView, { texts, settings }: XlsxWords): XlsxSheet {
  const { result, questionnaire, weighted, parts } = view
  const textOf = new Map(questionnaire.items.map(({ id, text }) => [id, text]))
  const row = (kind: string, code: string, name: string, figure: Judged): Row => [
    textCell(kind),
    textCell(code),
    textCell(name),
    ...figureCells(figure, texts),
    countCell(figure.people),
    countCell(figure.answers),
    countCell(figure.satisfied),
  ]
  return {
    name: texts.say('index.xlsx.index'),
    widths: [22, 12, 60, 12, 14, 14, 12, 14, 12],
    headerRows: 4,
    rows: [
      [textCell(settings.label)],
      [
        textCell(texts.say('index.from')),
        dayCell(view.period.from),
        textCell(texts.say('index.to')),
        dayCell(view.period.to),
      ],
      [textCell(texts.say('index.column.method')), textCell(`${result.method.id}/${result.method.version}`)],
      headings(
        texts.say('index.column.kind'),
        texts.say('index.column.code'),
        texts.say('index.column.name'),
        texts.say('index.column.figure'),
        texts.say('index.column.low'),
        texts.say('index.column.high'),
        texts.say('index.column.people'),
        texts.say('index.column.answers'),
        texts.say('index.column.satisfied'),
      ),
      row(texts.say('index.xlsx.kind.whole'), '', '', result.whole),
      ...(weighted ? [row(texts.say('index.xlsx.kind.weighted'), '', '', weighted.figure)] : []),
      ...result.groups.map((group) => row(texts.say('index.xlsx.kind.group'), group.id, group.name, group)),
      ...result.items.map((item) =>
        row(texts.say('index.xlsx.kind.item'), item.id, textOf.get(item.id) ?? '', item),
      ),
      ...partKinds.flatMap((kind) =>
        parts[kind].map(({ name, figure }): Row => {
          const cells = row(texts.say(`index.filter.${kind}`), '', wordPartName(name, texts), figure)
          // Counts of few people tell what single ones said; how many they were is enough.
          return figure.isTooFew ? cells.slice(0, 7) : cells
        }),
      ),
    ],
  }
}

/** How often each level was given, per question. */
export function levelSheet({ result, questionnaire }: IndexView, { texts }: XlsxWords): XlsxSheet {
  const textOf = new Map(questionnaire.items.map(({ id, text }) => [id, text]))
  const downwards = [...levels].reverse()
  const row = (code: string, name: string, figure: Judged): Row => [
    textCell(code),
    textCell(name),
    ...downwards.map((level) => countCell(figure.levels[level - 1]!)),
    countCell(figure.neverUsed),
    countCell(figure.unanswered),
  ]
  return {
    name: texts.say('index.xlsx.levels'),
    widths: [10, 60, 14, 14, 14, 16, 20, 18, 20],
    headerRows: 1,
    rows: [
      headings(
        texts.say('index.column.code'),
        texts.say('index.column.item'),
        ...downwards.map((level) => `${level} – ${questionnaire.scale.levels[level]}`),
        texts.say('index.level.never-used'),
        texts.say('index.level.unanswered'),
      ),
      ...result.items.map((item) => row(item.id, textOf.get(item.id) ?? '', item)),
      row('', texts.say('index.xlsx.total'), result.whole),
    ],
  }
}

/** From finished dossiers to valid answers, and how far people came in the questions. */
export function funnelSheet(
  { funnel, result, dossiers, dropOff }: IndexView,
  { texts }: XlsxWords,
): XlsxSheet {
  const steps = [
    ['index.funnel.finished', dossiers.finished],
    ['index.funnel.sent', funnel.sent],
    ['index.funnel.delivered', funnel.delivered],
    ['index.funnel.answered', result.forms.answered],
    ['index.funnel.valid', result.forms.valid],
  ] as const
  return {
    name: texts.say('index.xlsx.funnel'),
    widths: [34, 14, 14],
    headerRows: 1,
    rows: [
      headings(texts.say('index.column.step'), texts.say('index.column.count')),
      ...steps.map(([name, count]): Row => [textCell(texts.say(name)), countCell(count)]),
      [],
      headings(
        texts.say('index.column.place-asked'),
        texts.say('index.column.asked'),
        texts.say('index.column.given'),
      ),
      ...dropOff.map(
        ({ place, asked, answered }): Row => [countCell(place), countCell(asked), countCell(answered)],
      ),
    ],
  }
}

/** The same rows as the CSV of the answers, which are written out where the workbook is made. */
export function answerSheet(sayings: Saying[], { texts }: XlsxWords): XlsxSheet & AnswerRows {
  const count = sayings.reduce((sum, { cells, forms }) => sum + cells.length * forms, 0)
  const leftOut = Math.max(0, count - mostRows)
  return {
    name: texts.say('index.xlsx.answers'),
    widths: [10, 10, 10, 8, 18, 10],
    headerRows: 1,
    rows: [
      headings(
        texts.say('index.column.form'),
        texts.say('index.column.item'),
        texts.say('index.column.group'),
        texts.say('index.column.level'),
        texts.say('index.column.chance'),
        texts.say('index.column.assisted'),
      ),
    ],
    sayings,
    mostRows,
    last: leftOut > 0 ? [[textCell(texts.say('index.xlsx.answers-left-out', { count: leftOut }))]] : [],
  }
}

/** How the figures were made, and how to make them again. */
export function methodSheet(
  { result, questionnaire, period, byMethod, weighted }: IndexView,
  { texts, surveyTexts }: XlsxWords,
): XlsxSheet {
  const { id, version } = result.method
  const name = surveyTexts.say(`survey.method.${id}.name`)
  const formula = surveyTexts.say(`survey.method.${id}.formula`)
  const interval = result.whole.interval
  const notes = [
    texts.say('index.method-note', { id, version, name, formula }),
    texts.say('index.questionnaire-note', questionnaire),
    surveyTexts.say('survey.design.rotation'),
    surveyTexts.say('survey.design.rounding'),
    ...(interval ? [surveyTexts.say(`survey.interval.${interval.method}`)] : []),
    texts.say('index.by-method.hint'),
    ...(weighted ? [texts.say('index.weighted.note')] : []),
    texts.say('index.recompute', { ...period, method: id }),
    texts.say('index.export-hint'),
  ]
  return {
    name: texts.say('index.xlsx.method'),
    widths: [100, 14, 14, 14],
    headerRows: 0,
    rows: [
      ...notes.map((note): Row => [textCell(note)]),
      [],
      headings(
        texts.say('index.column.method'),
        texts.say('index.column.figure'),
        texts.say('index.column.low'),
        texts.say('index.column.high'),
      ),
      ...byMethod.map(
        (one): Row => [
          textCell(surveyTexts.say(`survey.method.${one.id}.name`)),
          ...figureCells(one.figure, texts),
        ],
      ),
    ],
  }
}
