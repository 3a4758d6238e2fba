import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Procedure } from '../procedure.ts'
import type { CatalogueIndex, IndexIntents } from './catalogue-index.ts'
import { type PostingParts, Postings } from './postings.ts'
import type { SayingTable } from './saying-table.ts'
import { NumberedStrings, Terms } from './terms.ts'
import type { TitleTable } from './title-table.ts'

/** A built index with the words that its texts taught, as it is kept in a file. */
export interface BuiltIndex {
  index: CatalogueIndex
  /** Words of the catalogue and how often they were seen. */
  words: readonly (readonly [word: string, count: number])[]
}

/** Raised whenever the way of indexing changes: indexes packed by another version are made anew. */
const formatVersion = 2
const magic = 'motcua-index'
const alignment = 8

/** The same for the same catalogue, intents and version of the program; an index is only used under its own key. */
export function indexKey(procedures: readonly Procedure[], intents: IndexIntents): string {
  const hash = createHash('sha256').update(`${formatVersion}`)
  const { abbreviations, actions, qualifiers, sayings } = intents
  hash.update(JSON.stringify({ abbreviations, actions, qualifiers, sayings: [...sayings] }))
  for (const procedure of procedures) hash.update(JSON.stringify(procedure))
  return hash.digest('hex')
}

const arrayTypes = { Int32Array, Uint8Array, Float32Array, Float64Array } as const
type Packed = Int32Array | Uint8Array | Float32Array | Float64Array

const headerSchema = z.strictObject({
  magic: z.literal(magic),
  version: z.literal(formatVersion),
  key: z.string(),
  /** sha256 of everything after the header. */
  sum: z.string(),
  sizes: z.strictObject({
    names: z.int().nonnegative(),
    bodies: z.int().nonnegative(),
    said: z.int().nonnegative(),
  }),
  arrays: z.record(
    z.string(),
    z.strictObject({
      type: z.enum(['Int32Array', 'Uint8Array', 'Float32Array', 'Float64Array']),
      at: z.int().nonnegative(),
      length: z.int().nonnegative(),
    }),
  ),
})

/** Layout: length of the header (4 bytes), header as JSON, then the arrays, each at a multiple of 8 bytes. */
export function packIndex({ index, words }: BuiltIndex, key: string): Uint8Array<ArrayBuffer> {
  const terms = index.terms.lists()
  const names = index.names.parts()
  const bodies = index.bodies.parts()
  const said = index.said.parts()
  const arrays: Record<string, Packed> = {
    ...prefixed('titles', index.titles),
    ...prefixed('names', arraysOf(names)),
    ...prefixed('bodies', arraysOf(bodies)),
    ...prefixed('said', arraysOf(said)),
    ...prefixed('sayings', index.sayings),
    firstTitle: index.firstTitle,
    nameGroups: index.nameGroups,
    syllables: joined(terms.syllables),
    syllableNumbers: terms.syllableNumbers,
    pairKeys: terms.pairKeys,
    pairNumbers: terms.pairNumbers,
    accents: joined(index.accents.list()),
    words: joined(words.map(([word]) => word)),
    wordCounts: Int32Array.from(words, ([, count]) => count),
  }
  const places: z.infer<typeof headerSchema>['arrays'] = {}
  let end = 0
  for (const [name, array] of Object.entries(arrays)) {
    const type = array.constructor.name as keyof typeof arrayTypes
    places[name] = { type, at: end, length: array.length }
    end = aligned(end + array.byteLength)
  }
  const body = new Uint8Array(end)
  for (const [name, array] of Object.entries(arrays)) {
    body.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), places[name]!.at)
  }
  const header: z.infer<typeof headerSchema> = {
    magic,
    version: formatVersion,
    key,
    sum: createHash('sha256').update(body).digest('hex'),
    sizes: { names: names.size, bodies: bodies.size, said: said.size },
    arrays: places,
  }
  const headerBytes = new TextEncoder().encode(JSON.stringify(header))
  const start = aligned(4 + headerBytes.length)
  const file = new Uint8Array(start + end)
  new DataView(file.buffer).setUint32(0, headerBytes.length)
  file.set(headerBytes, 4)
  file.set(body, start)
  return file
}

/**
 * @returns undefined when the bytes are no index of this version, belong to another key or are damaged; the caller
 *   builds anew then
 */
