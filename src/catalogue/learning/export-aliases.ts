import { stringify } from 'yaml'
import type { SearchAlias } from './search-alias.ts'

/**
 * What is kept, to be carried into the files that staff edit: `aliases` as in `data/catalogue`, `rules` as in
 * `intents/lay-words-*.yaml`; who kept them and why stands in comments. Empty lists when nothing is kept.
 */
export function exportAliases(aliases: readonly SearchAlias[], nameOf: (by: string) => string): string {
  const kept = aliases.filter(({ takenBack }) => !takenBack).reverse()
  const noteOf = ({ by, at, reason }: SearchAlias) =>
    ` # ${[at.toISOString().slice(0, 10), nameOf(by), reason].join(' · ').replace(/\s+/g, ' ')}`
  const entry = (alias: SearchAlias, value: object) =>
    `  - ${stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()}${noteOf(alias)}`
  const named = kept.flatMap((alias) =>
    alias.taught.kind === 'alias'
      ? [entry(alias, { code: alias.taught.code, aliases: [alias.taught.words] })]
      : [],
  )
  const rules = kept.flatMap((alias) =>
    alias.taught.kind === 'lay-word'
      ? [entry(alias, { say: [alias.taught.words], means: [alias.taught.means] })]
      : [],
  )
  const list = (name: string, entries: readonly string[]) =>
    entries.length === 0 ? `${name}: []` : [`${name}:`, ...entries].join('\n')
  return `${list('procedures', named)}\n${list('rules', rules)}\n`
}
