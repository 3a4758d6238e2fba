import { hundredthsOfPercent } from '../../dossiers/on-time-figures.ts'
import { citizenMethod } from '../../dossiers/shadow-clock.ts'
import { addDays, daysBetween } from '../../lib/working-days/day.ts'
import type { Judged } from '../../surveys/index/compute-index.ts'
import { decimal, wordComparison } from '../../surveys/index/word-index.ts'
import { displayDay } from '../display-time.ts'
import { wordLowScores } from '../surveys/word-low-scores.ts'
import { quantifierOf } from './quantifier.ts'
import type { YearlyFacts } from './yearly-facts.ts'
import type { Block, YearlyWords } from './yearly-report.ts'

/** A sentence of figures. `contradictsPraise`: it says what such reports rather leave out. */
function computed(text: string, source: { text: string; path: string }, contradictsPraise = false): Block {
  return { kind: 'computed', text, source, contradictsPraise }
}

const days = ({ period }: YearlyFacts) => ({ from: displayDay(period.from), to: displayDay(period.to) })

function indexPath({ period, method, index }: YearlyFacts): string {
  const { id, version } = index.questionnaire
  return `/desk/index?${new URLSearchParams({ ...period, method, questionnaire: `${id}@${version}` })}`
}

/** Which days are reported, and how they meet those of the report before. */
export function periodBlocks(facts: YearlyFacts, { texts, settings }: YearlyWords): Block[] {
  const { period } = facts
  const source = { text: texts.say('yearly.period.source'), path: indexPath(facts) }
  const isWholeYear = period.from.endsWith('-01-01') && period.to === `${period.from.slice(0, 4)}-12-31`
  const said = computed(
    texts.say(isWholeYear ? 'yearly.period' : 'yearly.period.partial', days(facts)),
    source,
  )
  const before = settings.previousPeriod
  if (!before) return [said]
  const gap = daysBetween(addDays(before.to, 1), period.from)
  if (gap === 0) return [said]
  const ends =
    gap > 0
      ? { from: addDays(before.to, 1), to: addDays(period.from, -1) }
      : { from: period.from, to: before.to < period.to ? before.to : period.to }
  const words = {
    days: daysBetween(ends.from, ends.to) + 1,
    from: displayDay(ends.from),
    to: displayDay(ends.to),
  }
  const text = gap > 0 ? texts.say('yearly.period.gap', words) : texts.say('yearly.period.overlap', words)
  return [said, computed(text, source, true)]
}

export function surveyBlocks(facts: YearlyFacts, { texts, survey }: YearlyWords): Block[] {
  const { funnel, result, questionnaire } = facts.index
  const { answered, valid, assisted } = result.forms
  const source = indexSource(facts, texts)
  if (funnel.sent === 0 && facts.index.forms.length === 0) {
    return [computed(texts.say('yearly.survey.none', days(facts)), source)]
  }
  return [
    computed(
      texts.say('yearly.survey', {
        label: survey.label,
        ...days(facts),
        finished: facts.onTime.n + facts.onTime.withoutDue,
        sent: funnel.sent,
        delivered: funnel.delivered,
        answered,
        valid,
        questionnaire: questionnaire.title,
      }),
      source,
    ),
    ...(facts.questionnaires > 1
      ? [computed(texts.say('yearly.survey.mixed', { count: facts.questionnaires }), source, true)]
      : []),
    ...(assisted > 0
      ? [computed(texts.say('yearly.survey.assisted', { count: assisted }), source, true)]
      : []),
    ...(facts.lowScores
      ? [
          computed(wordLowScores(facts.lowScores, facts.period, texts), {
            text: texts.say('yearly.low.source'),
            path: indexPath(facts),
          }),
        ]
      : []),
  ]
}

/** What people say about the questions of a section, in the words of the table of quantifiers. */
export function itemBlocks(facts: YearlyFacts, words: YearlyWords, items: readonly string[] = []): Block[] {
  const { texts } = words
  const { questionnaire } = facts.index
  return items.flatMap((id) => {
    const item = questionnaire.items.find((one) => one.id === id)
    const figure = facts.shares.items.find((one) => one.id === id)
    if (!item || !figure) return []
    const source = {
      text: texts.say('yearly.item.source', {
        items: id,
        questionnaire: questionnaire.id,
        version: questionnaire.version,
        ...facts.period,
      }),
      path: indexPath(facts).replace('/desk/index?', `/desk/index/items/${encodeURIComponent(id)}?`),
    }
    return [computed(sayItem(item.text, figure, words), source)]
  })
}

