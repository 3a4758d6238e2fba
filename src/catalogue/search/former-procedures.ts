import { withLocalFacts } from '../local-facts.ts'
import { looseKey } from '../loose-key.ts'
import type { Procedure, Replaced } from '../procedure.ts'
import type { ProcedureSearch, SearchOutcome } from '../search-outcome.ts'

/**
 * What a search is built over: local facts in place, former names as further names, and without procedures that are no
 * more when one of the same name is there or something took their place. Those are still found by their code.
 */
export function searchable(procedures: readonly Procedure[]): Procedure[] {
  const replaced = new Set(procedures.flatMap(({ replaces }) => replaces?.map(({ code }) => code) ?? []))
  const names = new Set<string>()
  if (procedures.some(({ goneSince }) => goneSince)) {
    for (const { goneSince, name } of procedures) if (!goneSince) names.add(looseKey(name))
  }
  return procedures.flatMap((procedure) => {
    const { code, name, goneSince } = procedure
    if (goneSince && (replaced.has(code) || names.has(looseKey(name)))) return []
    return [withFormerNames(withLocalFacts(procedure))]
  })
}

function withFormerNames(procedure: Procedure): Procedure {
  const names = procedure.replaces?.flatMap(({ name }) => name ?? []) ?? []
  return names.length === 0 ? procedure : { ...procedure, aliases: [...(procedure.aliases ?? []), ...names] }
}

/** `search` over `searchable(procedures)`, led on from codes and names that are no more. */
export function followFormer<S extends ProcedureSearch>(search: S, procedures: readonly Procedure[]): S {
  const former = new Map<string, { by: string; old: Replaced }>()
  const gone = new Map<string, Procedure>()
  for (const procedure of procedures) {
    for (const old of procedure.replaces ?? []) former.set(old.code, { by: procedure.code, old })
    if (procedure.goneSince) gone.set(procedure.code, procedure)
  }
  if (former.size === 0 && gone.size === 0) return search

  /** A code may have been replaced more than once; a ring of them leads nowhere. */
  function successor(code: string): Procedure | undefined {
    const seen = new Set<string>()
    let at = code
    for (let next = former.get(at); next && !seen.has(at); next = former.get(at)) {
      seen.add(at)
      at = next.by
    }
    return at === code || former.has(at) ? undefined : (search.byCode(at) ?? gone.get(at))
  }

  function byCode(raw: string): Procedure | undefined {
    const code = raw.trim().slice(0, 8)
    const known = search.byCode(code)
    if (known && !known.goneSince) return known
    return successor(code) ?? known ?? gone.get(code)
  }

  function namedByCode(question: string): SearchOutcome | undefined {
    for (const [code] of question.matchAll(typedCode)) {
      const known = search.byCode(code)
      if (known && !known.goneSince) return undefined
      const procedure = byCode(code)
      if (!procedure) continue
      const old = former.get(code)?.old
      const replaced = old && procedure.code !== code ? { replaced: old } : {}
      return { kind: 'answer', procedure, sections: search.sectionsAsked(question), ...replaced }
    }
    return undefined
  }

  return {
    ...search,
    byCode,
    search(question: string) {
      const outcome = namedByCode(question) ?? search.search(question)
      if (outcome.kind !== 'answer' || outcome.replaced) return outcome
      const replaced = formerName(question, outcome.procedure)
      return replaced ? { ...outcome, replaced } : outcome
    },
  }
}

const typedCode = /(?<![\d.])\d\.\d{6}(?!\d)/g

/** The former procedure whose whole name the question says, unless that is the name of today too. */
function formerName(question: string, { name, replaces }: Procedure): Replaced | undefined {
  if (!replaces) return undefined
  const words = ` ${looseKey(question)} `
  const says = (text: string) => words.includes(` ${looseKey(text)} `)
  return says(name) ? undefined : replaces.find((old) => old.name !== undefined && says(old.name))
}
