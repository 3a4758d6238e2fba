import type { Procedure } from '../procedure.ts'
import { fold } from '../text/fold.ts'
import { PhraseIndex } from '../text/phrase-index.ts'
import type { CatalogueIndex, Title } from './catalogue-index.ts'
import { numbersIn } from './question-terms.ts'
import type { Contrast } from './search-intents.ts'

/** What is known of a title without a question. */
export interface TitleFacts {
  actions: Set<string>
  headActions: Set<string>
  qualifiers: Set<string>
  isNegated: boolean
  numbers: Set<string>
  /** 1 where the word stood in the title before. */
  isRepeat: Uint8Array
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

const negations = ['không thuộc', 'không phải', 'không', 'trừ', 'chưa']

export function titleFacts(
  titles: readonly Title[],
  intents: { actions: readonly Contrast[]; qualifiers: readonly Contrast[] },
): TitleFacts[] {
  const actions = officialPhrases(intents.actions)
  const qualifiers = officialPhrases(intents.qualifiers)
  const negation = new PhraseIndex<true>()
  for (const phrase of negations) negation.add(phrase, true)
  return titles.map(({ tokens, terms }) => {
    const foundActions = actions.find(tokens)
    return {
      actions: new Set(foundActions.map(({ value }) => value)),
      headActions: new Set(foundActions.filter(({ start }) => start <= 1).map(({ value }) => value)),
      qualifiers: new Set(qualifiers.find(tokens).map(({ value }) => value)),
      isNegated: negation.find(tokens).length > 0,
      numbers: numbersIn(tokens),
      isRepeat: Uint8Array.from(terms, (term, i) => (terms.indexOf(term) < i ? 1 : 0)),
    }
  })
}

export function procedureFacts(procedure: Procedure, index: CatalogueIndex): ProcedureFacts {
  const issuer = fold(procedure.issuer ?? '')
  const name = fold(procedure.name)
  const flag = (claim: boolean) => (claim ? 1 : 0)
  const audience = procedure.audience?.map(fold).join(' ')
  return {
    otherProvince: flag(/^(?:ubnd|so |trung tam)/.test(issuer) && !/khanh hoa/.test(issuer)),
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

function officialPhrases(contrasts: readonly Contrast[]): PhraseIndex<string> {
  const index = new PhraseIndex<string>()
  for (const { key, official } of contrasts) for (const phrase of official) index.add(phrase, key)
  return index
}
