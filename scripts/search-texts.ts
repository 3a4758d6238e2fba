import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { loadTexts } from '../src/lib/texts.ts'

const searchTexts = {
  'search.eval-help': [],
  'search.eval-no-file': [],
  'search.eval-misses-refused': [],
  'search.eval-line': ['file', 'line'],
  'search.train-help': [],
  'search.train-no-date': [],
} as const

/** What the commands about searching say, in `data/texts/search.yaml`. */
export function readSearchTexts() {
  return loadTexts(parse(readFileSync('data/texts/search.yaml', 'utf8')), searchTexts)
}
export type SearchTexts = ReturnType<typeof readSearchTexts>
