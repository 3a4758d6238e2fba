import type { IndexLayout, SurveyForm } from '../../../src/surveys/index/form.ts'
import type { MethodId } from '../../../src/surveys/index/methods.ts'

/**
 * The formulas of docs/index-methods.md word for word, one answer after another, over one common denominator: slow,
 * and written without looking at `src/surveys/index`. Values in hundredths of a percent; undefined without valid answers.
 */
export function naiveIndex(forms: readonly SurveyForm[], layout: IndexLayout, method: MethodId) {
  const rows = forms
    .filter((form) => form.isAssisted !== true)
    .flatMap((form) =>
      form.asked
        .filter(({ answer }) => answer !== 'never-used' && answer !== 'unanswered')
        .map(({ item, answer, chance }) => ({
          item,
          level: BigInt(answer),
          // weight ÷ chance; parts and wholes are at most 9, so 2520² has room for every denominator
          weight:
            (common * BigInt((form.weight?.part ?? 1) * (chance?.whole ?? 1))) /
            BigInt((form.weight?.whole ?? 1) * (chance?.part ?? 1)),
        })),
    )
  type Item = IndexLayout['groups'][number]['items'][number]
  /** [numerator, denominator] of Σ w·score ÷ Σ w */
  const ratioOf = (items: readonly { id: string; weight: number }[]): [bigint, bigint] | undefined => {
    let top = 0n
    let bottom = 0n
    for (const { item, level, weight } of rows) {
      const found = items.find(({ id }) => id === item)
      if (!found) continue
      const w = weight * BigInt(found.weight)
      bottom += w
      if (method === 'mean_over_5') top += w * level
      else if (method === 'mean_rescaled') top += w * (level - 1n)
      else if (level === 4n || level === 5n) top += w
    }
    const scale = method === 'mean_over_5' ? 5n : method === 'mean_rescaled' ? 4n : 1n
    return bottom === 0n ? undefined : [top, bottom * scale]
  }
  const mean = (parts: readonly { weight: number; ratio: [bigint, bigint] | undefined }[]) => {
    const counted = parts.filter((part) => part.ratio !== undefined)
    if (counted.length === 0) return undefined
    const bottom = counted.reduce((product, { ratio }) => product * ratio![1], 1n)
    const weights = counted.reduce((sum, { weight }) => sum + BigInt(weight), 0n)
    const top = counted.reduce((sum, { weight, ratio }) => {
      return sum + (BigInt(weight) * ratio![0] * bottom) / ratio![1]
    }, 0n)
    return [top, bottom * weights] as [bigint, bigint]
  }
  const byItem = (items: readonly Item[], factor = 1) =>
    items.map(({ id, weight }) => ({ weight: weight * factor, ratio: ratioOf([{ id, weight: 1 }]) }))

  const groups = layout.groups.map(({ items }) =>
    rounded(method === 'share45_mean_of_items' ? mean(byItem(items)) : ratioOf(items)),
  )
  const items = layout.groups.flatMap((group) =>
    group.items.map(({ id }) => rounded(ratioOf([{ id, weight: 1 }]))),
  )
  const whole = () => {
    switch (method) {
      case 'share45_mean_of_groups':
        return mean(layout.groups.map((group) => ({ weight: group.weight, ratio: ratioOf(group.items) })))
      case 'share45_mean_of_items':
        return mean(layout.groups.flatMap((group) => byItem(group.items, group.weight)))
      default:
        return ratioOf(
          layout.groups.flatMap((group) =>
            group.items.map(({ id, weight }) => ({ id, weight: weight * group.weight })),
          ),
        )
    }
  }
  return { whole: rounded(whole()), groups, items }
}

const common = 2520n * 2520n

/** Half-up by looking at the remainder. */
function rounded(ratio: [bigint, bigint] | undefined): number | undefined {
  if (!ratio) return undefined
  const [top, bottom] = [ratio[0] * 10_000n, ratio[1]]
  const down = top / bottom
  return Number((top - down * bottom) * 2n >= bottom ? down + 1n : down)
}
