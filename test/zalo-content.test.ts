import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { formatTexts } from '../src/catalogue/formats/format-texts.ts'
import { loadTexts, type TextDeclaration } from '../src/lib/texts.ts'
import { loadZaloContent } from '../src/zalo-content.ts'
import { shipped } from './support/talk.ts'

const yaml = (name: string) => parse(readFileSync(`data/texts/${name}.yaml`, 'utf8'))
const texts = <D extends TextDeclaration>(name: string, declared: D) => loadTexts(yaml(name), declared)
const checks = texts('checks', formatTexts)

/** `data/zalo.yaml` as an office has it that edited it. */
function load(edit: (text: string) => string) {
  const read = (name: string) => ({ name, text: edit(readFileSync(name, 'utf8')) })
  return loadZaloContent(read, texts, checks, shipped().content.surveys.inUse)
}
const withTemplate = (question: string) => (text: string) =>
  text.replace('templates: []', `templates: [{ question: '${question}', byUser: '123456', byPhone: '' }]`)

test('stars that answer a question of the questionnaire, in the words of its scale, are taken', () => {
  expect(load((text) => text).kind).toBe('content')
  expect(load(withTemplate('28')).kind).toBe('content')
})

test('stars for a question that nobody is asked, or a word that no scale has, are refused with line and choices', () => {
  const wrongQuestion = load(withTemplate('99'))
  const wrongWord = load((text) => withTemplate('28')(text).replace("'Hài lòng'", "'Tạm được'"))
  for (const loaded of [wrongQuestion, wrongWord]) expect(loaded.kind).toBe('problems')
  const [question] = wrongQuestion.kind === 'problems' ? wrongQuestion.problems : []
  expect(question).toMatchObject({ file: 'data/zalo.yaml', line: expect.any(Number) })
  expect(question!.message).toMatch(/«question» chỉ nhận: 15, 16, .*28/)
  const [word] = wrongWord.kind === 'problems' ? wrongWord.problems : []
  expect(word!.message).toMatch(/«4» chỉ nhận: .*Rất hài lòng/)
})

test('without a template the words of the stars may wait', () => {
  expect(load((text) => text.replace("'Hài lòng'", "'Tạm được'")).kind).toBe('content')
})
