import type { Problem } from '../../lib/problem.ts'
import type { Procedure } from '../procedure.ts'
import { mergeProcedures } from './merge-procedures.ts'
import { type ListRules, parseCatalogueCsv } from './parse-csv.ts'
import { parseCatalogueJson } from './parse-json.ts'
import { parseCatalogueYaml, type YamlRules } from './parse-yaml.ts'
import type { ParsedCatalogue, SourceFile } from './parsed-catalogue.ts'

/**
 * Files of any of our formats as one catalogue, all or nothing. A list (csv) says which procedures exist and details
 * (json) fill it; details without a list stand for themselves. Records of our own (yaml) win over both.
 */
export function parseCatalogue(files: readonly SourceFile[], rules: ListRules & YamlRules): ParsedCatalogue {
  const ofKind = (kind: string) => files.filter((file) => extension(file.name) === kind)
  const known = ['yaml', 'csv', 'json']
  const strange = files.filter((file) => !known.includes(extension(file.name)))
  const problems: Problem[] = strange.map((file) => {
    return { file: file.name, message: rules.texts.say('check.unknown-format') }
  })
  const leftOut: Problem[] = []
  const taken = (parsed: ParsedCatalogue): Procedure[] => {
    if (parsed.kind === 'problems') {
      problems.push(...parsed.problems)
      return []
    }
    leftOut.push(...parsed.leftOut)
    return parsed.procedures
  }

  const listed = ofKind('csv').flatMap((file) => taken(parseCatalogueCsv(file, rules)))
  const details = ofKind('json').flatMap((file) => taken(parseCatalogueJson(file, rules)))
  const own = taken(parseCatalogueYaml(ofKind('yaml'), rules))
  if (problems.length > 0) return { kind: 'problems', problems }

  const published = ofKind('csv').length > 0 ? mergeProcedures(listed, details) : details
  const byCode = new Map([...published, ...own].map((procedure) => [procedure.code, procedure]))
  return { kind: 'procedures', procedures: [...byCode.values()], leftOut }
}

function extension(name: string): string {
  const last = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  return last === 'yml' ? 'yaml' : last
}
