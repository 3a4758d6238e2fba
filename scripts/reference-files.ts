/** The national list with everything known of it, and the labelled questions, where they stand beside the project. */
const folder = '../shared/reference'

export const referenceFolder = folder
export const referenceQuestions = `${folder}/questions/labelled.jsonl`
export const referenceCatalogues: readonly string[] = [
  'dvcqg-index-2026-07.csv',
  'dvcqg-details-6-ministries.json',
  'dvcqg-details-other.json',
  'bqp-details-2025.json',
  'dvcqg-details-labour-social.json',
  'dvcqg-details-transcribed.json',
].map((name) => `${folder}/procedures/${name}`)
