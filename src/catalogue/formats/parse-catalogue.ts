import type { Problem } from '../../lib/problem.ts'
import type { Procedure } from '../procedure.ts'
import { updateCatalogue } from '../update-catalogue.ts'
import { type ListRules, parseCatalogueCsv } from './parse-csv.ts'
import { parseCatalogueJson } from './parse-json.ts'
import { parseCatalogueSheet } from './parse-sheet.ts'
import { parseOwnFiles, type YamlRules } from './parse-yaml.ts'
import type {
  CatalogueLayers,
  ListScope,
  ParsedCatalogue,
  SheetFile,
  SourceFile,
} from './parsed-catalogue.ts'

export interface CatalogueRules extends ListRules, YamlRules {
  /** Lists of a single issuer speak for the whole catalogue all the same. */
  isWhole?: boolean
}

export type ParsedFiles =
  | { kind: 'layers'; layers: CatalogueLayers; leftOut: Problem[] }
  | { kind: 'problems'; problems: Problem[] }

/** Files of any of our formats by what they say, all or nothing. */
export function parseCatalogueFiles(
  files: readonly (SourceFile | SheetFile)[],
  rules: CatalogueRules,
): ParsedFiles {
  const problems: Problem[] = []
  const leftOut: Problem[] = []
  const lists: { procedures: Procedure[]; scope: ListScope }[] = []
  const details: Procedure[] = []
  const ownFiles: SourceFile[] = []

  const taken = (parsed: ParsedCatalogue): Procedure[] => {
    if (parsed.kind === 'problems') {
      problems.push(...parsed.problems)
      return []
    }
    leftOut.push(...parsed.leftOut)
    return parsed.procedures
  }
  const takeList = (file: string, parsed: ParsedCatalogue) => {
    const procedures = taken(parsed)
    if (procedures.length > 0) lists.push({ procedures, scope: scopeOf(file, procedures, rules.isWhole) })
  }

  for (const file of files) {
    const kind = 'rows' in file ? 'sheet' : kindOf(file)
    if ('rows' in file) takeList(file.name, parseCatalogueSheet(file, rules))
    else if (kind === 'csv') takeList(file.name, parseCatalogueCsv(file, rules))
    else if (kind === 'json') details.push(...taken(parseCatalogueJson(file, rules)))
    else if (kind === 'own') ownFiles.push(file)
    else problems.push({ file: file.name, message: rules.texts.say('check.unknown-format') })
  }
  const own = parseOwnFiles(ownFiles, rules)
  problems.push(...own.problems)
  if (problems.length > 0) return { kind: 'problems', problems }
  // A code in two lists: the newer one knows better.
  lists.sort((a, b) => (a.scope.date < b.scope.date ? -1 : a.scope.date > b.scope.date ? 1 : 0))
  const listed = new Map(lists.flatMap(({ procedures }) => procedures.map((row) => [row.code, row])))
  const scopes = lists.map(({ scope }) => scope)
  return { kind: 'layers', layers: { listed: [...listed.values()], scopes, details, ...own.layers }, leftOut }
}

/**
 * Files of any of our formats as one catalogue, all or nothing. A list (csv, xlsx) says which procedures exist and details
 * (json) fill it; details without a list stand for themselves. Records of our own (yaml, json) win over both.
 */
export function parseCatalogue(
  files: readonly (SourceFile | SheetFile)[],
  rules: CatalogueRules,
): ParsedCatalogue {
  const parsed = parseCatalogueFiles(files, rules)
  if (parsed.kind === 'problems') return parsed
  const updated = updateCatalogue([], parsed.layers, rules.texts)
  return updated.kind === 'problems' ? updated : { ...updated, leftOut: parsed.leftOut }
}

/** In an export of one issuer a row or two are others': 1 of 339 in that of Bộ Công an of 06/2026. */
const ownIssuerShare = 0.9

/** The portal exports one issuer a file: such a list speaks for its issuer only. */
function scopeOf(file: string, procedures: readonly Procedure[], isWhole: boolean | undefined): ListScope {
  const date = procedures.reduce((latest, { sourceDate }) => (sourceDate > latest ? sourceDate : latest), '')
  if (isWhole) return { file, date, isStated: true }
  const counts = new Map<string | undefined, number>()
  for (const { issuer } of procedures) counts.set(issuer, (counts.get(issuer) ?? 0) + 1)
  const [[issuer, count] = [undefined, 0]] = [...counts].sort(([, a], [, b]) => b - a)
  return issuer !== undefined && count >= ownIssuerShare * procedures.length
    ? { file, issuer, date }
    : { file, date }
}

function kindOf({ name, text }: SourceFile): 'csv' | 'json' | 'own' | undefined {
  switch (/\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase()) {
    case 'csv':
      return 'csv'
    case 'yaml':
    case 'yml':
      return 'own'
    case 'json':
      // Details are a list; JSON of our own is an object with a list in it.
      return /^\s*\{[^{[]*"(?:about|procedures|local|replaced)"\s*:/.test(text.slice(0, 2_000))
        ? 'own'
        : 'json'
    default:
      return undefined
  }
}
