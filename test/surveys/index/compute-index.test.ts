import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computeIndex } from '../../../src/surveys/index/compute-index.ts'
import type { Answer, AskedItem, IndexLayout, Ratio, SurveyForm } from '../../../src/surveys/index/form.ts'
import { layoutByCriterion, layoutOf } from '../../../src/surveys/index/form.ts'
import { indexMethods, type MethodId, methodIds } from '../../../src/surveys/index/methods.ts'
import { readAnswersCsv } from '../../../src/surveys/index/read-answers-csv.ts'
import { createRotation } from '../../../src/surveys/rotation.ts'
import { questionnaire, surveyTexts } from '../read-surveys.ts'
import { naiveIndex } from './naive-index.ts'
import { exampleCsv } from './worked-example.ts'

const compute = (forms: readonly SurveyForm[], layout: IndexLayout, method: MethodId) =>
  computeIndex(forms, layout, { method, minimumPeople: 30 })

describe('the worked example of docs/index-methods.md', () => {
  const read = readAnswersCsv({ name: 'example.csv', text: exampleCsv() }, surveyTexts)
  if (read.kind !== 'answers') throw new Error('the example does not read')
  const { forms, layout } = read

  // Whole, then the groups I to V; of the group means by hand: (96.50 + 95.00 + 97.20 + 97.33 + 86.11) ÷ 5 = 94.43.
  // Of the items: (4 × 96.5 + 4 × 95 + 5 × 97.2 + 3 × 97.333 + 3 × 86.111) ÷ 19 = 94.8596.
  const shares = [9650, 9500, 9720, 9733, 8611]
  it.each([
    ['share45_pooled', 9605, shares],
    ['share45_mean_of_groups', 9443, shares],
    ['share45_mean_of_items', 9486, shares],
  ] as const)('%s', (method, whole, groups) => {
    const result = compute(forms, layout, method)
    expect(result.whole.value).toBe(whole)
    expect(result.groups.map(({ value }) => value)).toEqual(groups)
  })

  it.each([
    ['mean_over_5', 8902],
    ['mean_rescaled', 8627],
  ] as const)('%s', (method, whole) => {
    expect(compute(forms, layout, method).whole.value).toBe(whole)
  })

  it('counts what the figures are made of', () => {
    const { whole, groups, items, forms: counts } = compute(forms, layout, 'share45_pooled')
    expect(whole).toMatchObject({ people: 50, answers: 836, satisfied: 803, levels: [2, 6, 25, 383, 420] })
    // 100 × 803 ÷ 836 in lowest terms.
    expect(whole.exact).toEqual({ num: 1825n, den: 19n })
    expect(groups.map(({ answers, satisfied }) => [satisfied, answers])).toEqual([
      [193, 200],
      [190, 200],
      [243, 250],
      [146, 150],
      [31, 36],
    ])
    expect(items).toHaveLength(19)
    expect(counts).toEqual({ asked: 50, answered: 50, valid: 50, assisted: 0 })
    expect(groups.map(({ isTooFew }) => isTooFew)).toEqual([false, false, false, false, true])
  })
})

/** Layouts with weights, forms with chances and weights, never-used and unanswered ones, staff's ones. */
const ratio = fc.record({ part: fc.integer({ min: 1, max: 9 }), whole: fc.integer({ min: 1, max: 9 }) })
const chance: fc.Arbitrary<Ratio> = ratio.map(({ part, whole }) => ({
  part: Math.min(part, whole),
  whole: Math.max(part, whole),
}))
const layouts: fc.Arbitrary<IndexLayout> = fc
  .array(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 4,
  })
  .chain((groups) =>
    fc
      .array(fc.integer({ min: 1, max: 4 }), { minLength: groups.length, maxLength: groups.length })
      .map((weights) => ({
        groups: groups.map((items, group) => ({
          id: `G${group}`,
          name: `G${group}`,
          weight: weights[group]!,
          items: items.map((weight, item) => ({ id: `G${group}.${item}`, weight })),
        })),
      })),
  )
const answer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Answer>(1, 2, 3, 4, 5) },
  { weight: 1, arbitrary: fc.constantFrom<Answer>('never-used', 'unanswered') },
)
const itemsOf = (layout: IndexLayout) => layout.groups.flatMap(({ items }) => items.map(({ id }) => id))
const formsFor = (layout: IndexLayout): fc.Arbitrary<SurveyForm[]> =>
  fc.array(
    fc.record(
      {
        asked: fc
          .subarray(itemsOf(layout))
          .chain((items) =>
            fc.tuple(
              ...items.map((item) =>
                fc.record({ item: fc.constant(item), answer, chance }, { requiredKeys: ['item', 'answer'] }),
              ),
            ),
          ),
        weight: ratio,
        isAssisted: fc.boolean(),
      },
      { requiredKeys: ['asked'] },
    ),
    { maxLength: 25 },
  ) as fc.Arbitrary<SurveyForm[]>
