import { eachInSteps, type Steps } from '../../lib/steps.ts'
import type { SurveyForm } from './form.ts'

type Counts = Map<SurveyForm['asked'], SurveyForm & { count: number }>

/**
 * The forms of each part with equal lists counted together: the index of them is the same, and there are far fewer. For
 * forms that share their lists, as those of the archive do; equal lists that are two objects stay two.
 *
 * @param partsOf names of the parts to which a form belongs: any number
 */
export function* countEqual<T extends SurveyForm>(
  forms: readonly T[],
  partsOf: (form: T) => readonly string[],
): Steps<Map<string, SurveyForm[]>> {
  const parts = new Map<string, { own: Counts; assisted: Counts }>()
  yield* eachInSteps(forms, (form) => {
    for (const name of partsOf(form)) {
      let part = parts.get(name)
      if (!part) {
        part = { own: new Map(), assisted: new Map() }
        parts.set(name, part)
      }
      const counts = form.isAssisted ? part.assisted : part.own
      const { asked, isAssisted, count = 1 } = form
      const known = counts.get(asked)
      if (known) known.count += count
      else counts.set(asked, { asked, ...(isAssisted ? { isAssisted } : {}), count })
    }
  })
  return new Map(
    [...parts].map(([name, { own, assisted }]) => [name, [...own.values(), ...assisted.values()]]),
  )
}
