import { eachInSteps, finish, type Steps, sortInSteps } from '../../lib/steps.ts'
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
  return finish(sortFormsSteps(forms, layout))
}

export function* sortFormsSteps(forms: readonly SurveyForm[], layout: IndexLayout): Steps<CountedForm[]> {
  const reader = readerOf(layout)
  const weights = new Map<string, Weight>()
  const byWeight = new Map<string, Map<ReadList, CountedForm>>()
  yield* eachInSteps(yield* countSameObjects(forms), ({ count, form }) => {
    const { part, whole: parts } = form.weight ?? whole
    const weightKey = `${part}:${parts}`
    const counted = byWeight.get(weightKey) ?? new Map<ReadList, CountedForm>()
    byWeight.set(weightKey, counted)
    const list = reader.read(form.asked)
    const known = counted.get(list)
    if (known) known.count += count
    else counted.set(list, { count, answers: weigh(list.answers, form.weight ?? whole, weights) })
  })
  const ranks = yield* reader.ranks()
  const sorted: CountedForm[] = []
  for (const [, counted] of [...byWeight].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const ranked = yield* sortInSteps([...counted], ([a], [b]) => ranks.get(a)! - ranks.get(b)!)
    for (const [, form] of ranked) sorted.push(form)
  }
  return sorted
}

/** Forms that share their lists, as those of the archive do, are known to be equal without looking into them. */
function* countSameObjects(forms: readonly SurveyForm[]): Steps<{ count: number; form: SurveyForm }[]> {
  const byWeight = new Map<Ratio | undefined, Map<SurveyForm['asked'], { count: number; form: SurveyForm }>>()
  yield* eachInSteps(forms, (form) => {
    if (form.isAssisted) return
    const { count = 1 } = form
    const byList = byWeight.get(form.weight) ?? new Map()
    byWeight.set(form.weight, byList)
    const known = byList.get(form.asked)
    if (known) known.count += count
    else byList.set(form.asked, { count, form })
  })
  return [...byWeight.values()].flatMap((byList) => [...byList.values()])
}

const whole: Ratio = { part: 1, whole: 1 }

interface PlacedAnswer {
  item: number
  answer: Answer
  chance: Ratio
}

/** One object for all lists that say the same. */
interface ReadList {
  key: string
  /** In the order of the layout. */
  answers: readonly PlacedAnswer[]
}

interface ListReader {
  read(asked: SurveyForm['asked']): ReadList
  /** Of all lists read so far, by what they say. */
  ranks(): Steps<ReadonlyMap<ReadList, number>>
}

/** A page computes many figures of the same lists under one layout: each is read and put in order once. */
const readers = new WeakMap<IndexLayout, ListReader>()

function readerOf(layout: IndexLayout): ListReader {
  const known = readers.get(layout)
  if (known) return known
  const places = new Map(layout.groups.flatMap(({ items }) => items).map(({ id }, place) => [id, place]))
  const lists = new WeakMap<SurveyForm['asked'], ReadList>()
  const byKey = new Map<string, ReadList>()
  let ranks = new Map<ReadList, number>()
  const reader: ListReader = {
    read(asked) {
      const before = lists.get(asked)
      if (before) return before
      const made = readList(asked, places)
      const list = byKey.get(made.key) ?? made
      byKey.set(list.key, list)
      lists.set(asked, list)
      return list
    },
    *ranks() {
      if (ranks.size < byKey.size) {
        const sorted = yield* sortInSteps([...byKey.values()], (a, b) => (a.key < b.key ? -1 : 1))
        const made = new Map<ReadList, number>()
        yield* eachInSteps(sorted, (list) => made.set(list, made.size))
        // Somebody else may have read more lists meanwhile, and ranked them.
        if (made.size < ranks.size) return ranks
        ranks = made
      }
      return ranks
    },
  }
  readers.set(layout, reader)
  return reader
}

function readList(asked: SurveyForm['asked'], places: ReadonlyMap<string, number>): ReadList {
  const answers = asked
    .map(({ item, answer, chance = whole }) => {
      const place = places.get(item)
      if (place === undefined) throw new RangeError(`item ${item} is not in the layout`)
      return { item: place, answer, chance }
    })
    .sort((a, b) => a.item - b.item)
  const key = answers
    .map(({ item, answer, chance }) => `${item}=${answer}/${chance.part}:${chance.whole}`)
    .join(';')
  return { key, answers }
}

type Weight = Pick<WeighedAnswer, 'weight' | 'worth'>

/** Equal weights become one object: there are few different ones, and long integers are slow to divide. */
function weigh(
  answers: readonly PlacedAnswer[],
  { part, whole: parts }: Ratio,
  known: Map<string, Weight>,
): WeighedAnswer[] {
  return answers.map(({ item, answer, chance }) => {
    const key = `${part}:${parts}/${chance.part}:${chance.whole}`
    let weight = known.get(key)
    if (!weight) {
      const exact = over(fraction(part, parts), fraction(chance.part, chance.whole))
      weight = { weight: exact, worth: toNumber(exact) }
      known.set(key, weight)
    }
    return { item, answer, weight: weight.weight, worth: weight.worth }
  })
}