export function unpackIndex(
  bytes: Uint8Array<ArrayBuffer>,
  key: string,
  procedures: readonly Procedure[],
  { actions, qualifiers, twins }: IndexIntents,
): BuiltIndex | undefined {
  const opened = openPacked(bytes, key)
  if (!opened) return undefined
  const { header, body } = opened
  const array = <T extends keyof typeof arrayTypes>(
    name: string,
    type: T,
  ): InstanceType<(typeof arrayTypes)[T]> => {
    const place = header.arrays[name]
    if (place?.type !== type) throw new RangeError(`packed index: no ${type} ${name}`)
    return new arrayTypes[type](body.buffer, body.byteOffset + place.at, place.length) as InstanceType<
      (typeof arrayTypes)[T]
    >
  }
  const list = (name: string) => split(array(name, 'Uint8Array'))
  const postings = (name: keyof z.infer<typeof headerSchema>['sizes']) =>
    new Postings({
      starts: array(`${name}.starts`, 'Int32Array'),
      documents: array(`${name}.documents`, 'Int32Array'),
      parts: array(`${name}.parts`, 'Float32Array'),
      idf: array(`${name}.idf`, 'Float32Array'),
      size: header.sizes[name],
    })
  const counts = array('wordCounts', 'Int32Array')
  return {
    index: {
      procedures,
      titles: {
        procedure: array('titles.procedure', 'Int32Array'),
        isAlias: array('titles.isAlias', 'Uint8Array'),
        starts: array('titles.starts', 'Int32Array'),
        terms: array('titles.terms', 'Int32Array'),
        accents: array('titles.accents', 'Int32Array'),
        isRepeat: array('titles.isRepeat', 'Uint8Array'),
        pairs: array('titles.pairs', 'Int32Array'),
        actions: array('titles.actions', 'Int32Array'),
        headActions: array('titles.headActions', 'Int32Array'),
        qualifiers: array('titles.qualifiers', 'Int32Array'),
        isNegated: array('titles.isNegated', 'Uint8Array'),
        family: array('titles.family', 'Int32Array'),
      } satisfies TitleTable,
      firstTitle: array('firstTitle', 'Int32Array'),
      nameGroups: array('nameGroups', 'Int32Array'),
      terms: Terms.from({
        syllables: list('syllables'),
        syllableNumbers: array('syllableNumbers', 'Int32Array'),
        pairKeys: array('pairKeys', 'Float64Array'),
        pairNumbers: array('pairNumbers', 'Int32Array'),
      }),
      accents: new NumberedStrings(list('accents')),
      actionKeys: actions.map((action) => action.key),
      qualifierKeys: qualifiers.map((qualifier) => qualifier.key),
      names: postings('names'),
      bodies: postings('bodies'),
      sayings: {
        first: array('sayings.first', 'Int32Array'),
        starts: array('sayings.starts', 'Int32Array'),
        terms: array('sayings.terms', 'Int32Array'),
        accents: array('sayings.accents', 'Int32Array'),
        pairs: array('sayings.pairs', 'Int32Array'),
      } satisfies SayingTable,
      said: postings('said'),
      twins,
    },
    words: list('words').map((word, i) => [word, counts[i]!] as const),
  }
}

/** The header and what follows it, when both are whole and of this key. */
function openPacked(bytes: Uint8Array<ArrayBuffer>, key: string) {
  if (bytes.length < 8) return undefined
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  const start = aligned(4 + headerLength)
  if (start > bytes.length) return undefined
  const parsed = headerSchema.safeParse(
    parseJson(new TextDecoder().decode(bytes.subarray(4, 4 + headerLength))),
  )
  if (!parsed.success || parsed.data.key !== key) return undefined
  // A copy when the reader gave a view that no wider number may begin in.
  const isAligned = (bytes.byteOffset + start) % alignment === 0
  const body = isAligned ? bytes.subarray(start) : bytes.slice(start)
  if (createHash('sha256').update(body).digest('hex') !== parsed.data.sum) return undefined
  return { header: parsed.data, body }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function prefixed<T extends object>(prefix: string, arrays: T): Record<string, Packed> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [`${prefix}.${name}`, array as Packed]),
  )
}

function arraysOf({ starts, documents, parts, idf }: PostingParts) {
  return { starts, documents, parts, idf }
}

/** No word holds a line break. */
function joined(words: readonly string[]): Uint8Array {
  return new TextEncoder().encode(words.join('\n'))
}

function split(bytes: Uint8Array): string[] {
  return bytes.length === 0 ? [] : new TextDecoder().decode(bytes).split('\n')
}

function aligned(at: number): number {
  return Math.ceil(at / alignment) * alignment
}
