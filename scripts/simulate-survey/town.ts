import type { Answer, IndexLayout } from '../../src/surveys/index/form.ts'
import type { MethodId } from '../../src/surveys/index/methods.ts'
import type { Level } from '../../src/surveys/questionnaire.ts'
import { type SeededRandom, seededRandom } from '../../src/surveys/seeded-random.ts'

/** Everybody who got a result in the period, with what each of them thinks of every item: the truth that no office knows. */
export interface Town {
  people: readonly Person[]
  /** Finished dossiers per procedure field. */
  volumes: ReadonlyMap<string, number>
}

export interface Person {
  field: string
  /** In the order of the layout's items; `never-used` stays out of the truth too. */
  opinions: readonly Exclude<Answer, 'unanswered'>[]
  /** Share of 4 and 5 among the person's levels. */
  contentment: number
}

const fields = [
  { name: 'de', share: 0.5, mood: 0.25 },
  { name: 'vua', share: 0.3, mood: 0 },
  { name: 'kho', share: 0.2, mood: -0.9 },
] as const

/** Where a mood, about normal with spread 1, turns into the next level: about 2, 4, 8, 46 and 40 % for an average item. */
const steps = [-2.05, -1.55, -1.08, 0.25]

/** Ten towns between about 70 and 96 % satisfied: near 100 % is where intervals fail first. */
export function makeTowns(layout: IndexLayout, size: number, seed: string): Town[] {
  return Array.from({ length: 10 }, (_, town) => {
    return makeTown(layout, size, { seed: `${seed}|${town}`, mood: -0.4 + 0.15 * town })
  })
}

/**
 * @param layout its last group is about petitions, which one person in five ever sent
 * @param mood how the whole town differs from an ordinary one
 */
export function makeTown(
  layout: IndexLayout,
  size: number,
  { seed, mood }: { seed: string; mood: number },
): Town {
  const random = seededRandom(`${seed}|town`)
  const groups = layout.groups.map(({ items }) => items.map(() => mood + 0.7 * (random.share() - 0.5)))
  const people = Array.from({ length: size }, () => makePerson(groups, random))
  const volumes = new Map<string, number>()
  for (const { field } of people) volumes.set(field, (volumes.get(field) ?? 0) + 1)
  return { people, volumes }
}

function makePerson(groups: readonly (readonly number[])[], random: SeededRandom): Person {
  const drawn = random.share()
  const field = drawn < 0.5 ? fields[0] : drawn < 0.8 ? fields[1] : fields[2]
  // Answers of one person hang together: a third of the spread is the person's, the rest the item's moment.
  const person = field.mood + 0.58 * normal(random)
  const everPetitioned = random.share() < 0.2
  const opinions = groups.flatMap((items, group) =>
    items.map((ease) => {
      const mood = person + ease + 0.81 * normal(random)
      const isPetition = group === groups.length - 1
      return isPetition && !everPetitioned ? 'never-used' : levelOf(mood)
    }),
  )
  const given = opinions.filter((opinion) => opinion !== 'never-used')
  const contentment = given.filter((level) => level >= 4).length / given.length
  return { field: field.name, opinions, contentment }
}

function levelOf(mood: number): Level {
  return (1 + steps.filter((step) => mood >= step).length) as Level
}

/** Sum of twelve even draws less six: mean 0, spread 1, and near enough to normal. */
function normal(random: SeededRandom): number {
  let sum = -6
  for (let draw = 0; draw < 12; draw++) sum += random.share()
  return sum
}

/** What the index would be if everybody were asked everything, in percent; a calculation apart from `src/surveys/index`. */
export function truthOf({ people }: Town, layout: IndexLayout, method: MethodId): number {
  const places = layout.groups.flatMap(({ items }) => items).length
  const counts = Array.from({ length: places }, () => ({ satisfied: 0, sum: 0, valid: 0 }))
  for (const { opinions } of people) {
    for (const [place, opinion] of opinions.entries()) {
      if (opinion === 'never-used') continue
      const count = counts[place]!
      count.valid++
      count.sum += opinion
      if (opinion >= 4) count.satisfied++
    }
  }
  const share = (some: typeof counts) => 100 * (total(some, 'satisfied') / total(some, 'valid'))
  const mean = total(counts, 'sum') / total(counts, 'valid')
  switch (method) {
    case 'share45_pooled':
      return share(counts)
    case 'share45_mean_of_groups': {
      const rest = [...counts]
      return average(layout.groups.map(({ items }) => share(rest.splice(0, items.length))))
    }
    case 'share45_mean_of_items':
      return average(counts.map((count) => share([count])))
    case 'mean_over_5':
      return (100 * mean) / 5
    case 'mean_rescaled':
      return (100 * (mean - 1)) / 4
  }
}

function total<K extends string>(counts: readonly Record<K, number>[], key: K): number {
  return counts.reduce((sum, count) => sum + count[key], 0)
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
