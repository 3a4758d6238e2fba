import type { Agency } from '../agency.ts'
import type { Procedure } from '../procedure.ts'
import { fold } from '../text/fold.ts'
import type { CatalogueIndex } from './catalogue-index.ts'

/** The office that answers, as far as ranking cares. */
export interface SearchOffice {
  /** Its province or city: copies of other provinces step back. */
  province?: string
  /** Its own fields (lĩnh vực), as published: they come first where a question leaves it open. */
  fields?: readonly string[]
}

export function searchOffice({ province, office }: Agency): SearchOffice {
  return { province: province.name, ...(office.fields ? { fields: office.fields } : {}) }
}

export interface ProcedureFacts {
  otherProvince: number
  internal: number
  foreignService: number
  armedForces: number
  forCitizens: number
  commune: number
  details: number
  fieldTerms: Set<number>
}

export function procedureFacts(
  procedure: Procedure,
  index: CatalogueIndex,
  { province }: SearchOffice,
): ProcedureFacts {
  const ownProvince = province && fold(province).replace(/^(?:tinh|thanh pho|tp\.?) /, '')
  const issuer = fold(procedure.issuer ?? '')
  const name = fold(procedure.name)
  const flag = (claim: boolean) => (claim ? 1 : 0)
  const audience = procedure.audience?.map(fold).join(' ')
  return {
    otherProvince: flag(
      /^(?:ubnd|so |trung tam)/.test(issuer) && !(ownProvince && issuer.includes(ownProvince)),
    ),
    // Codes 5.x and 6.x are procedures between offices.
    internal: flag(/^[56]\./.test(procedure.code)),
    foreignService: flag(/ngoai giao/.test(issuer) || /co quan dai dien/.test(name)),
    armedForces: flag(/quoc phong/.test(issuer) || /cong an nhan dan|quan doi|quan nhan/.test(name)),
    forCitizens: audience === undefined ? 0.5 : flag(/cong dan|ca nhan/.test(audience)),
    commune: procedure.levels === undefined ? 0.3 : flag(procedure.levels.includes('commune')),
    details: flag(procedure.documents !== undefined || procedure.steps !== undefined),
    fieldTerms: new Set(
      fold(procedure.field)
        .split(/[^a-z0-9]+/)
        .flatMap((word) => (word.length > 1 ? (index.terms.find(word) ?? []) : [])),
    ),
  }
}
