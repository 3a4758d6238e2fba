import { z } from 'zod'
import { parseCheckedYaml } from '../../lib/checked-yaml.ts'
import type { Problem } from '../../lib/problem.ts'
import { type Procedure, procedureSchema } from '../procedure.ts'
import type { FormatTexts } from './format-texts.ts'
import { allOrNothing, type ParsedCatalogue, type SourceFile } from './parsed-catalogue.ts'

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

/** Our own `data/catalogue/*.yaml`, all files together, so that a code occurs once in all of them. */
export function parseCatalogueYaml(
  files: readonly SourceFile[],
  { texts, bodies }: YamlRules,
): ParsedCatalogue {
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
  return allOrNothing(procedures, problems)
}
