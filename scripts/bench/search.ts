import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fuse from 'fuse.js'
import MiniSearch from 'minisearch'
import type { Procedure } from '../../src/catalogue/procedure.ts'
import { fold } from '../../src/catalogue/text/fold.ts'
import { openSavedSearch, savedIndexFile } from '../../src/saved-search.ts'
import { readLabelled } from '../labelled-questions.ts'
import { percentile } from '../measure-search.ts'
import { readSearchInputs, type SearchInputs, searchOf } from '../search-files.ts'
import { readSearchTexts } from '../search-texts.ts'

/** One engine on the same catalogue and the same questions in the same run. */
export interface SearchBench {
  procedures: number
  build_ms: number
  /** Growth of the heap and of typed arrays by building, after collecting garbage where that is possible. */
  memory_mb: number
  p50_ms: number
  p99_ms: number
  /** How many times the time of our search, at the median and at the slowest hundredth. */
  times_ours_p50: number
  times_ours_p99: number
}

/** Our search over catalogues of other sizes, and how long a start from the saved index takes. */
export interface SizeBench extends Measured {
  procedures: number
  index_mb: number
  /** From the list of procedures to the first answer. */
  ready_from_saved_ms: number
}

/** Fuse.js takes about a second a question, so it gets every n-th one. */
const fuseQuestions = 20
/** Ours and MiniSearch are asked everything so often; the quickest time of each question counts, for all engines alike. */
const rounds = 3
const largerSizes = [20_000, 100_000]

export async function benchSearch(
  questionsFile: string,
  catalogues: readonly string[] = [],
  { isQuick = false } = {},
): Promise<{
  engines: Record<'ours' | 'fuse_token_search' | 'minisearch_tuned', SearchBench>
  sizes: Record<string, SizeBench>
}> {
  const inputs = readSearchInputs(catalogues)
  const { procedures } = inputs
  const questions = readLabelled(questionsFile, 'all', readSearchTexts()).map(({ question }) => question)
  const few = questions.filter((_, i) => i % Math.ceil(questions.length / fuseQuestions) === 0)

  const ours = time(questions, () => {
    const search = searchOf(inputs)
    return (question) => search.search(question)
  })
  const minisearch = time(questions, () => tunedMiniSearch(inputs))
  const documents = procedures.map(({ code, name }) => ({ id: code, name: fold(name) }))
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
  return {
    engines: { ours: beside(ours), fuse_token_search: beside(fuse), minisearch_tuned: beside(minisearch) },
    sizes: {
      national: await benchSize(inputs, questions, procedures),
      ...Object.fromEntries(
        await inTurn(isQuick ? [] : largerSizes, async (size) => [
          String(size),
          await benchSize(inputs, questions, enlarged(procedures, size)),
        ]),
      ),
    },
  }
}

/**
 * MiniSearch as it does best here: five weighted fields with the texts that we index too, stop words, no prefixes,
 * fuzzy only for long words, all folded.
 */
function tunedMiniSearch({ procedures, intents }: SearchInputs): (question: string) => unknown {
  const stopWords = new Set(
    [...intents.courtesy, ...intents.weak]
      .filter((phrase) => /^[\p{L}\p{M}]+$/u.test(phrase))
      .map((word) => fold(word)),
  )
  const index = new MiniSearch({
    fields: ['name', 'sayings', 'field', 'issuer', 'body'],
    processTerm: (term) => (stopWords.has(term) ? null : term),
    searchOptions: {
      boost: { name: 4, sayings: 2, field: 1.5, issuer: 0.5, body: 0.5 },
      fuzzy: (term) => (term.length > 5 ? 0.2 : false),
      prefix: false,
    },
  })
  index.addAll(
    procedures.map(
      ({ code, name, field, issuer, aliases, results, documents, requirements, audience, steps }) => {
        const papers = documents?.flatMap(({ when, items }) => [
          when ?? '',
          ...items.map((item) => item.name),
        ])
        const body = [aliases, results, papers, requirements, audience, steps].flatMap((part) => part ?? [])
        return {
          id: code,
          name: fold(name),
          sayings: fold(intents.sayings.get(code)?.join('\n') ?? ''),
          field: fold(field),
          issuer: fold(issuer ?? ''),
          body: fold(body.join('\n').slice(0, 6_000)),
        }
      },
    ),
  )
  return (question) => index.search(fold(question))
}

/** More of the same kind: each copy has a code of its own and two more words that tell it apart. */
export function enlarged(procedures: readonly Procedure[], size: number): Procedure[] {
  return Array.from({ length: size }, (_, i) => {
    const original = procedures[i % procedures.length]!
    if (i < procedures.length) return original
    const copy = Math.floor(i / procedures.length)
    return { ...original, code: `9.${String(i).padStart(6, '0')}`, name: `${original.name} khu vực ${copy}` }
  })
}

async function benchSize(
  inputs: SearchInputs,
  questions: readonly string[],
  procedures: readonly Procedure[],
): Promise<SizeBench> {
  const folder = await mkdtemp(join(tmpdir(), 'motcua-bench-index-'))
  const log = { info() {}, warn() {} }
  const { intents, weights, office } = inputs
  const options = { file: join(folder, savedIndexFile), intents, weights, office, log }
  try {
    await openSavedSearch(procedures, options)
    const measured = time(questions, () => {
      const search = searchOf({ ...inputs, procedures: [...procedures] })
      return (question) => search.search(question)
    })
    const start = performance.now()
    const saved = await openSavedSearch(procedures, options)
    saved.search(questions[0]!)
    const readyMs = performance.now() - start
    const { size } = await stat(options.file)
    return {
      procedures: procedures.length,
      ...measured,
      index_mb: Math.round(size / 1e6),
      ready_from_saved_ms: Math.round(readyMs),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type Measured = Pick<SearchBench, 'build_ms' | 'memory_mb' | 'p50_ms' | 'p99_ms'>

function time(questions: readonly string[], build: () => (question: string) => unknown): Measured {
  globalThis.gc?.()
  const before = usedBytes()
  const start = performance.now()
  const search = build()
  const buildMs = performance.now() - start
  globalThis.gc?.()
  const after = usedBytes()
  for (const question of questions.slice(0, 60)) search(question)
  const times = questions.map((question) => {
    let best = Number.POSITIVE_INFINITY
    for (let round = 0; round < rounds; round++) {
      const askedAt = performance.now()
      search(question)
      best = Math.min(best, performance.now() - askedAt)
    }
    return best
  })
  times.sort((a, b) => a - b)
  return {
    build_ms: Math.round(buildMs),
    memory_mb: Math.round((after - before) / 1e6),
    p50_ms: percentile(times, 0.5),
    p99_ms: percentile(times, 0.99),
  }
}

function usedBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

async function inTurn<A, B>(items: readonly A[], work: (item: A) => Promise<B>): Promise<B[]> {
  const done: B[] = []
  for (const item of items) done.push(await work(item))
  return done
}
