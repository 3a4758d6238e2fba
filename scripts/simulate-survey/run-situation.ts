import { type Judged, wholeOf } from '../../src/surveys/index/compute-index.ts'
import type { Answer, IndexLayout, SurveyForm } from '../../src/surveys/index/form.ts'
import type { MethodId } from '../../src/surveys/index/methods.ts'
import { silenceBounds, suppose } from '../../src/surveys/index/silence.ts'
import { type CountedForm, sortForms } from '../../src/surveys/index/sort-forms.ts'
import { weighByVolume } from '../../src/surveys/index/volume-weights.ts'
import type { Questionnaire } from '../../src/surveys/questionnaire.ts'
import { createRotation } from '../../src/surveys/rotation.ts'
import { type SeededRandom, seededRandom } from '../../src/surveys/seeded-random.ts'
import type { Situation } from './situations.ts'
import { type Person, type Town, truthOf } from './town.ts'

export interface MethodOutcome {
  method: MethodId
  /** Mean over the towns, percent. */
  truth: number
  /** Mean over the runs, percent. */
  stated: number
  naive: number
  /** Shares of the runs in which the truth lay inside; bounds are tried only where silence is biased. */
  covered: { stated: number; naive: number; cautious: number | null; widest: number | null }
}

/** Runs the survey again and again: each time other people are invited, answer and are asked other items. */
export function runSituation(
  situation: Situation,
  towns: readonly Town[],
  questionnaire: Questionnaire,
  layout: IndexLayout,
  { runs, seed }: { runs: number; seed: string },
): MethodOutcome[] {
  const asked = withShares(questionnaire, situation)
  const outcomes = situation.methods.map((method) => ({
    method,
    truths: towns.map((town) => truthOf(town, layout, method)),
    truth: 0,
    stated: 0,
    naive: 0,
    covered: { stated: 0, naive: 0, cautious: 0, widest: 0 },
  }))
  for (let run = 0; run < runs; run++) {
    const place = run % towns.length
    const town = towns[place]!
    const forms = hold(
      situation,
      town,
      asked,
      `${seed}|${run}`,
      seededRandom(`${seed}|${situation.id}|${run}`),
    )
    const look = lookAt(forms, situation, town, layout)
    for (const outcome of outcomes) {
      const truth = outcome.truths[place]!
      const seen = look(outcome.method)
      outcome.truth += truth
      outcome.stated += (seen.stated.value ?? 0) / 100
      outcome.naive += seen.naive.value
      if (isIn(truth, seen.stated.interval)) outcome.covered.stated++
      if (isIn(truth, seen.naive)) outcome.covered.naive++
      if (isIn(truth, seen.cautious)) outcome.covered.cautious++
      if (isIn(truth, seen.widest)) outcome.covered.widest++
    }
  }
  return outcomes.map(({ method, truth, stated, naive, covered }) => ({
    method,
    truth: truth / runs,
    stated: stated / runs,
    naive: naive / runs,
    covered: {
      stated: covered.stated / runs,
      naive: covered.naive / runs,
      cautious: situation.silence === 'biased' ? covered.cautious / runs : null,
      widest: situation.silence === 'biased' ? covered.widest / runs : null,
    },
  }))
}

interface Seen {
  stated: Judged
  naive: { value: number; low: number; high: number }
  cautious?: { low: number; high: number }
  widest?: { low: number; high: number }
}

/** Everything that can be asked of the forms of one run; bounds only where silence is biased, for they cost the most. */
function lookAt(
  forms: readonly SurveyForm[],
  { silence, shares, isWeighedByVolume }: Situation,
  { volumes }: Town,
  layout: IndexLayout,
): (method: MethodId) => Seen {
  const weigh = (some: readonly SurveyForm[]) =>
    isWeighedByVolume ? weighByVolume(some, volumes).forms : some
  const suppositions = silence === 'biased' ? suppose(forms, layout, weigh) : undefined
  const sorted = suppositions?.likeAnswered ?? sortForms(weigh(forms), layout)
  // Where all chances and weights are equal the plain figure is the same.
  const plain = shares || isWeighedByVolume ? sortForms(withoutDesign(forms), layout) : sorted
  return (method) => {
    const options = { method, minimumPeople: 30 }
    const stated = wholeOf(sorted, layout, options)
    const naive = naiveFigure(plain, layout, method)
    if (!suppositions) return { stated, naive }
    const { cautious, widest } = silenceBounds(suppositions, layout, options)
    return { stated, naive, ...(cautious && { cautious }), ...(widest && { widest }) }
  }
}

/** @param interval hundredths of a percent */
function isIn(truth: number, interval: { low: number; high: number } | undefined): boolean {
  return interval !== undefined && truth * 100 >= interval.low && truth * 100 <= interval.high
}

function withShares(questionnaire: Questionnaire, { shares = {} }: Situation): Questionnaire {
  const items = questionnaire.items.map((item, place) => ({ ...item, share: shares[place] ?? item.share }))
  return { ...questionnaire, items, outsideIndex: [] }
}

function hold(
  situation: Situation,
  { people }: Town,
  questionnaire: Questionnaire,
  rotationSeed: string,
  random: SeededRandom,
): SurveyForm[] {
  const places = new Map(questionnaire.items.map(({ id }, place) => [id, place]))
  const { itemsAPerson } = situation
  const rotation =
    itemsAPerson === undefined
      ? undefined
      : createRotation(questionnaire, { seed: rotationSeed, itemsAPerson, outsideIndexOneIn: 1 })
  return draw(people, situation.invited, random).map((person, number) => {
    const asked = rotation?.assign(number).items ?? questionnaire.items.map(({ id }) => ({ item: id }))
    let isThere = random.share() < situation.answers(person)
    return {
      stratum: person.field,
      asked: asked.map((one) => {
        const answer: Answer = isThere ? person.opinions[places.get(one.item)!]! : 'unanswered'
        if (isThere) isThere = random.share() < situation.goesOn
        return { ...one, answer }
      }),
    }
  })
}

/** So many different people. */
function draw(people: readonly Person[], count: number, random: SeededRandom): Person[] {
  const pool = [...people]
  return Array.from({ length: count }, () => {
    const place = random.below(pool.length)
    const drawn = pool[place]!
    pool[place] = pool.at(-1)!
    pool.pop()
    return drawn
  })
}

/** As if everybody had been asked everything. */
function withoutDesign(forms: readonly SurveyForm[]): SurveyForm[] {
  return forms.map(({ asked }) => ({ asked: asked.map(({ item, answer }) => ({ item, answer })) }))
}

/** What is printed today: the plain figure, and ± 1.96 × √(p(1 − p)/n) as if all answers were independent. */
function naiveFigure(
  forms: readonly CountedForm[],
  layout: IndexLayout,
  method: MethodId,
): { value: number; low: number; high: number } {
  const { value, answers }: Judged = wholeOf(forms, layout, { method, minimumPeople: 30 })
  const share = (value ?? 0) / 10_000
  const margin = 1.96 * Math.sqrt((share * (1 - share)) / answers)
  return { value: share * 100, low: (share - margin) * 10_000, high: (share + margin) * 10_000 }
}
