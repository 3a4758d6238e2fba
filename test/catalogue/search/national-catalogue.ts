import { existsSync } from 'node:fs'
import { readCatalogue, readCheckTexts } from '../../../scripts/catalogue-files.ts'
import { buildSearch, type ExplainingSearch } from '../../../src/catalogue/search/build-search.ts'
import { loadContent } from '../../../src/content.ts'
import { referenceFolder } from '../read-content.ts'

const details = [
  'dvcqg-details-6-ministries.json',
  'dvcqg-details-other.json',
  'bqp-details-2025.json',
  'dvcqg-details-labour-social.json',
  'dvcqg-details-transcribed.json',
]

export const hasNationalCatalogue = existsSync(referenceFolder)

let built: ExplainingSearch | undefined

/** Our search over the national list of 07/2026 with all details; built once. */
export function nationalSearch(): ExplainingSearch {
  if (built) return built
  const files = ['dvcqg-index-2026-07.csv', ...details].map((name) => `${referenceFolder}/${name}`)
  const read = readCatalogue(files, { texts: readCheckTexts() })
  if (read.kind === 'problems') throw new Error(read.problems[0]?.message)
  const { intents, weights } = loadContent('.', 'data/agency.yaml')
  built = buildSearch(read.procedures, intents, weights)
  return built
}
