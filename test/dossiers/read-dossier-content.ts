import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { formatTexts } from '../../src/catalogue/formats/format-texts.ts'
import { createDigitsHasher } from '../../src/dossiers/digits-hash.ts'
import { type DossierContent, parseDossierContent } from '../../src/dossiers/dossier-content.ts'
import { dossierTexts } from '../../src/dossiers/dossier-texts.ts'
import { loadTexts } from '../../src/lib/texts.ts'

const read = (name: string) => readFileSync(new URL(`../../data/${name}`, import.meta.url), 'utf8')

export const texts = loadTexts(parse(read('texts/dossiers.yaml')), dossierTexts)
export const checks = loadTexts(parse(read('texts/checks.yaml')), formatTexts)

/** The shipped files. */
export function shippedContent(): DossierContent {
  const parsed = parseDossierContent(
    {
      columns: { name: 'dossier-columns.yaml', text: read('dossier-columns.yaml') },
      settings: { name: 'dossiers.yaml', text: read('dossiers.yaml') },
    },
    checks,
    texts,
  )
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems))
  return parsed.content
}

export const hasher = createDigitsHasher(Buffer.alloc(32, 7))
