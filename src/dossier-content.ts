import { type DossierTalkTexts, dossierTalkTexts } from './conversation/dialogs/dossier/dossier-talk-texts.ts'
import { type DossierDeskTexts, dossierDeskTexts } from './desk/dossiers/dossier-desk-texts.ts'
import { type SlipTexts, slipTexts } from './desk/dossiers/slips/slip-texts.ts'
import { type DossierContent, parseDossierContent } from './dossiers/dossier-content.ts'
import { type DossierTexts, dossierTexts } from './dossiers/dossier-texts.ts'
import type { CheckTexts } from './lib/checked-yaml.ts'
import type { Problem } from './lib/problem.ts'
import type { TextDeclaration, Texts } from './lib/texts.ts'

/** What staff edit about dossiers, with the words. */
export interface DossierContentFiles extends DossierContent {
  texts: DossierTexts
  talk: DossierTalkTexts
  desk: DossierDeskTexts
  slips: SlipTexts
}

export type LoadedDossierContent =
  | { kind: 'content'; content: DossierContentFiles }
  | { kind: 'problems'; problems: Problem[] }

/** Nothing of it is used while one file has a problem. */
export function loadDossierContent(
  read: (name: string) => { name: string; text: string },
  texts: <D extends TextDeclaration>(name: string, declared: D) => Texts<D>,
  checks: CheckTexts,
): LoadedDossierContent {
  const words = texts('dossiers', dossierTexts)
  const files = { columns: read('data/dossier-columns.yaml'), settings: read('data/dossiers.yaml') }
  const parsed = parseDossierContent(files, checks, words)
  if (parsed.kind === 'problems') return parsed
  return {
    kind: 'content',
    content: {
      ...parsed.content,
      texts: words,
      talk: texts('dossier-talk', dossierTalkTexts),
      desk: texts('desk-dossiers', dossierDeskTexts),
      slips: texts('slips', slipTexts),
    },
  }
}
