import { z } from 'zod'
import { parseCheckedYaml } from '../../lib/checked-yaml.ts'
import type { Problem } from '../../lib/problem.ts'
import { hasPart, localParts } from '../local-facts.ts'
import { localFactsShape, procedureCodePattern } from '../procedure.ts'
import type { FormatTexts } from './format-texts.ts'
import type { LocalRow, SourceFile } from './parsed-catalogue.ts'

/** Local time, fee and place, each row under the decision that set them; documented at the head of `data/catalogue/dia-phuong.yaml`. */
const localFileSchema = z.strictObject({
  about: z.string().min(1),
  local: z.array(z.strictObject({ code: z.string().regex(procedureCodePattern), ...localFactsShape })),
})

/** Files of local facts, all together, so that no part of a procedure is decided twice. */
export function parseLocalFiles(
  files: readonly SourceFile[],
  texts: FormatTexts,
): { rows: LocalRow[]; problems: Problem[] } {
  const rows: LocalRow[] = []
  const problems: Problem[] = []
  const placeOfPart = new Map<string, string>()
  for (const file of files) {
    const parsed = parseCheckedYaml(file.name, file.text, localFileSchema, texts)
    if (parsed.kind === 'problems') {
      problems.push(...parsed.problems)
      continue
    }
    for (const [index, { code, ...facts }] of parsed.value.local.entries()) {
      const line = parsed.lineOf(['local', index, 'code'])
      const problem = (message: string) => problems.push({ file: file.name, line, message })
      const parts = localParts.filter((part) => hasPart(facts, part))
      if (parts.length === 0) problem(texts.say('check.local-nothing', { code }))
      if (facts.time !== undefined && facts.methods !== undefined) {
        problem(texts.say('check.local-two-times', { code }))
      }
      for (const part of parts) {
        const earlier = placeOfPart.get(`${code} ${part}`)
        if (earlier) problem(texts.say('check.local-twice', { code, part, place: earlier }))
        else placeOfPart.set(`${code} ${part}`, `${file.name}:${line}`)
      }
      rows.push({ code, facts, place: { file: file.name, line } })
    }
  }
  return { rows, problems }
}
