import type { Ratio } from './index/form.ts'
import type { Questionnaire } from './questionnaire.ts'
import { type SeededRandom, seededRandom, shuffled } from './seeded-random.ts'

/**
 * Which questions a person is asked (matrix sampling): one to three of them, so that every item gets its share. Stored
 * with the invitation, because the index weighs an answer by the chance of having been asked.
 */
export interface Assignment {
  /** In the order of asking. */
  items: readonly { item: string; chance: Ratio }[]
  /** Asked last, not part of the index. */
  outsideIndex?: string
}

export interface RotationRules {
  /** Another seed gives other, equally balanced assignments. */
  seed: string
  itemsAPerson: number
  /** One person in so many is asked a question outside the index too; never more than three questions in all. */
  outsideIndexOneIn: number
}

export interface Rotation {
  /** @param number of the invitation, counted from 0 without gaps over one survey */
  assign(number: number): Assignment
}

type Asked = Pick<Questionnaire, 'id' | 'version' | 'items' | 'outsideIndex'>

const mostQuestions = 3

/**
 * The same for the same questionnaire, rules and number, in any order and any process. Balanced: of every S people in a
 * row, counted from number 0 (S = sum of shares), each item is asked of exactly `itemsAPerson × share`; of every
 * S × itemsAPerson people it stands equally often first, second and third.
 *
 * How: systematic sampling (Madow 1949). The items lie side by side on a ring, each as long as its share × itemsAPerson; the
 * ring is read at `itemsAPerson` points S apart, and S people read it from S different starts.
 */
export function createRotation(
  { id, version, items, outsideIndex }: Asked,
  { seed, itemsAPerson, outsideIndexOneIn }: RotationRules,
): Rotation {
  const sum = items.reduce((total, { share }) => total + share, 0)
  const greedy = items.find(({ share }) => share * itemsAPerson > sum)
  if (greedy) throw new RangeError(`item ${greedy.id} would be asked twice of one person`)

  const random = (use: string) => seededRandom(`${seed}|${id}@${version}|${itemsAPerson}|${use}`)
  const chances = new Map(items.map((item) => [item.id, { part: item.share * itemsAPerson, whole: sum }]))
  const roundOf = remembered((round) => ({
    ring: shuffled(items, random(`ring|${round}`)),
    turns: drawTurns(random(`turns|${round}`), sum, itemsAPerson),
  }))
  const startsOf = remembered((lap) => shuffled([...Array(sum).keys()], random(`starts|${lap}`)))
  // At a place in each row of people that nobody can guess.
  const outsidePlaceOf = remembered((row) => random(`outside|${row}`).below(outsideIndexOneIn))

  return {
    assign(number) {
      const lap = Math.floor(number / sum)
      const { ring, turns } = roundOf(Math.floor(lap / itemsAPerson))
      const start = startsOf(lap)[number % sum]!
      const read = readRing(ring, itemsAPerson, sum, start)
      const turn = (turns[start]! + lap) % itemsAPerson
      const asked = [...read.slice(turn), ...read.slice(0, turn)]
      const assigned = asked.map((item) => ({ item: item.id, chance: chances.get(item.id)! }))
      if (outsideIndex.length === 0 || itemsAPerson >= mostQuestions) return { items: assigned }
      const row = Math.floor(number / outsideIndexOneIn)
      if (number % outsideIndexOneIn !== outsidePlaceOf(row)) return { items: assigned }
      return { items: assigned, outsideIndex: outsideIndex[row % outsideIndex.length]!.id }
    },
  }
}

function readRing<T extends { share: number }>(
  ring: readonly T[],
  points: number,
  sum: number,
  start: number,
): T[] {
  const read: T[] = []
  let end = 0
  for (const item of ring) {
    end += item.share * points
    if (start + read.length * sum < end) read.push(item)
  }
  return read
}

function drawTurns(random: SeededRandom, count: number, limit: number): number[] {
  return Array.from({ length: count }, () => random.below(limit))
}

/** Invitations come in order, so the last row that was drawn is nearly always the next one too. */
function remembered<T>(draw: (row: number) => T): (row: number) => T {
  let last: { row: number; drawn: T } | undefined
  return (row) => {
    if (last?.row !== row) last = { row, drawn: draw(row) }
    return last.drawn
  }
}
