import type { Procedure } from '../procedure.ts'
import type { SearchIntents } from '../search/search-intents.ts'
import { tokenise } from '../text/tokenise.ts'

/** What staff teach the search: a further name of one procedure, or an everyday word with its official words. */
export type NewWords =
  | { kind: 'alias'; words: string; code: string }
  | { kind: 'lay-word'; words: string; means: string }

/** Words that were kept, with who, when and why; taken back they stay for the record. */
export interface SearchAlias {
  id: string
  taught: NewWords
  /** Officer id, or "system" for the command line. */
  by: string
  at: Date
  reason: string
  /** Keys of the questions that they were kept for. */
  questionKeys: string[]
  /** Score of the labelled questions before and after. */
  effect: { before: number; after: number; lines: number }
  takenBack?: { by: string; at: Date; reason: string }
}

/** Port; the Mongo one is `storage/alias-store.ts`. */
export interface AliasStore {
  add(alias: Omit<SearchAlias, 'id'>): Promise<SearchAlias>
  /** Undefined when there is none, or it was taken back before. */
  takeBack(id: string, by: { by: string; at: Date; reason: string }): Promise<SearchAlias | undefined>
  /** Newest first, those taken back too. */
  list(): Promise<SearchAlias[]>
  /** What the search is to know, oldest first. */
  kept(): Promise<NewWords[]>
  /** Changes whenever `kept` does. Cheap, to notice what another process has done. */
  revision(): Promise<string>
}

/** More words than that are a story, which nobody says twice. */
const mostWords = 12

/** What is wrong with new words before anything is measured. */
export function faultOf(
  taught: NewWords,
  procedures: { byCode(code: string): Procedure | undefined },
): 'empty' | 'too-long' | 'no-such-procedure' | undefined {
  const count = tokenise(taught.words).length
  if (count === 0) return 'empty'
  if (count > mostWords) return 'too-long'
  if (taught.kind === 'alias') return procedures.byCode(taught.code) ? undefined : 'no-such-procedure'
  return tokenise(taught.means).length === 0 ? 'empty' : undefined
}

/** The catalogue and the everyday words with what staff have taught; neither is changed. */
export function withAliases(
  procedures: readonly Procedure[],
  intents: SearchIntents,
  kept: readonly NewWords[],
): { procedures: readonly Procedure[]; intents: SearchIntents } {
  if (kept.length === 0) return { procedures, intents }
  const names = new Map<string, string[]>()
  const layWords = [...intents.layWords]
  for (const taught of kept) {
    if (taught.kind === 'alias') names.set(taught.code, [...(names.get(taught.code) ?? []), taught.words])
    else {
      // Signs of the rules ("(a|b)", "*") mean nothing here.
      const say = taught.words.replace(/[()|*]/g, ' ')
      layWords.push({ say: [say], means: [taught.means], weight: 1, instead: false })
    }
  }
  return {
    procedures: procedures.map((procedure) => {
      const more = names.get(procedure.code)
      return more ? { ...procedure, aliases: [...(procedure.aliases ?? []), ...more] } : procedure
    }),
    intents: { ...intents, layWords },
  }
}
