import { fieldName } from '../field-name.ts'
import { looseKey } from '../loose-key.ts'
import type { Procedure } from '../procedure.ts'
import type { SearchOffice } from './catalogue-facts.ts'
import type { Group, Ranking } from './rank.ts'

/** In the ranker's own unit; two titles this close differ by nothing that a question said. */
const nearTie = 0.15
/** Nobody sees the order further down. */
const shownGroups = 6

/**
 * Puts what the office itself does before the rest where the words leave it open, among copies of one name and among
 * neighbours. What the question says clearly is never overruled.
 */
export function ownFieldsFirst({ fields = [] }: SearchOffice): (ranking: Ranking) => Ranking {
  const own = new Set(fields.map(keyOf))
  if (own.size === 0) return (ranking) => ranking
  const isOwn = ({ field }: Procedure) => own.has(keyOf(field))

  function ownMember(group: Group): Group {
    if (isOwn(group.best.procedure)) return group
    const best = group.members.find(({ procedure, score }) => {
      return isOwn(procedure) && group.best.score - score < nearTie
    })
    return best ? { ...group, best } : group
  }

  return (ranking) => {
    const groups = ranking.map((group, i) => (i < shownGroups ? ownMember(group) : group))
    for (let i = 1; i < Math.min(groups.length, shownGroups); i++) {
      const [before, after] = [groups[i - 1]!, groups[i]!]
      const isTie = before.score - after.score < nearTie
      if (!isTie || isOwn(before.best.procedure) || !isOwn(after.best.procedure)) continue
      // Scores keep falling, for the margin between first and second is a sign of sureness.
      groups[i - 1] = { ...after, score: before.score }
      groups[i] = { ...before, score: after.score }
    }
    return groups
  }
}

function keyOf(field: string): string {
  return looseKey(fieldName(field))
}
