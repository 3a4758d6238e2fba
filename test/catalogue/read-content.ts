import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type Agency, parseAgency } from '../../src/catalogue/agency.ts'
import { type AnswerTexts, answerTexts } from '../../src/catalogue/answers/answer-texts.ts'
import { type FormatTexts, formatTexts } from '../../src/catalogue/formats/format-texts.ts'
import { parseCatalogueYaml } from '../../src/catalogue/formats/parse-yaml.ts'
import type { SourceFile } from '../../src/catalogue/formats/parsed-catalogue.ts'
import type { Procedure } from '../../src/catalogue/procedure.ts'
import { formatProblem } from '../../src/lib/problem.ts'
import { loadTexts } from '../../src/lib/texts.ts'

/** The shipped content, as the program reads it. */
export const checkTexts: FormatTexts = loadTexts(yaml('data/texts/checks.yaml'), formatTexts)
export const answerWords: AnswerTexts = loadTexts(yaml('data/texts/answers.yaml'), answerTexts)
export const shippedAgency: Agency = readAgency()
export const bodies: ReadonlySet<string> = new Set(Object.keys(shippedAgency.bodies))

/** National data that is not part of the project; tests that use it print why they skip when it is absent. */
export const referenceFolder = '../shared/reference/procedures'
export const hasReference = existsSync(referenceFolder)
export const skipReason = `(skipped: ${referenceFolder} is absent)`

export function readSource(name: string): SourceFile {
  return { name, text: readFileSync(name, 'utf8') }
}

export function shippedProcedures(): Procedure[] {
  const files = readdirSync('data/catalogue')
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => readSource(`data/catalogue/${name}`))
  const parsed = parseCatalogueYaml(files, { texts: checkTexts, bodies })
  if (parsed.kind === 'procedures') return parsed.procedures
  throw new Error(parsed.problems.map(formatProblem).join('\n'))
}

function readAgency(): Agency {
  const parsed = parseAgency(readSource('data/agency.yaml'), checkTexts)
  if (parsed.kind === 'agency') return parsed.agency
  throw new Error(parsed.problems.map(formatProblem).join('\n'))
}

function yaml(path: string): unknown {
  return parse(readFileSync(path, 'utf8'))
}
