import type { Ranking } from './rank.ts'
import type { SearchIntents } from './search-intents.ts'

/** In the ranker's own unit: so far apart two names of one thing may come out. */
const twinGap = 3
/** Nobody sees the order further down. */
const shownGroups = 5

/** Puts the main one of two twins (`intents/sayings`) before the other when both come near the top. */
export function mainTwinFirst(ranking: Ranking, twins: SearchIntents['twins']): Ranking {
  if (twins.size === 0) return ranking
  const groups = [...ranking]
  for (let i = 0; i < Math.min(shownGroups, groups.length); i++) {
    const group = groups[i]!
    const main = twins.get(group.best.procedure.code)
    // Names that differ in a word of courtesy are one group.
    const member = group.members.find(({ procedure }) => procedure.code === main)
    if (member) {
      groups[i] = { ...group, best: member }
      continue
    }
    const at = main === undefined ? -1 : groups.findIndex(({ best }) => best.procedure.code === main)
    if (at <= i || group.score - groups[at]!.score > twinGap) continue
    const [moved] = groups.splice(at, 1)
    // Scores keep falling, for the margin between first and second is a sign of sureness.
    groups.splice(i, 0, { ...moved!, score: group.score })
  }
  return groups
}

/** Whether a near one of the ranking is the twin of the first: nobody can say which of them the person needs. */
export function hasTwin([first, ...others]: Ranking, twins: SearchIntents['twins']): boolean {
  if (!first) return false
  const { code } = first.best.procedure
  return others.some(({ best, score }) => {
    const other = best.procedure.code
    return first.score - score <= twinGap && (twins.get(other) === code || twins.get(code) === other)
  })
}
