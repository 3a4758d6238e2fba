import type { Procedure } from '../src/catalogue/procedure.ts'

/** Ways in which people spoil the name of a procedure, for tests and for training; `random` makes each run alike. */
export function withTypo(name: string, random: () => number): string {
  const words = name.split(' ')
  const long = words.flatMap((word, i) => (/^[a-z]{4,}$/.test(word) ? [i] : []))
  const at = long[Math.floor(random() * long.length)]
  if (at === undefined) return name
  const word = words[at]!
  const cut = 1 + Math.floor(random() * (word.length - 2))
  const slip = Math.floor(random() * 3)
  const typo =
    slip === 0
      ? word.slice(0, cut) + word.slice(cut + 1)
      : slip === 1
        ? word.slice(0, cut) + word[cut + 1]! + word[cut]! + word.slice(cut + 2)
        : word.slice(0, cut) + word[cut]! + word.slice(cut)
  return words.map((known, i) => (i === at ? typo : known)).join(' ')
}

export function dropAndShuffle(name: string, random: () => number): string {
  const kept = name.split(' ').filter(() => random() >= 0.25)
  return kept
    .map((word) => ({ word, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ word }) => word)
    .join(' ')
}

/** A small generator with a seed, so that every run spoils alike. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** So many of all names, long ones too, spread evenly over the list; another `offset` (0 to 1) takes others. */
export function namesSpread(procedures: readonly Procedure[], size: number, offset = 0): Procedure[] {
  const distinct = [...new Map(procedures.map((procedure) => [procedure.name, procedure])).values()]
  return Array.from(
    { length: size },
    (_, i) => distinct[Math.floor(((i + offset) * distinct.length) / size)]!,
  )
}
