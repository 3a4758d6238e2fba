import { eachInSteps, type Steps } from '../../lib/steps.ts'
import { rankUnits } from '../../surveys/index/compare.ts'
import type { Judged } from '../../surveys/index/compute-index.ts'
import type { SurveyForm } from '../../surveys/index/form.ts'
import { weighByVolume } from '../../surveys/index/volume-weights.ts'

export interface RankedPart {
  /** A place of its own only where the intervals part; absent for too few people. */
  place?: number
  /** '' where the records do not say. */
  name: string
  figure: Judged
}

type Whole = (forms: readonly SurveyForm[]) => Steps<Judged>

/** One part of the work with the forms of it, equal ones counted together. */
interface CountedPart {
  name: string
  forms: readonly SurveyForm[]
}

const collator = new Intl.Collator('vi')
export const byName = (a: string, b: string): number => collator.compare(a, b)

export function* rankParts(counted: readonly CountedPart[], whole: Whole): Steps<RankedPart[]> {
  const units: { name: string; figure: Judged }[] = []
  for (const { name, forms } of [...counted].sort((a, b) => byName(a.name, b.name))) {
    units.push({ name, figure: yield* whole(forms) })
  }
  const { ranked, tooFew } = rankUnits(units)
  return [...ranked.map(({ place, unit }) => ({ place, ...unit })), ...tooFew]
}

/** The index as it would be if every field answered as readily as the others. */
export interface WeightedIndex {
  figure: Judged
  /** Finished dossiers and answered forms per field. */
  fields: { name: string; dossiers: number; answered: number }[]
  /** Fields with finished dossiers of which nobody answered: no weight speaks for them. */
  uncovered: string[]
}

/**
 * Each field weighs as much as it has finished dossiers. A field with fewer of them than answers (results at the edge of
 * the period) weighs its answers: nobody counts less than once. Undefined where there is one field, or none.
 */
export function* weighFields(
  fields: readonly CountedPart[],
  volumes: ReadonlyMap<string, number>,
  whole: Whole,
): Steps<WeightedIndex | undefined> {
  const answered = new Map<string, number>()
  for (const { name, forms } of fields) {
    let people = 0
    yield* eachInSteps(forms, ({ asked, count = 1 }) => {
      if (asked.some(({ answer }) => answer !== 'unanswered')) people += count
    })
    if (people > 0) answered.set(name, people)
  }
  if (volumes.size === 0 || answered.size < 2) return undefined
  const names = new Set([...volumes.keys(), ...fields.map(({ name }) => name)])
  const used = new Map(
    [...names].map((name) => [name, Math.max(volumes.get(name) ?? 0, answered.get(name) ?? 0)]),
  )
  const strata: SurveyForm[] = []
  for (const { name, forms } of fields) {
    yield* eachInSteps(forms, (form) => strata.push({ ...form, stratum: name }))
  }
  const { forms: weighed, uncovered } = weighByVolume(strata, used)
  return {
    figure: yield* whole(weighed),
    fields: [...names]
      .filter((name) => volumes.has(name) || answered.has(name))
      .sort(byName)
      .map((name) => ({ name, dossiers: volumes.get(name) ?? 0, answered: answered.get(name) ?? 0 })),
    uncovered,
  }
}
