import { describe, expect, it } from 'vitest'
import { Vocabulary } from '../../../src/catalogue/search/vocabulary.ts'

const vocabulary = new Vocabulary()
for (const word of 'giay phep lao dong dang ky khai sinh khuyet tat thuong binh chung nhan cap lai'.split(
  ' ',
)) {
  vocabulary.add(word, 10)
}

describe('words mended from what the catalogue knows', () => {
  it.each([
    ['giy', 'giay'],
    ['phpe', 'phep'],
    ['khuyett', 'khuyet'],
    ['thuogn', 'thuong'],
    ['chunng', 'chung'],
    ['dnag', 'dang'],
  ])('%s was meant as %s', (typed, meant) => {
    expect(vocabulary.correct(typed)).toBe(meant)
  })

  it.each(['zzzz', 'bitcoin', 'x', 'tt01', 'giaygiaygiay'])('%s is left alone', (word) => {
    expect(vocabulary.correct(word)).toBeUndefined()
  })
})
