import { z } from 'zod'
import { parseCheckedYaml } from '../../lib/checked-yaml.ts'
import type { Problem } from '../../lib/problem.ts'
import { type Procedure, procedureSchema } from '../procedure.ts'
import { updateCatalogue } from '../update-catalogue.ts'
import type { FormatTexts } from './format-texts.ts'
import { parseLocalFiles } from './parse-local.ts'
import { parseReplacedFiles } from './parse-replaced.ts'
import type { CatalogueLayers, ParsedCatalogue, SourceFile } from './parsed-catalogue.ts'

const fileSchema = z.strictObject({
  /** For people: what the file holds and where its facts were read. */
  about: z.string().min(1),
  procedures: z.array(procedureSchema).min(1),
})

export interface YamlRules {
  texts: FormatTexts
  /** Keys of the bodies in `data/agency.yaml` that `inCharge` may name. */
  bodies: ReadonlySet<string>
}

/** Our own `data/catalogue/*.yaml`: procedures, local facts and the table of what was replaced, as one catalogue. */
export function parseCatalogueYaml(files: readonly SourceFile[], rules: YamlRules): ParsedCatalogue {
  const parsed = parseOwnFiles(files, rules)
  if (parsed.problems.length > 0) return { kind: 'problems', problems: parsed.problems }
  const layers = { listed: [], scopes: [], details: [], ...parsed.layers }
  const updated = updateCatalogue([], layers, rules.texts)
  return updated.kind === 'problems' ? updated : { ...updated, leftOut: [] }
}

type OwnLayers = Pick<CatalogueLayers, 'own' | 'local' | 'replaced'>

/** YAML or JSON of our own; what a file holds is told by its one list: procedures, local or replaced. */
export function parseOwnFiles(
  files: readonly SourceFile[],
  rules: YamlRules,
): { layers: OwnLayers; problems: Problem[] } {
  const holding = (list: string) => (file: SourceFile) =>
    new RegExp(`^\\s*"?${list}"?\\s*:`, 'm').test(file.text) ||
    new RegExp(`[{,]\\s*"${list}"\\s*:`).test(file.text)
  const localFiles = files.filter(holding('local')).filter((file) => !holding('procedures')(file))
  const tables = files.filter(holding('replaced'))
  const others = files.filter((file) => !localFiles.includes(file) && !tables.includes(file))
  const procedures = parseProcedures(others, rules)
  const local = parseLocalFiles(localFiles, rules.texts)
  const replaced = parseReplacedFiles(tables, rules.texts)
  return {
    layers: {
      own: procedures.procedures,
      ...(localFiles.length > 0 ? { local: local.rows } : {}),
      ...(tables.length > 0 ? { replaced: replaced.rows } : {}),
    },
    problems: [...procedures.problems, ...local.problems, ...replaced.problems],
  }
}

/** All files together, so that a code occurs once in all of them. */
function parseProcedures(
  files: readonly SourceFile[],
  { texts, bodies }: YamlRules,
): { procedures: Procedure[]; problems: Problem[] } {
  const procedures: Procedure[] = []
  const problems: Problem[] = []
  const placeOfCode = new Map<string, string>()
  const knownBodies = [...bodies].sort().join(', ')

  for (const file of files) {
    const parsed = parseCheckedYaml(file.name, file.text, fileSchema, texts)
    if (parsed.kind === 'problems') {
      problems.push(...parsed.problems)
      continue
    }
    for (const [index, procedure] of parsed.value.procedures.entries()) {
      const line = parsed.lineOf(['procedures', index, 'code'])
      const place = placeOfCode.get(procedure.code)
      if (place) {
        const message = texts.say('check.duplicate-code', { code: procedure.code, place })
        problems.push({ file: file.name, line, message })
      } else {
        placeOfCode.set(procedure.code, `${file.name}:${line}`)
      }
      if (procedure.inCharge !== undefined && !bodies.has(procedure.inCharge)) {
        problems.push({
          file: file.name,
          line: parsed.lineOf(['procedures', index, 'inCharge']),
          message: texts.say('check.unknown-body', { body: procedure.inCharge, bodies: knownBodies }),
        })
      }
      procedures.push(procedure)
    }
  }
  return { procedures, problems }
}
