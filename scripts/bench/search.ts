import Fuse from 'fuse.js'
import MiniSearch from 'minisearch'
import { buildSearch } from '../../src/catalogue/search/build-search.ts'
import { fold } from '../../src/catalogue/text/fold.ts'
import { readLabelled } from '../labelled-questions.ts'
import { percentile } from '../measure-search.ts'
import { readSearchInputs } from '../search-files.ts'
import { readSearchTexts } from '../search-texts.ts'

/** One engine on the same catalogue and the same questions in the same run. */
export interface SearchBench {
  procedures: number
  build_ms: number
  /** Growth of the heap by building, after collecting garbage where that is possible. */
  memory_mb: number
  p50_ms: number
  p99_ms: number
  /** How many times the time of our search, at the median and at the slowest hundredth. */
  times_ours_p50: number
  times_ours_p99: number
}

/** Fuse.js takes about a second a question, so it gets every n-th one. */
const fuseQuestions = 20

export async function benchSearch(
  questionsFile: string,
  catalogues: readonly string[] = [],
): Promise<Record<'ours' | 'fuse_token_search' | 'minisearch', SearchBench>> {
  const { procedures, intents, weights } = readSearchInputs(catalogues)
  const questions = readLabelled(questionsFile, 'all', readSearchTexts()).map(({ question }) => question)
  const documents = procedures.map(({ code, name, field, issuer }) => {
    return { id: code, name: fold(name), field: fold(field), issuer: fold(issuer ?? '') }
  })
  const few = questions.filter((_, i) => i % Math.ceil(questions.length / fuseQuestions) === 0)

  const ours = time(questions, () => {
    const search = buildSearch(procedures, intents, weights)
    return (question) => search.search(question)
  })
  const minisearch = time(questions, () => {
    const index = new MiniSearch({
      fields: ['name', 'field', 'issuer'],
      searchOptions: { boost: { name: 3 }, fuzzy: (term) => (term.length > 5 ? 0.2 : false), prefix: false },
    })
    index.addAll(documents)
    return (question) => index.search(fold(question))
  })
  const fuse = time(few, () => {
    const index = new Fuse(documents, {
      keys: ['name'],
      threshold: 0.4,
      ignoreLocation: true,
      useTokenSearch: true,
    })
    return (question) => index.search(fold(question), { limit: 5 })
  })
  const beside = (other: Measured): SearchBench => ({
    procedures: procedures.length,
    ...other,
    times_ours_p50: Math.round((10 * other.p50_ms) / ours.p50_ms) / 10,
    times_ours_p99: Math.round((10 * other.p99_ms) / ours.p99_ms) / 10,
  })
  return { ours: beside(ours), fuse_token_search: beside(fuse), minisearch: beside(minisearch) }
}

type Measured = Pick<SearchBench, 'build_ms' | 'memory_mb' | 'p50_ms' | 'p99_ms'>

function time(questions: readonly string[], build: () => (question: string) => unknown): Measured {
  globalThis.gc?.()
  const heapBefore = process.memoryUsage().heapUsed
  const start = performance.now()
  const search = build()
  const buildMs = performance.now() - start
  globalThis.gc?.()
  const heapAfter = process.memoryUsage().heapUsed
  for (const question of questions.slice(0, 60)) search(question)
  const times = questions.map((question) => {
    const before = performance.now()
    search(question)
    return performance.now() - before
  })
  times.sort((a, b) => a - b)
  return {
    build_ms: Math.round(buildMs),
    memory_mb: Math.round((heapAfter - heapBefore) / 1e6),
    p50_ms: percentile(times, 0.5),
    p99_ms: percentile(times, 0.99),
  }
}
