import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildSearch, builtIndex } from '../src/catalogue/search/build-search.ts'
import { indexKey, packIndex, unpackIndex } from '../src/catalogue/search/pack-index.ts'
import { openSavedSearch, savedIndexFile } from '../src/saved-search.ts'
import { shipped } from './support/talk.ts'

const { procedures, intents, weights } = shipped().content
const fresh = buildSearch(procedures, intents, weights)
const questions = [
  'mất sổ đỏ làm lại bao nhiêu tiền',
  'tro cap that nghiep can giay to gi',
  'giấy phép lao động cho người nước ngoài',
  'hồ sơ của tôi tới đâu rồi',
  'hôm nay trời mưa không',
  'gia han giay phep laod dong',
]

let folder = ''
let file = ''
let said: string[] = []
const log = {
  info: (_: object, message: string) => void said.push(message),
  warn: (_: object, message: string) => void said.push(message),
} as never

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'motcua-index-'))
  file = join(folder, savedIndexFile)
  said = []
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const open = (over: Partial<Parameters<typeof openSavedSearch>[1]> = {}, list = procedures) =>
  openSavedSearch(list, { file, intents, weights, log, ...over })

describe('the saved index', () => {
  it('answers every question as the index built afresh, with the same scores', async () => {
    await open()
    const saved = await open()
    for (const question of questions) {
      const { outcome, ranking, sure, found } = saved.explain(question)
      const expected = fresh.explain(question)
      expect({ outcome, sure, found }).toEqual({
        outcome: expected.outcome,
        sure: expected.sure,
        found: expected.found,
      })
      expect(ranking.map(({ score }) => score)).toEqual(expected.ranking.map(({ score }) => score))
    }
  })

  it('is written once and left alone while nothing changes', async () => {
    await open()
    const { mtimeMs } = await stat(file)
    await open()
    expect((await stat(file)).mtimeMs).toBe(mtimeMs)
    expect(said).toEqual([])
    expect(await readdir(folder)).toEqual([savedIndexFile])
  })

  it('is made anew when a name, an abbreviation or a qualifier changes', async () => {
    const [first, ...others] = procedures
    const renamed = [{ ...first!, name: 'Cấp giấy phép nuôi kỳ lân biển' }, ...others]
    const moreIntents = { ...intents, qualifiers: intents.qualifiers.slice(1) }
    await open()
    const search = await open({}, renamed)
    expect(search.explain('giấy phép nuôi kỳ lân biển').ranking[0]?.best.procedure.code).toBe(first!.code)
    await open({ intents: moreIntents }, renamed)
    expect(said).toEqual(Array(2).fill('search: saved index does not fit, built anew'))
  })

  it('is made anew when it is damaged, wherever that is', async () => {
    await open()
    const bytes = await readFile(file)
    for (const at of [0, 3, 20, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const damaged = Buffer.from(bytes)
      damaged[at]! ^= 0x55
      await writeFile(file, damaged)
      const search = await open()
      expect(search.search(questions[0]!), `byte ${at}`).toEqual(fresh.search(questions[0]!))
      expect((await readFile(file)).equals(bytes), `byte ${at}`).toBe(true)
    }
    for (const length of [0, 5, 100, bytes.length - 7]) {
      await writeFile(file, bytes.subarray(0, length))
      await open()
      expect((await readFile(file)).equals(bytes), `cut to ${length}`).toBe(true)
    }
  })

  it('does not keep the search from opening when its folder cannot be written', async () => {
    await writeFile(join(folder, 'file'), '')
    const search = await open({ file: join(folder, 'file', savedIndexFile) })
    expect(search.search(questions[1]!)).toEqual(fresh.search(questions[1]!))
    expect(said).toContain('search: index cannot be saved')
  })

  it('reads bytes that begin at any address', () => {
    const key = indexKey(procedures, intents)
    const packed = packIndex(builtIndex(procedures, intents), key)
    const shifted = new Uint8Array(packed.length + 3)
    shifted.set(packed, 3)
    expect(unpackIndex(shifted.subarray(3), key, procedures, intents)?.index.terms.size).toBe(
      fresh.index.terms.size,
    )
    expect(unpackIndex(packed, key.replace(/^./, 'x'), procedures, intents)).toBeUndefined()
  })
})
