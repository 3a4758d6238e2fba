import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type DeskTexts, deskTexts } from '../src/desk/desk-texts.ts'
import { loadTexts, type Texts } from '../src/lib/texts.ts'

/** What the officers' pages and their commands say, in `data/texts/desk.yaml`. */
export function readDeskTexts(): Texts<DeskTexts> {
  return loadTexts(parse(readFileSync('data/texts/desk.yaml', 'utf8')), deskTexts)
}
