import type { Procedure } from '../procedure.ts'

/**
 * The list says which procedures exist and how they are called; details add what is known about them. A detail whose
 * code the list lacks is left out: it was withdrawn or is not published.
 */
export function mergeProcedures(index: readonly Procedure[], details: readonly Procedure[]): Procedure[] {
  const detailOf = new Map(details.map((detail) => [detail.code, detail]))
  return index.map((listed) => {
    const detail = detailOf.get(listed.code)
    if (!detail) return listed
    const { code, name, field, issuer, url, executingAgency } = listed
    return {
      ...detail,
      code,
      name,
      field,
      ...(issuer ? { issuer } : {}),
      ...(url ? { url } : {}),
      ...(executingAgency ? { executingAgency } : {}),
    }
  })
}