function sayItem(item: string, figure: Judged, { texts, settings }: YearlyWords): string {
  const { minimumPeople: minimum, bands } = settings.quantifiers
  const { value, exact, interval, satisfied, answers, people } = figure
  if (value === undefined || !exact || !interval) return texts.say('yearly.item.none', { item })
  if (people < minimum) return texts.say('yearly.item.too-few', { item, satisfied, answers, people, minimum })
  const quantifier = quantifierOf(exact, bands)
  const numbers = {
    item,
    share: decimal(value),
    low: decimal(interval.low),
    high: decimal(interval.high),
    satisfied,
    answers,
    people,
  }
  return quantifier
    ? texts.say('yearly.item.words', { quantifier, ...numbers })
    : texts.say('yearly.item.number', numbers)
}

/** "Tuyệt đối không có" only when nobody said otherwise, neither in a report nor in the survey, and somebody was asked. */
export function paymentBlocks(facts: YearlyFacts, { texts }: YearlyWords): Block[] {
  const { paymentReports, payment, period } = facts
  const source = {
    text: texts.say('yearly.payment.source', period),
    path: `/desk/figures?${new URLSearchParams({ ...period })}`,
  }
  const answered = payment?.answered ?? 0
  const told = payment?.telling.filter(({ count }) => count > 0) ?? []
  if (facts.reports && paymentReports.count === 0 && told.length === 0 && answered > 0) {
    return [computed(texts.say('yearly.payment.none', { asked: answered }), source)]
  }
  const outcomes = [
    ...paymentReports.outcomes
      .filter(({ count }) => count > 0)
      .map(({ name, count }) =>
        texts.say('yearly.payment.outcome', { count, outcome: texts.say(`yearly.outcome.${name}`) }),
      ),
    ...(paymentReports.open > 0 ? [texts.say('yearly.payment.open', { count: paymentReports.open })] : []),
  ]
  const reports = !facts.reports
    ? computed(texts.say('yearly.reports.off'), source)
    : paymentReports.count === 0
      ? computed(texts.say('yearly.payment.reports-none'), source)
      : computed(
          texts.say('yearly.payment.reports', { count: paymentReports.count, outcomes: outcomes.join('; ') }),
          source,
          true,
        )
  if (answered === 0) return [reports, computed(texts.say('yearly.payment.survey-silent'), source)]
  if (told.length === 0) {
    return [reports, computed(texts.say('yearly.payment.survey-none', { answered }), source)]
  }
  return [
    reports,
    ...told.map(({ words, count }) =>
      computed(texts.say('yearly.payment.survey', { count, answered, answer: words }), source, true),
    ),
  ]
}

export function dossierBlocks(facts: YearlyFacts, words: YearlyWords): Block[] {
  return [...officeBlocks(facts, words), citizenBlock(facts, words)]
}

/** As citizens tell it: a sentence of its own, with another source. */
function citizenBlock({ citizens, ...facts }: YearlyFacts, { texts, survey }: YearlyWords): Block {
  const path = indexPath(facts)
  if (!citizens) {
    const source = { ...facts.period, method: citizenMethod }
    return computed(texts.say('yearly.citizens.off'), {
      text: texts.say('yearly.citizens.source', source),
      path,
    })
  }
  const { n, inTime, late, silent, method } = citizens
  const source = { text: texts.say('yearly.citizens.source', { ...facts.period, method }), path }
  const minimum = survey.index.minimumPeople
  if (n + silent === 0) return computed(texts.say('yearly.citizens.none'), source)
  if (n < minimum) {
    const counts = { n, inTime, late, silent, minimum }
    return computed(texts.say('yearly.citizens.too-few', counts), source, late > 0)
  }
  const share = decimal(hundredthsOfPercent(inTime, n))
  return computed(texts.say('yearly.citizens', { n, inTime, late, share, silent }), source, late > 0)
}

function officeBlocks(facts: YearlyFacts, { texts }: YearlyWords): Block[] {
  const { onTime, period } = facts
  const { n, early, late, openOverdueAtEnd } = onTime
  const source = {
    text: texts.say('yearly.dossiers.source', { ...period, method: onTime.method }),
    path: indexPath(facts),
  }
  const hasAny = n + onTime.withoutDue + onTime.openAtEnd + onTime.received > 0
  if (!hasAny) return [computed(texts.say('yearly.dossiers.none'), source)]
  const more = computed(
    texts.say('yearly.dossiers.more', {
      received: onTime.received,
      carriedOver: onTime.carriedOver,
      openAtEnd: onTime.openAtEnd,
      paused: onTime.pausedAtEnd,
      withoutDue: onTime.withoutDue,
      reDated: onTime.reDated,
    }),
    source,
  )
  if (n > 0 && onTime.isFreeOfLateness) {
    return [computed(texts.say('yearly.dossiers.all', { n, early, onTime: onTime.onTime }), source), more]
  }
  const counts = {
    n,
    early,
    onTime: onTime.onTime,
    late,
    share: onTime.onTimeHundredths === undefined ? '' : decimal(onTime.onTimeHundredths),
  }
  return [
    ...(n > 0
      ? [computed(texts.say('yearly.dossiers.counts', counts), source, late > 0)]
      : [computed(texts.say('yearly.dossiers.none'), source)]),
    ...(late + openOverdueAtEnd > 0
      ? [computed(texts.say('yearly.dossiers.late', { late, overdue: openOverdueAtEnd }), source, true)]
      : []),
    more,
  ]
}

