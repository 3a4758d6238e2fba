import type { Problem } from '../lib/problem.ts'
import type { FormatTexts } from './formats/format-texts.ts'
import { mergeProcedures } from './formats/merge-procedures.ts'
import type { CatalogueLayers, ListScope } from './formats/parsed-catalogue.ts'
import type { Procedure } from './procedure.ts'

export type UpdatedCatalogue =
  | { kind: 'procedures'; procedures: Procedure[] }
  | { kind: 'problems'; problems: Problem[] }

/**
 * The catalogue after an import: what came is laid over what is in use. A list gives existence and names, details give
 * facts, records of our own win over both; what staff added (aliases, body in charge, local facts, former codes) stays.
 * What a list no longer holds stays too, marked with the list's date; nothing is ever deleted. A list that is older than
 * what is in use adds what is unknown and changes nothing.
 */
export function updateCatalogue(
  current: readonly Procedure[],
  layers: CatalogueLayers,
  texts: FormatTexts,
): UpdatedCatalogue {
  const { listed, scopes, details, own } = layers
  const result = new Map(current.map((procedure) => [procedure.code, procedure]))
  const detailOf = new Map(details.map((detail) => [detail.code, detail]))

  for (const row of listed) {
    const inUse = result.get(row.code)
    const detail = detailOf.get(row.code)
    if (inUse && !detail && !inUse.goneSince && isOlder(row.sourceDate, inUse.sourceDate)) continue
    result.set(row.code, listedOver(row, detail ? withStaffFacts(detail, inUse) : inUse))
  }
  // Without a list, details stand for themselves; with one, a code that it lacks was withdrawn.
  if (scopes.length === 0) {
    for (const detail of details) result.set(detail.code, detailOver(detail, result.get(detail.code)))
  }
  const came = new Set([...listed, ...own].map(({ code }) => code))
  const unsure: Problem[] = []
  for (const scope of scopes) {
    const inForce = [...result.values()].filter((procedure) => isSpokenFor(procedure, scope))
    const gone = inForce.filter(({ code }) => !came.has(code))
    if (isSuspicious(gone.length, inForce.length, scope)) {
      const words = { gone: gone.length, total: inForce.length }
      unsure.push({ file: scope.file, message: texts.say('check.many-gone', words) })
    }
    for (const procedure of gone) result.set(procedure.code, { ...procedure, goneSince: scope.date })
  }
  for (const procedure of own) result.set(procedure.code, ownOver(procedure, result.get(procedure.code)))

  const problems = [...unsure, ...addLocalFacts(result, layers, texts), ...addReplaced(result, layers, texts)]
  return problems.length > 0
    ? { kind: 'problems', problems }
    : { kind: 'procedures', procedures: [...result.values()] }
}

function listedOver(row: Procedure, known: Procedure | undefined): Procedure {
  if (!known) return row
  const { goneSince: _, ...kept } = mergeProcedures([row], [known])[0]!
  // The date is that of the facts; where there are none but the list's, that of the list.
  return hasDetails(known) ? kept : { ...kept, sourceDate: row.sourceDate }
}

/** The list that is in use keeps the say in how a procedure is called where the detail does not know. */
function detailOver(detail: Procedure, inUse: Procedure | undefined): Procedure {
  if (!inUse) return detail
  const { issuer, url, executingAgency, field, goneSince } = inUse
  return {
    ...(issuer ? { issuer } : {}),
    ...(url ? { url } : {}),
    ...(executingAgency ? { executingAgency } : {}),
    ...(goneSince ? { goneSince } : {}),
    ...withStaffFacts(detail, inUse),
    ...(detail.field === unknownField ? { field } : {}),
  }
}

/** What details without a field are given; see `toProcedure`. */
const unknownField = 'Khác'

/**
 * Under the same decision the facts are the same, so what a detail leaves out is what its source lost (crawls lose fees):
 * it stays. Under another decision only what staff added stays.
 */
function withStaffFacts(detail: Procedure, inUse: Procedure | undefined): Procedure {
  if (!inUse) return detail
  const { aliases, inCharge, local, replaces, decision, fee } = inUse
  if (decision !== undefined && decision.number === detail.decision?.number) {
    const { goneSince: _, ...known } = inUse
    return { ...known, ...detail, fee: detail.fee.kind === 'unknown' ? fee : detail.fee }
  }
  return {
    ...(aliases ? { aliases } : {}),
    ...(inCharge ? { inCharge } : {}),
    ...(local ? { local } : {}),
    ...(replaces ? { replaces } : {}),
    ...detail,
  }
}

function ownOver(procedure: Procedure, inUse: Procedure | undefined): Procedure {
  const { local, replaces } = inUse ?? {}
  return { ...(local ? { local } : {}), ...(replaces ? { replaces } : {}), ...procedure }
}

function hasDetails({
  documents,
  methods,
  steps,
  requirements,
  results,
  legalBasis,
  fee,
}: Procedure): boolean {
  return (
    Boolean(documents ?? methods ?? steps ?? requirements ?? results ?? legalBasis) || fee.kind !== 'unknown'
  )
}

/** A list of one issuer says nothing of what others publish, and none of what was published after it. */
function isSpokenFor({ issuer, goneSince, sourceDate }: Procedure, scope: ListScope): boolean {
  return (
    goneSince === undefined &&
    (scope.issuer === undefined || scope.issuer === issuer) &&
    !isOlder(scope.date, sourceDate)
  )
}

/** By the coarser of the two: the 15th of July is not older than July. */
function isOlder(date: string, other: string): boolean {
  const chars = Math.min(date.length, other.length)
  return date.slice(0, chars) < other.slice(0, chars)
}

/** A part of the catalogue that is taken for the whole would mark the rest as gone: better to ask. */
const suspiciousShare = 0.3
const suspiciousCount = 50

function isSuspicious(gone: number, inForce: number, { isStated }: ListScope): boolean {
  return !isStated && gone > suspiciousCount && gone > suspiciousShare * inForce
}

/** Files of local facts replace all that were in use: what was taken out of them no longer holds. */
function addLocalFacts(
  result: Map<string, Procedure>,
  { local, own }: CatalogueLayers,
  texts: FormatTexts,
): Problem[] {
  if (!local) return []
  const inline = new Map(own.map((procedure) => [procedure.code, procedure.local]))
  for (const [code, procedure] of result) {
    if (!procedure.local) continue
    const { local: _, ...national } = procedure
    const own = inline.get(code)
    result.set(code, own ? { ...national, local: own } : national)
  }
  return local.flatMap(({ code, facts, place }) => {
    const procedure = result.get(code)
    if (!procedure) return [{ ...place, message: texts.say('check.not-in-catalogue', { code }) }]
    result.set(code, { ...procedure, local: [...(procedure.local ?? []), facts] })
    return []
  })
}

function addReplaced(
  result: Map<string, Procedure>,
  { replaced }: CatalogueLayers,
  texts: FormatTexts,
): Problem[] {
  if (!replaced) return []
  for (const [code, procedure] of result) {
    if (!procedure.replaces) continue
    const { replaces: _, ...rest } = procedure
    result.set(code, rest)
  }
  return replaced.flatMap(({ old, by, place }) => {
    const procedure = result.get(by)
    if (!procedure) return [{ ...place, message: texts.say('check.not-in-catalogue', { code: by }) }]
    result.set(by, { ...procedure, replaces: [...(procedure.replaces ?? []), old] })
    return []
  })
}