const surveys = layouts.chain((layout) => fc.record({ layout: fc.constant(layout), forms: formsFor(layout) }))

/** The same to the last bit. */
const bytes = (value: unknown) =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part))

describe.each(methodIds)('%s', (method) => {
  const { worst } = indexMethods[method]

  it('agrees with a naive calculation in whole numbers: whole, groups and items', () => {
    fc.assert(
      fc.property(surveys, ({ layout, forms }) => {
        const result = compute(forms, layout, method)
        const naive = naiveIndex(forms, layout, method)
        expect(result.whole.value).toEqual(naive.whole)
        expect(result.groups.map(({ value }) => value)).toEqual(naive.groups)
        expect(result.items.map(({ value }) => value)).toEqual(naive.items)
      }),
      { numRuns: 150 },
    )
  })

  it('gives the same bytes for the same answers in any order', () => {
    const orders = surveys.chain(({ layout, forms }) =>
      fc.record({
        layout: fc.constant(layout),
        forms: fc.constant(forms),
        mixed: fc.shuffledSubarray(forms, { minLength: forms.length }),
      }),
    )
    fc.assert(
      fc.property(orders, ({ layout, forms, mixed }) => {
        const turned = mixed.map((form) => ({ ...form, asked: [...form.asked].reverse() }))
        expect(bytes(compute(turned, layout, method))).toBe(bytes(compute(forms, layout, method)))
      }),
      { numRuns: 100 },
    )
  })

  it('stays between the worst and the best, inside its own interval', () => {
    fc.assert(
      fc.property(surveys, ({ layout, forms }) => {
        const { whole, groups, items } = compute(forms, layout, method)
        for (const { value, interval, answers } of [whole, ...groups, ...items]) {
          if (answers === 0) {
            expect(value).toBeUndefined()
            continue
          }
          expect(value).toBeGreaterThanOrEqual(worst * 100)
          expect(value).toBeLessThanOrEqual(10_000)
          expect(interval!.low).toBeGreaterThanOrEqual(worst * 100)
          expect(interval!.low).toBeLessThanOrEqual(value!)
          expect(interval!.high).toBeGreaterThanOrEqual(value!)
          expect(interval!.high).toBeLessThanOrEqual(10_000)
          expect(Number.isFinite(interval!.effectiveAnswers)).toBe(true)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('never falls when one answer gets better', () => {
    const raised = surveys.chain(({ layout, forms }) =>
      fc.record({ layout: fc.constant(layout), forms: fc.constant(forms), which: fc.nat() }),
    )
    fc.assert(
      fc.property(raised, ({ layout, forms, which }) => {
        const better = raise(forms, which)
        fc.pre(better !== undefined)
        const before = compute(forms, layout, method).whole.value
        const after = compute(better!, layout, method).whole.value
        expect(after!).toBeGreaterThanOrEqual(before!)
      }),
      { numRuns: 150 },
    )
  })

  it('does not move when all forms come twice, or all weights grow alike', () => {
    fc.assert(
      fc.property(surveys, fc.integer({ min: 2, max: 50 }), ({ layout, forms }, factor) => {
        const { exact } = compute(forms, layout, method).whole
        expect(compute([...forms, ...forms], layout, method).whole.exact).toEqual(exact)
        const heavier = forms.map((form) => {
          const { part, whole } = form.weight ?? { part: 1, whole: 1 }
          return { ...form, weight: { part: part * factor, whole } }
        })
        expect(compute(heavier, layout, method).whole.exact).toEqual(exact)
      }),
      { numRuns: 60 },
    )
  })

  it('leaves never-used, unanswered and staff entries out, wherever they stand', () => {
    fc.assert(
      fc.property(surveys, ({ layout, forms }) => {
        const without = forms
          .filter(({ isAssisted }) => !isAssisted)
          .map((form) => ({
            ...form,
            asked: form.asked.filter(({ answer: one }) => typeof one === 'number'),
          }))
        const [all, some] = [compute(forms, layout, method), compute(without, layout, method)]
        expect(all.whole.exact).toEqual(some.whole.exact)
        expect(all.groups.map(({ exact }) => exact)).toEqual(some.groups.map(({ exact }) => exact))
      }),
      { numRuns: 60 },
    )
  })

  it('of one lap of the rotation, asked of like-minded people, is that of whole forms: the design takes nothing away', () => {
    const shipped = questionnaire('sipas-19')
    const designs = fc.record({
      shares: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 19, maxLength: 19 }),
      opinions: fc.array(fc.constantFrom<Answer>(1, 2, 3, 4, 5, 'never-used'), {
        minLength: 19,
        maxLength: 19,
      }),
      itemsAPerson: fc.integer({ min: 1, max: 3 }),
      seed: fc.string(),
    })
    fc.assert(
      fc.property(designs, ({ shares, opinions, itemsAPerson, seed }) => {
        const items = shipped.items.map((item, place) => ({ ...item, share: shares[place]! }))
        const opinionOf = new Map(items.map(({ id }, place) => [id, opinions[place]!]))
        const asked = { ...shipped, items }
        const rotation = createRotation(asked, { seed, itemsAPerson, outsideIndexOneIn: 4 })
        const lap = shares.reduce((sum, share) => sum + share, 0)
        const forms = Array.from({ length: lap }, (_, number) => ({
          asked: rotation
            .assign(number)
            .items.map(({ item, chance: odds }) => ({ item, chance: odds, answer: opinionOf.get(item)! })),
        }))
        const whole = [{ asked: items.map(({ id }) => ({ item: id, answer: opinionOf.get(id)! })) }]
        const layout = layoutOf(asked)
        expect(compute(forms, layout, method).whole.exact).toEqual(compute(whole, layout, method).whole.exact)
      }),
      { numRuns: 40 },
    )
  })
})

// A mean over groups or items may leave the range of its halves, for the say of each answer depends on the others.
describe.each(methodIds.filter((id) => indexMethods[id].averages === 'answers'))('%s', (method) => {
  it('of two surveys together lies between the two', () => {
    const pairs = layouts.chain((layout) => fc.tuple(fc.constant(layout), formsFor(layout), formsFor(layout)))
    fc.assert(
      fc.property(pairs, ([layout, one, other]) => {
        const [a, b] = [one, other].map((forms) => compute(forms, layout, method).whole.value)
        fc.pre(a !== undefined && b !== undefined)
        const both = compute([...one, ...other], layout, method).whole.value!
        expect(both).toBeGreaterThanOrEqual(Math.min(a!, b!))
        expect(both).toBeLessThanOrEqual(Math.max(a!, b!))
      }),
      { numRuns: 80 },
    )
  })
})

function raise(forms: readonly SurveyForm[], which: number): SurveyForm[] | undefined {
  const improvable = forms.flatMap((form, place) =>
    form.isAssisted
      ? []
      : form.asked.flatMap(({ answer: one }, question) =>
          typeof one === 'number' && one < 5 ? [{ place, question }] : [],
        ),
  )
  if (improvable.length === 0) return undefined
  const { place, question } = improvable[which % improvable.length]!
  return forms.map((form, index) => {
    if (index !== place) return form
    const asked = form.asked.map((one, number): AskedItem => {
      return number === question ? { ...one, answer: ((one.answer as number) + 1) as Answer } : one
    })
    return { ...form, asked }
  })
}

describe('rounding', () => {
  const layout: IndexLayout = { groups: [{ id: 'A', name: 'A', weight: 1, items: [{ id: '1', weight: 1 }] }] }
  const survey = (satisfied: number, n: number): SurveyForm[] =>
    Array.from({ length: n }, (_, form) => ({ asked: [{ item: '1', answer: form < satisfied ? 5 : 1 }] }))

  it.each([
    // 1/160 = 0.625 % and 3/800 = 0.375 %: half goes up; in floating point 1.005 becomes 1.00.
    [1, 160, 63],
    [3, 800, 38],
    [201, 20_000, 101],
    [1, 3, 3333],
    [2, 3, 6667],
    [19_999, 20_000, 10_000],
    [0, 7, 0],
  ])('%d of %d is %d hundredths of a percent', (satisfied, n, value) => {
    expect(compute(survey(satisfied, n), layout, 'share45_pooled').whole.value).toBe(value)
  })
})

describe('the official criteria', () => {
  it('hold the six groups of the office: two in I, one in each other', () => {
    const six = questionnaire('sau-nhom')
    const layout = layoutByCriterion(six, { I: 'Tiếp cận dịch vụ' })
    expect(layout.groups.map(({ id, items }) => [id, items.length])).toEqual([
      ['I', 6],
      ['II', 3],
      ['III', 2],
      ['IV', 2],
      ['V', 2],
    ])
    const asked = six.items.map(({ id, group }) => ({ item: id, answer: (group === 'G2' ? 3 : 5) as Answer }))
    const { groups, whole } = compute([{ asked }], layout, 'share45_pooled')
    // By hand: criterion I has 4 of 6 satisfied, all 13 of 15.
    expect(groups.map(({ value }) => value)).toEqual([6667, 10_000, 10_000, 10_000, 10_000])
    expect(whole.value).toBe(8667)
  })
})
