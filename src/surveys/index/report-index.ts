import type { SurveyTexts } from '../survey-texts.ts'
import { computeIndex, type FormCounts, type IndexOptions, type Judged, wholeOf } from './compute-index.ts'
import type { IndexLayout, SurveyForm } from './form.ts'
import { type MethodId, methodIds } from './methods.ts'
import { type SilenceBounds, silenceBounds, suppose } from './silence.ts'
import { sortForms } from './sort-forms.ts'
import { decimal, wordFigure } from './word-index.ts'

export interface IndexData {
  forms: readonly SurveyForm[]
  layout: IndexLayout
  /** The forms with those of silent people, for the bounds; absent when nobody knows how many were asked. */
  withSilent?: readonly SurveyForm[]
}

/** The index as plain data: the same for the same forms, byte for byte, so it holds no time of computing. */
export interface IndexReport extends ReportedFigure {
  label: string
  method: { id: MethodId; version: number; name: string; formula: string }
  forms: FormCounts
  groups: (ReportedFigure & { id: string; name: string })[]
  items: (ReportedFigure & { id: string; group: string })[]
  /** The same answers by every method, since methods lie points apart. */
  byMethod: Record<MethodId, number | null>
  silence: ReportedSilence | null
}

export interface ReportedFigure {
  /** Percent with two decimals. */
  index: number | null
  text: string
  /** Before rounding, of 100. */
  exact: string | null
  people: number
  answers: number
  satisfied: number
  levels: Record<'1' | '2' | '3' | '4' | '5', number>
  neverUsed: number
  unanswered: number
  isTooFew: boolean
  interval: { low: number; high: number; method: string; effectiveAnswers: number } | null
}

export interface ReportedSilence {
  unanswered: number
  allUnhappy: number | null
  likeAnswered: number | null
  allHappy: number | null
  cautious: { low: number; high: number } | null
  widest: { low: number; high: number } | null
}

export function reportIndex(
  { forms, layout, withSilent }: IndexData,
  options: IndexOptions & { label: string },
  texts: SurveyTexts,
): IndexReport {
  const { method, whole, groups, items, forms: counts } = computeIndex(forms, layout, options)
  const sorted = sortForms(forms, layout)
  const byMethod = methodIds.map((id) => [
    id,
    percent(wholeOf(sorted, layout, { ...options, method: id }).value),
  ])
  return {
    label: options.label,
    method: {
      ...method,
      name: texts.say(`survey.method.${method.id}.name`),
      formula: texts.say(`survey.method.${method.id}.formula`),
    },
    forms: counts,
    ...reported(whole, texts),
    groups: groups.map((group) => ({ id: group.id, name: group.name, ...reported(group, texts) })),
    items: items.map((item) => ({ id: item.id, group: item.group, ...reported(item, texts) })),
    byMethod: Object.fromEntries(byMethod) as Record<MethodId, number | null>,
    silence: withSilent ? reportedSilence(silenceBounds(suppose(withSilent, layout), layout, options)) : null,
  }
}

function reported(figure: Judged, texts: SurveyTexts): ReportedFigure {
  const { value, exact, levels, interval } = figure
  return {
    index: percent(value),
    text: wordFigure(figure, texts),
    exact: exact ? `${exact.num}/${exact.den}` : null,
    people: figure.people,
    answers: figure.answers,
    satisfied: figure.satisfied,
    levels: { 1: levels[0], 2: levels[1], 3: levels[2], 4: levels[3], 5: levels[4] },
    neverUsed: figure.neverUsed,
    unanswered: figure.unanswered,
    isTooFew: figure.isTooFew,
    interval: interval ? { ...interval, low: percent(interval.low)!, high: percent(interval.high)! } : null,
  }
}

function reportedSilence(bounds: SilenceBounds): ReportedSilence {
  const ends = (interval: { low: number; high: number } | undefined) =>
    interval ? { low: percent(interval.low)!, high: percent(interval.high)! } : null
  return {
    unanswered: bounds.unanswered,
    allUnhappy: percent(bounds.allUnhappy.value),
    likeAnswered: percent(bounds.likeAnswered.value),
    allHappy: percent(bounds.allHappy.value),
    cautious: ends(bounds.cautious),
    widest: ends(bounds.widest),
  }
}

function percent(hundredths: number | undefined): number | null {
  return hundredths === undefined ? null : hundredths / 100
}

/** The report for a person to read, line by line. */
export function indexLines(report: IndexReport, texts: SurveyTexts): string[] {
  const { label, method, forms, levels, silence } = report
  const words = (value: number | null) => (value === null ? '–' : decimal(Math.round(value * 100)))
  const { id, version, name } = method
  const { asked, answered, valid, assisted } = forms
  const empty = report.neverUsed + report.unanswered
  return [
    texts.say('survey.command.title', { label, figure: report.text }),
    texts.say('survey.command.method', { id, version, name }),
    method.formula,
    texts.say('survey.command.counts', { asked, answered, valid, assisted, empty }),
    texts.say('survey.command.levels', {
      levels: [levels[5], levels[4], levels[3], levels[2], levels[1]].join('/'),
    }),
    '',
    ...report.groups.flatMap((group) => [
      `${group.id === group.name ? group.id : `${group.id}. ${group.name}`}: ${group.text}`,
      ...report.items.filter((item) => item.group === group.id).map((item) => `  ${item.id}: ${item.text}`),
    ]),
    '',
    ...methodIds.map((other) => `${other}: ${words(report.byMethod[other])} %`),
    '',
    ...(silence ? silenceLines(silence, words, texts) : [texts.say('survey.silence.unknown')]),
  ]
}

function silenceLines(
  silence: ReportedSilence,
  words: (value: number | null) => string,
  texts: SurveyTexts,
): string[] {
  const { cautious, widest } = silence
  const ends = ({ low, high }: { low: number; high: number }) => ({ low: words(low), high: words(high) })
  return [
    texts.say('survey.silence.title', { unanswered: silence.unanswered }),
    `  ${texts.say('survey.silence.all-unhappy', { value: words(silence.allUnhappy) })}`,
    `  ${texts.say('survey.silence.like-answered', { value: words(silence.likeAnswered) })}`,
    `  ${texts.say('survey.silence.all-happy', { value: words(silence.allHappy) })}`,
    ...(cautious ? [texts.say('survey.silence.cautious', ends(cautious))] : []),
    ...(widest ? [texts.say('survey.silence.widest', ends(widest))] : []),
  ]
}
