import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { loadTexts } from '../src/lib/texts.ts'
import { type OperationTexts, operationTexts } from '../src/operation-texts.ts'

/** What the commands of operation say, in `data/texts/operation.yaml`. */
export function readOperationTexts(): OperationTexts {
  return loadTexts(parse(readFileSync('data/texts/operation.yaml', 'utf8')), operationTexts)
}
