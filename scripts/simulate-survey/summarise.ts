import type { SurveyTexts } from '../../src/surveys/survey-texts.ts'
import type { MethodOutcome } from './run-situation.ts'
import type { Situation } from './situations.ts'

export interface SituationResult {
  situation: Situation
  outcomes: readonly MethodOutcome[]
}

/** What is promised: the interval in 93 % of the runs when silence is random, the bounds in 99 % when it is not. */
const leastStated = 0.93
const leastBounds = 0.99

export function summarise(
  results: readonly SituationResult[],
  { runs, seed }: { runs: number; seed: string },
  texts: SurveyTexts,
) {
  const rows = results.flatMap(({ situation, outcomes }) =>
    outcomes.map((outcome) => {
      const bounds = boundsOf(situation)
      const isMet =
        situation.silence === 'random'
          ? outcome.covered.stated >= leastStated
          : (outcome.covered[bounds] ?? 0) >= leastBounds
      return { situation: situation.id, silence: situation.silence, bounds, isMet, ...outcome }
    }),
  )
  const failed = rows.filter(({ isMet }) => !isMet)
  const isGood = failed.length === 0
  const names = [...new Set(failed.map(({ situation }) => texts.say(`survey.situation.${situation}`)))]
  const verdict = isGood
    ? texts.say('survey.command.simulate-verdict-good')
    : texts.say('survey.command.simulate-verdict-bad', { situations: names.join('; ') })
  const table = alignColumns([
    [
      texts.say('survey.command.simulate-columns.situation'),
      texts.say('survey.command.simulate-columns.method'),
      texts.say('survey.command.simulate-columns.truth'),
      texts.say('survey.command.simulate-columns.stated'),
      texts.say('survey.command.simulate-columns.bounds'),
      texts.say('survey.command.simulate-columns.naive'),
    ],
    ...rows.map(({ situation, method, truth, stated, naive, covered, bounds }) => [
      texts.say(`survey.situation.${situation}`),
      method,
      percent(truth, 2),
      `${percent(stated, 2)} → ${percent(covered.stated * 100, 1)}`,
      boundsWord(covered[bounds]),
      `${percent(naive, 2)} → ${percent(covered.naive * 100, 1)}`,
    ]),
  ])
  return {
    report: { runs, seed, isGood, rows },
    lines: [texts.say('survey.command.simulate-head', { runs, seed }), '', ...table, '', verdict],
    isGood,
  }
}

/** The cautious bounds suppose that silent people are not happier than the others; where they are, the widest must hold. */
function boundsOf({ id }: Situation): 'cautious' | 'widest' {
  return id === 'happy-silent' ? 'widest' : 'cautious'
}

function boundsWord(covered: number | null): string {
  return covered === null ? '–' : percent(covered * 100, 1)
}

function percent(value: number, digits: number): string {
  return `${value.toFixed(digits).replace('.', ',')} %`
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}
