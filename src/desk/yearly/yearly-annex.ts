import { decimal } from '../../surveys/index/word-index.ts'
import { wordInterval, wordPart, wordValue } from '../surveys/figure-words.ts'
import type { YearlyFacts } from './yearly-facts.ts'
import type { YearlyWords } from './yearly-report.ts'

/** A table in words; the first column names the row. */
export interface AnnexTable {
  title: string
  headings: string[]
  rows: string[][]
}

export function annexTables(facts: YearlyFacts, { texts }: YearlyWords): AnnexTable[] {
  const { questionnaire, result } = facts.index
  const textOf = new Map(questionnaire.items.map(({ id, text }) => [id, text]))
  const levelHeadings = ['5', '4', '3', '2', '1']
  const columns = (name: string) => [
    name,
    texts.say('index.column.figure'),
    texts.say('index.column.interval'),
    texts.say('index.column.people'),
    texts.say('index.column.answers'),
    ...levelHeadings,
  ]
  const row = (name: string, figure: (typeof result)['whole']) => [
    name,
    wordValue(figure, texts),
    wordInterval(figure, texts),
    String(figure.people),
    String(figure.answers),
    ...[...figure.levels].reverse().map(String),
  ]
  const { onTime, reports, paymentReports } = facts
  const counted = (label: string, count: number) => [label, String(count)]
  return [
    {
      title: texts.say('yearly.annex.groups'),
      headings: columns(texts.say('index.column.group')),
      rows: [
        ...result.groups.map((group) => row(`${group.id}. ${group.name}`, group)),
        row(texts.say('yearly.annex.whole'), result.whole),
      ],
    },
    {
      title: texts.say('yearly.annex.items'),
      headings: columns(texts.say('index.column.item')),
      rows: result.items.map((item) => row(`${item.id}. ${textOf.get(item.id) ?? ''}`, item)),
    },
    {
      title: texts.say('yearly.annex.dossiers'),
      headings: [texts.say('yearly.annex.what'), texts.say('yearly.annex.count')],
      rows: [
        counted(texts.say('index.column.early'), onTime.early),
        counted(texts.say('index.column.on-time'), onTime.onTime),
        counted(texts.say('index.column.late'), onTime.late),
        [texts.say('index.column.on-time-share'), wordPart(onTime.early + onTime.onTime, onTime.n, texts)],
      ],
    },
    {
      title: texts.say('yearly.annex.reports'),
      headings: [texts.say('yearly.annex.what'), texts.say('yearly.annex.count')],
      rows: [
        ...(reports?.byKind ?? []).map(({ name, count }) => counted(texts.say(`yearly.kind.${name}`), count)),
        ...(reports ? paymentReports.outcomes : []).map(({ name, count }) =>
          counted(
            `${texts.say('yearly.kind.informal-payment')}: ${texts.say(`yearly.outcome.${name}`)}`,
            count,
          ),
        ),
      ],
    },
  ]
}

/** How the figures were made, and what the same answers come to by every other method. */
export function annexNotes(
  facts: YearlyFacts,
  texts: YearlyWords['texts'],
  { surveyTexts, dossierTexts }: Pick<YearlyWords, 'surveyTexts' | 'dossierTexts'>,
): string[] {
  const { id, version } = facts.index.result.method
  return [
    texts.say('index.method-note', {
      id,
      version,
      name: surveyTexts.say(`survey.method.${id}.name`),
      formula: surveyTexts.say(`survey.method.${id}.formula`),
    }),
    surveyTexts.say('survey.design.rotation'),
    surveyTexts.say('survey.design.rounding'),
    ...facts.byMethod.map(({ id: other, figure }) =>
      texts.say('yearly.annex.by-method', {
        id: other,
        value:
          figure.value === undefined
            ? texts.say('index.none')
            : figure.isTooFew
              ? texts.say('yearly.annex.too-few')
              : texts.say('index.percent', { value: decimal(figure.value) }),
      }),
    ),
    dossierTexts.say('dossier.method.on-time'),
    texts.say('index.recompute', { ...facts.period, method: id }),
  ]
}
