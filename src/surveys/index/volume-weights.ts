import type { SurveyForm } from './form.ts'

export interface WeighedForms {
  forms: SurveyForm[]
  /** Parts with finished dossiers of which nobody answered: no weight can speak for them. */
  uncovered: string[]
}

/**
 * Weighs forms so that every part of the work counts as much as it has finished dossiers, however many of its people
 * answered: weight = dossiers ÷ forms with an answer. Use it when parts answer unequally.
 *
 * @param forms each with a stratum that is in `volumes`
 * @param volumes finished dossiers of the period per part
 */
export function weighByVolume(
  forms: readonly SurveyForm[],
  volumes: ReadonlyMap<string, number>,
): WeighedForms {
  const answered = new Map<string, number>()
  for (const form of forms) {
    const stratum = stratumOf(form, volumes)
    const isAnswered = !form.isAssisted && form.asked.some(({ answer }) => answer !== 'unanswered')
    if (isAnswered) answered.set(stratum, (answered.get(stratum) ?? 0) + (form.count ?? 1))
  }
  const weights = new Map(
    [...answered].map(([stratum, count]) => [stratum, { part: volumes.get(stratum)!, whole: count }]),
  )
  const uncovered = [...volumes].filter(([name, dossiers]) => dossiers > 0 && !answered.has(name))
  return {
    forms: forms.map((form) => {
      const weight = weights.get(stratumOf(form, volumes))
      return weight === undefined ? form : { ...form, weight }
    }),
    uncovered: uncovered.map(([name]) => name).sort(),
  }
}

function stratumOf({ stratum }: SurveyForm, volumes: ReadonlyMap<string, number>): string {
  if (stratum === undefined || !volumes.has(stratum)) throw new RangeError(`no volume for ${stratum}`)
  return stratum
}
