import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseSearchIntents } from '../../../src/catalogue/search/search-intents.ts'
import { checkTexts, readSource } from '../read-content.ts'

const files = ['intents', 'intents/sayings'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readSource(`${folder}/${name}`)),
)
const withFile = (name: string, text: string) =>
  files.map((file) => (file.name.endsWith(`/${name}`) ? { ...file, text } : file))

describe('the files of intents/', () => {
  it('are well formed as shipped', () => {
    const parsed = parseSearchIntents(files, checkTexts)
    expect(parsed.kind === 'problems' ? parsed.problems : []).toEqual([])
  })

  it('name the line of a mistake and take nothing over', () => {
    const text = 'rules:\n  - say: [sổ đỏ]\n    means: [giấy chứng nhận]\n    wieght: 2\n'
    const parsed = parseSearchIntents(withFile('lay-words-civil.yaml', text), checkTexts)
    expect(parsed).toMatchObject({
      kind: 'problems',
      problems: [{ file: 'intents/lay-words-civil.yaml', line: 4 }],
    })
  })

  it('report all wrong files at once', () => {
    const wrong = withFile('lay-words-civil.yaml', 'rules: 3').map((file) =>
      file.name.endsWith('/topics.yaml') ? { ...file, text: 'topics: [' } : file,
    )
    const parsed = parseSearchIntents(wrong, checkTexts)
    const names = parsed.kind === 'problems' ? parsed.problems.map(({ file }) => file) : []
    expect(new Set(names)).toEqual(new Set(['intents/lay-words-civil.yaml', 'intents/topics.yaml']))
  })

  it('name the code of a saying that is none', () => {
    const parsed = parseSearchIntents(withFile('civil.yaml', "'1.00119': [làm giấy khai sinh]\n"), checkTexts)
    expect(parsed).toMatchObject({
      kind: 'problems',
      problems: [{ file: 'intents/sayings/civil.yaml', line: 1 }],
    })
  })

  it('are all needed', () => {
    const parsed = parseSearchIntents(
      files.filter(({ name }) => !name.endsWith('sections.yaml')),
      checkTexts,
    )
    expect(parsed).toMatchObject({ kind: 'problems', problems: [{ file: 'intents/sections.yaml' }] })
  })
})
