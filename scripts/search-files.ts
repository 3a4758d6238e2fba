import type { Procedure } from '../src/catalogue/procedure.ts'
import { buildSearch, type ExplainingSearch } from '../src/catalogue/search/build-search.ts'
import type { RankingWeights } from '../src/catalogue/search/ranking-weights.ts'
import type { SearchIntents } from '../src/catalogue/search/search-intents.ts'
import { loadContent } from '../src/content.ts'
import { AppError } from '../src/lib/errors.ts'
import { formatProblem } from '../src/lib/problem.ts'
import { readCatalogue, readCheckTexts } from './catalogue-files.ts'

export interface SearchInputs {
  procedures: Procedure[]
  intents: SearchIntents
  weights: RankingWeights | undefined
}

/** @param catalogues files of any published format; none = the shipped catalogue. */
export function readSearchInputs(catalogues: readonly string[] = []): SearchInputs {
  const { procedures, intents, weights } = loadContent('.', 'data/agency.yaml')
  if (catalogues.length === 0) return { procedures, intents, weights }
  const read = readCatalogue(catalogues, { texts: readCheckTexts() })
  if (read.kind === 'problems') {
    throw new AppError('CONTENT_INVALID', read.problems.map(formatProblem).join('\n'))
  }
  return { procedures: read.procedures, intents, weights }
}

export function searchOf({ procedures, intents, weights }: SearchInputs): ExplainingSearch {
  return buildSearch(procedures, intents, weights)
}
