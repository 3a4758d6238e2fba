import type { LocalFacts, Procedure } from './procedure.ts'

/** What a local decision can set. */
export const localParts = ['time', 'fee', 'place'] as const
export type LocalPart = (typeof localParts)[number]

/** The decision that holds for a part here, when there is one. */
export function localFactsOn(procedure: Procedure, part: LocalPart): LocalFacts | undefined {
  return procedure.local?.find((facts) => hasPart(facts, part))
}

export function hasPart(facts: LocalFacts, part: LocalPart): boolean {
  switch (part) {
    case 'time':
      return facts.time !== undefined || facts.methods !== undefined
    case 'fee':
      return facts.fee !== undefined
    case 'place':
      return facts.place !== undefined
  }
}

/**
 * The procedure as it is done here: local time, fee and place in the places of the national ones. A local time without
 * channels stands in each published channel; where none is published it is only in `local` (`localTime` reads it), since
 * nobody has said how to hand in.
 */
export function withLocalFacts(procedure: Procedure): Procedure {
  if (!procedure.local) return procedure
  const { fee } = localFactsOn(procedure, 'fee') ?? {}
  const { place } = localFactsOn(procedure, 'place') ?? {}
  const { time, methods } = localFactsOn(procedure, 'time') ?? {}
  const channels = [...new Set(procedure.methods?.map(({ channel }) => channel) ?? [])]
  const timed = time === undefined ? [] : channels.map((channel) => ({ channel, time }))
  const shown = methods ?? timed
  return {
    ...procedure,
    ...(fee ? { fee } : {}),
    ...(place ? { filingPlace: place } : {}),
    ...(shown.length > 0 ? { methods: shown } : {}),
  }
}

/** The one time that a local decision sets for every channel. */
export function localTime(procedure: Procedure): string | undefined {
  return localFactsOn(procedure, 'time')?.time
}
