import type { Answer, IndexLayout, Ratio, SurveyForm } from './form.ts'
import { type Fraction, fraction, over, toNumber } from './fraction.ts'

/** Forms that say the same, counted. */
export interface CountedForm {
  count: number
  answers: readonly WeighedAnswer[]
}

export interface WeighedAnswer {
  /** Place in the layout, counted over all groups. */
  item: number
  answer: Answer
  /** Form weight ÷ chance of being asked: how many people this answer stands for. */
  weight: Fraction
  /** The same as a floating-point number, for intervals. */
  worth: number
}

/**
 * The forms in an order of their own, whatever order they came in, and answers in the order of the layout. Sums of
 * floating-point numbers depend on the order; after this the same forms give the same bytes. Forms typed in by staff are
 * left out.
 */
export function sortForms(forms: readonly SurveyForm[], layout: IndexLayout): CountedForm[] {
  const places = new Map(layout.groups.flatMap(({ items }) => items).map(({ id }, place) => [id, place]))
  const weights = new Map<string, Weight>()
  const counted = new Map<string, { count: number; form: SurveyForm }>()
  for (const form of forms) {
    if (form.isAssisted) continue
    const key = keyOf(form, places)
    const known = counted.get(key)
    if (known) known.count++
    else counted.set(key, { count: 1, form })
  }
  return [...counted]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { count, form }]) => ({ count, answers: weigh(form, places, weights) }))
}

const whole: Ratio = { part: 1, whole: 1 }

function keyOf({ asked, weight = whole }: SurveyForm, places: ReadonlyMap<string, number>): string {
  const answers: string[] = []
  for (const { item, answer, chance = whole } of asked) {
    const place = places.get(item)
    if (place === undefined) throw new RangeError(`item ${item} is not in the layout`)
    answers.push(`${place}=${answer}/${chance.part}:${chance.whole}`)
  }
  return `${weight.part}:${weight.whole};${answers.sort().join(';')}`
}

type Weight = Pick<WeighedAnswer, 'weight' | 'worth'>

/** Equal weights become one object: there are few different ones, and long integers are slow to divide. */
function weigh(
  form: SurveyForm,
  places: ReadonlyMap<string, number>,
  known: Map<string, Weight>,
): WeighedAnswer[] {
  const { part, whole: parts } = form.weight ?? whole
  return form.asked
    .map(({ item, answer, chance = whole }) => {
      const key = `${part}:${parts}/${chance.part}:${chance.whole}`
      let weight = known.get(key)
      if (!weight) {
        const exact = over(fraction(part, parts), fraction(chance.part, chance.whole))
        weight = { weight: exact, worth: toNumber(exact) }
        known.set(key, weight)
      }
      return { item: places.get(item)!, answer, ...weight }
    })
    .sort((a, b) => a.item - b.item)
}
