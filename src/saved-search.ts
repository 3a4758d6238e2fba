import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Procedure } from './catalogue/procedure.ts'
import { buildSearch, builtIndex, type ExplainingSearch } from './catalogue/search/build-search.ts'
import type { SearchOffice } from './catalogue/search/catalogue-facts.ts'
import { searchable } from './catalogue/search/former-procedures.ts'
import { type BuiltIndex, indexKey, packIndex, unpackIndex } from './catalogue/search/pack-index.ts'
import type { RankingWeights } from './catalogue/search/ranking-weights.ts'
import type { SearchIntents } from './catalogue/search/search-intents.ts'
import type { Log } from './lib/log.ts'

/** File in DATA_DIR that holds the index of the catalogue in use. */
export const savedIndexFile = 'search-index.bin'

/**
 * The search over a catalogue, from the saved index when it fits the catalogue, the intents and this version of the
 * program; else built and saved. A damaged file, or one that cannot be written, costs time but never the search.
 */
export async function openSavedSearch(
  procedures: readonly Procedure[],
  options: {
    file: string
    intents: SearchIntents
    weights: RankingWeights | undefined
    office?: SearchOffice
    log: Pick<Log, 'info' | 'warn'>
  },
): Promise<ExplainingSearch> {
  const { file, intents, weights, office, log } = options
  const indexed = searchable(procedures)
  const key = indexKey(indexed, intents)
  const saved = await readSaved(file, key, indexed, options)
  const built = saved ?? builtIndex(indexed, intents)
  if (!saved) await save(file, packIndex(built, key), log)
  return buildSearch(procedures, intents, weights, office, built)
}

async function readSaved(
  file: string,
  key: string,
  procedures: readonly Procedure[],
  { intents, log }: { intents: SearchIntents; log: Pick<Log, 'info' | 'warn'> },
): Promise<BuiltIndex | undefined> {
  try {
    const saved = unpackIndex(await readFile(file), key, procedures, intents)
    if (!saved) log.info({}, 'search: saved index does not fit, built anew')
    return saved
  } catch (err) {
    if (!isMissing(err)) log.warn({ err }, 'search: saved index cannot be read, built anew')
    return undefined
  }
}

/** Written beside and renamed, so that a reader sees the old file or the new one, never half of one. */
async function save(file: string, bytes: Uint8Array, log: Pick<Log, 'warn'>): Promise<void> {
  const half = `${file}.${process.pid}.tmp`
  try {
    await mkdir(dirname(file), { recursive: true })
    const handle = await open(half, 'w', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(half, file)
  } catch (err) {
    log.warn({ err }, 'search: index cannot be saved')
    // Where nothing could be written there may be nothing to take away.
    await rm(half, { force: true }).catch(() => {})
  }
}

function isMissing(err: unknown): boolean {
  return err instanceof Error && 'code' in err && err.code === 'ENOENT'
}
