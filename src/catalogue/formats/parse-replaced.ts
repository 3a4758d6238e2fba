import { z } from 'zod'
import { parseCheckedYaml } from '../../lib/checked-yaml.ts'
import type { Problem } from '../../lib/problem.ts'
import { procedureCodePattern } from '../procedure.ts'
import type { FormatTexts } from './format-texts.ts'
import type { ReplacedRow, SourceFile } from './parsed-catalogue.ts'

const code = z.string().regex(procedureCodePattern)

/** `data/catalogue/replaced.yaml`: which procedure took the place of which, and how we know. */
const replacedFileSchema = z.strictObject({
  about: z.string().min(1),
  replaced: z.array(
    z.strictObject({
      code,
      name: z.string().min(1).optional(),
      by: code,
      /** Only what is confirmed is told to people. */
      confirmed: z.boolean(),
      source: z.string().min(1),
    }),
  ),
})

/** Tables of replaced codes, all together; an old code leads to one procedure only. */
export function parseReplacedFiles(
  files: readonly SourceFile[],
  texts: FormatTexts,
): { rows: ReplacedRow[]; problems: Problem[] } {
  const rows: ReplacedRow[] = []
  const problems: Problem[] = []
  const placeOfCode = new Map<string, string>()
  for (const file of files) {
    const parsed = parseCheckedYaml(file.name, file.text, replacedFileSchema, texts)
    if (parsed.kind === 'problems') {
      problems.push(...parsed.problems)
      continue
    }
    for (const [index, row] of parsed.value.replaced.entries()) {
      const line = parsed.lineOf(['replaced', index, 'code'])
      const earlier = placeOfCode.get(row.code)
      if (earlier) {
        const message = texts.say('check.duplicate-code', { code: row.code, place: earlier })
        problems.push({ file: file.name, line, message })
      }
      placeOfCode.set(row.code, `${file.name}:${line}`)
      if (row.code === row.by) {
        problems.push({
          file: file.name,
          line,
          message: texts.say('check.replaced-itself', { code: row.code }),
        })
      }
      if (!row.confirmed) continue
      const old = { code: row.code, ...(row.name ? { name: row.name } : {}) }
      rows.push({ old, by: row.by, place: { file: file.name, line } })
    }
  }
  return { rows, problems }
}
