import { eachInSteps, finish, type Steps } from '../../lib/steps.ts'
import { type Figure, figureSteps, type Part } from './figure.ts'
import type { IndexLayout, SurveyForm } from './form.ts'
import { type IndexMethod, indexMethods, type MethodId } from './methods.ts'
import { type CountedForm, sortFormsSteps } from './sort-forms.ts'

export interface IndexResult {
  method: { id: MethodId; version: number }
  whole: Judged
  groups: readonly (Judged & { id: string; name: string })[]
  items: readonly (Judged & { id: string; group: string })[]
  forms: FormCounts
}

/** A figure of fewer people than the minimum is shown as counts ("quá ít"), neither ranked nor compared. */
export type Judged = Figure & { isTooFew: boolean }

export interface FormCounts {
  /** People who were asked; as many as `answered` when silent ones are not known. */
  asked: number
  /** Anything at all, "chưa từng sử dụng" included. */
  answered: number
  /** At least one level. */
  valid: number
  /** Typed in by staff, left out. */
  assisted: number
}

export interface IndexOptions {
  method: MethodId
  /** Of people with a valid answer. */
  minimumPeople: number
}

/** The same forms in any order, with the same layout and options, give the same result to the last bit. */
export function computeIndex(
  forms: readonly SurveyForm[],
  layout: IndexLayout,
  options: IndexOptions,
): IndexResult {
  return finish(computeIndexSteps(forms, layout, options))
}

export function* computeIndexSteps(
  forms: readonly SurveyForm[],
  layout: IndexLayout,
  { method: id, minimumPeople }: IndexOptions,
): Steps<IndexResult> {
  const method = indexMethods[id]
  const sorted = yield* sortFormsSteps(forms, layout)
  function* judge(parts: readonly Part[]): Steps<Judged> {
    yield
    const figure = yield* figureSteps(sorted, parts, method)
    return { ...figure, isTooFew: figure.people < minimumPeople }
  }
  const places = placesOf(layout)
  const whole = yield* judge(wholeParts(places, method))
  const groups: (Judged & { id: string; name: string })[] = []
  const items: (Judged & { id: string; group: string })[] = []
  for (const { id: group, name, ...rest } of places) {
    groups.push({ id: group, name, ...(yield* judge(groupParts(rest, method))) })
    for (const { id: item, place } of rest.items) {
      items.push({ id: item, group, ...(yield* judge([{ weight: 1, items: [{ place, weight: 1 }] }])) })
    }
  }
  let assisted = 0
  yield* eachInSteps(forms, ({ isAssisted, count = 1 }) => {
    if (isAssisted) assisted += count
  })
  const counts = { ...countForms(sorted), assisted }
  return { method: { id, version: method.version }, whole, groups, items, forms: counts }
}

/** The whole figure alone, of forms that are sorted once and asked for several methods. */
export function wholeOf(sorted: readonly CountedForm[], layout: IndexLayout, options: IndexOptions): Judged {
  return finish(wholeSteps(sorted, layout, options))
}

export function* wholeSteps(
  sorted: readonly CountedForm[],
  layout: IndexLayout,
  { method: id, minimumPeople }: IndexOptions,
): Steps<Judged> {
  yield
  const method = indexMethods[id]
  const figure = yield* figureSteps(sorted, wholeParts(placesOf(layout), method), method)
  return { ...figure, isTooFew: figure.people < minimumPeople }
}

interface PlacedGroup {
  id: string
  name: string
  weight: number
  items: { id: string; place: number; weight: number }[]
}

function placesOf({ groups }: IndexLayout): PlacedGroup[] {
  let place = 0
  return groups.map(({ id, name, weight, items }) => ({
    id,
    name,
    weight,
    items: items.map((item) => ({ id: item.id, weight: item.weight, place: place++ })),
  }))
}

function wholeParts(groups: readonly PlacedGroup[], { averages }: IndexMethod): Part[] {
  switch (averages) {
    case 'answers': {
      const items = groups.flatMap((group) =>
        group.items.map(({ place, weight }) => ({ place, weight: weight * group.weight })),
      )
      return [{ weight: 1, items }]
    }
    case 'groups':
      return groups.map(({ weight, items }) => ({ weight, items }))
    case 'items':
      return groups.flatMap((group) =>
        group.items.map(({ place, weight }) => ({
          weight: weight * group.weight,
          items: [{ place, weight: 1 }],
        })),
      )
  }
}

function groupParts({ items }: Pick<PlacedGroup, 'items'>, { averages }: IndexMethod): Part[] {
  if (averages !== 'items') return [{ weight: 1, items }]
  return items.map(({ place, weight }) => ({ weight, items: [{ place, weight: 1 }] }))
}

function countForms(forms: readonly CountedForm[]): Omit<FormCounts, 'assisted'> {
  const total = { asked: 0, answered: 0, valid: 0 }
  for (const { count, answers } of forms) {
    total.asked += count
    if (answers.some(({ answer }) => answer !== 'unanswered')) total.answered += count
    if (answers.some(({ answer }) => typeof answer === 'number')) total.valid += count
  }
  return total
}