export function reportBlocks(facts: YearlyFacts, { texts }: YearlyWords): Block[] {
  const { reports, period } = facts
  const source = {
    text: texts.say('yearly.reports.source', period),
    path: `/desk/figures?${new URLSearchParams({ ...period })}`,
  }
  if (!reports) return [computed(texts.say('yearly.reports.off'), source)]
  if (reports.received === 0) return [computed(texts.say('yearly.reports.none'), source)]
  const terms = new Map(reports.terms.map(({ name, count }) => [name, count]))
  const late = terms.get('answered-late') ?? 0
  const openLate = terms.get('open-late') ?? 0
  const open = (terms.get('open-in-time') ?? 0) + openLate + (terms.get('open-untimed') ?? 0)
  const { count: inTime, of: over } = reports.inTime
  const kinds = reports.byKind.map(({ name, count }) =>
    texts.say('yearly.reports.kind', { count, kind: texts.say(`yearly.kind.${name}`) }),
  )
  return [
    computed(
      texts.say('yearly.reports.received', { count: reports.received, kinds: kinds.join('; ') }),
      source,
    ),
    ...(over > 0
      ? [
          computed(
            texts.say('yearly.reports.terms', {
              inTime,
              over,
              share: decimal(hundredthsOfPercent(inTime, over)),
            }),
            source,
          ),
        ]
      : []),
    ...(late + openLate > 0
      ? [computed(texts.say('yearly.reports.late', { late, openLate }), source, true)]
      : []),
    ...(open > 0 ? [computed(texts.say('yearly.reports.open', { open }), source)] : []),
  ]
}

export function indexBlocks(facts: YearlyFacts, words: YearlyWords): Block[] {
  const { texts, surveyTexts, survey, settings } = words
  const { whole } = facts.index.result
  const { value, exact, interval, people, answers, satisfied } = whole
  const { label } = survey
  const source = indexSource(facts, texts)
  const before = beforeBlocks(facts, words)
  if (value === undefined || !exact || !interval) {
    return [computed(texts.say('yearly.index.none', { label }), source), ...before]
  }
  if (whole.isTooFew) {
    const minimum = survey.index.minimumPeople
    return [
      computed(texts.say('yearly.index.too-few', { label, people, satisfied, answers, minimum }), source),
      ...before,
    ]
  }
  const band = quantifierOf(exact, settings.indexBands)
  const { cautious, widest, unanswered } = facts.index.silence
  const numbers = { value: decimal(value), low: decimal(interval.low), high: decimal(interval.high) }
  return [
    computed(texts.say('yearly.index', { label, ...numbers, people, answers }), {
      ...source,
      text: `${source.text} ${surveyTexts.say(`survey.interval.${interval.method}`)}.`,
    }),
    ...(band ? [computed(texts.say('yearly.index.band', { band }), source)] : []),
    ...(cautious && widest && unanswered > 0
      ? [
          computed(
            texts.say('yearly.index.silence', {
              low: decimal(cautious.low),
              high: decimal(cautious.high),
              widestLow: decimal(widest.low),
              widestHigh: decimal(widest.high),
              unanswered,
            }),
            source,
            true,
          ),
        ]
      : []),
    ...before,
  ]
}

/** The year before from its own records; else as it was published, marked, and never subtracted. */
function beforeBlocks(facts: YearlyFacts, { texts, surveyTexts, survey }: YearlyWords): Block[] {
  const { period, figure, comparison } = facts.before
  const source = {
    text: texts.say('yearly.index.before-source', { ...period, method: facts.method }),
    path: indexPath({ ...facts, period }),
  }
  if (figure.value !== undefined && !figure.isTooFew) {
    const text = texts.say('yearly.index.before', {
      from: displayDay(period.from),
      to: displayDay(period.to),
      value: decimal(figure.value),
      sentence: wordComparison(comparison, surveyTexts),
    })
    return [computed(text, source)]
  }
  const year = Number(facts.period.to.slice(0, 4)) - 1
  const published = survey.historic.find((one) => one.year === year)
  if (!published) return [computed(texts.say('yearly.index.no-before'), source)]
  return [
    computed(
      texts.say('yearly.index.historic', { year, value: decimal(published.value), source: published.source }),
      { text: texts.say('yearly.index.historic-source'), path: source.path },
    ),
  ]
}

function indexSource(facts: YearlyFacts, texts: YearlyWords['texts']): { text: string; path: string } {
  const { questionnaire, result } = facts.index
  return {
    text: texts.say('yearly.index.source', {
      ...facts.period,
      method: result.method.id,
      version: result.method.version,
      questionnaire: questionnaire.id,
      questionnaireVersion: questionnaire.version,
    }),
    path: indexPath(facts),
  }
}
