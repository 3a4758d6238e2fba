import type { CheckTexts } from '../lib/checked-yaml.ts'
import type { Problem } from '../lib/problem.ts'
import { type ColumnMapping, parseColumnMapping } from './column-mapping.ts'
import { type DossierSettings, parseDossierSettings } from './dossier-settings.ts'
import type { DossierTexts } from './dossier-texts.ts'

interface SourceFile {
  name: string
  text: string
}

/** What staff edit about dossiers. */
export interface DossierContent {
  mapping: ColumnMapping
  settings: DossierSettings
}

export type ParsedDossierContent =
  | { kind: 'content'; content: DossierContent }
  | { kind: 'problems'; problems: Problem[] }

/** `data/dossier-columns.yaml` and `data/dossiers.yaml`: nothing of them is used while one has a problem. */
export function parseDossierContent(
  files: { columns: SourceFile; settings: SourceFile },
  checks: CheckTexts,
  texts: DossierTexts,
): ParsedDossierContent {
  const mapping = parseColumnMapping(files.columns, checks, texts)
  const settings = parseDossierSettings(files.settings, checks)
  if (mapping.kind === 'mapping' && settings.kind === 'settings') {
    return { kind: 'content', content: { mapping: mapping.mapping, settings: settings.settings } }
  }
  const problems = [mapping, settings].flatMap((part) => (part.kind === 'problems' ? part.problems : []))
  return { kind: 'problems', problems }
}
