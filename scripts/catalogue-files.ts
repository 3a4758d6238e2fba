import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type Agency, parseAgency } from '../src/catalogue/agency.ts'
import type { CatalogueDiff } from '../src/catalogue/diff-catalogues.ts'
import { type FormatTexts, formatTexts } from '../src/catalogue/formats/format-texts.ts'
import { parseCatalogue } from '../src/catalogue/formats/parse-catalogue.ts'
import type { ParsedCatalogue, SourceFile } from '../src/catalogue/formats/parsed-catalogue.ts'
import type { Problem } from '../src/lib/problem.ts'
import { loadTexts } from '../src/lib/texts.ts'

export const catalogueFolder = 'data/catalogue'

export function readCheckTexts(file = 'data/texts/checks.yaml'): FormatTexts {
  return loadTexts(parse(readFileSync(file, 'utf8')), formatTexts)
}

/** Paths of the shipped catalogue, in the order of their names. */
export function shippedCatalogue(folder = catalogueFolder): string[] {
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => `${folder}/${name}`)
}

export type ReadCatalogue =
  | (Extract<ParsedCatalogue, { kind: 'procedures' }> & { agency: Agency })
  | { kind: 'problems'; problems: Problem[] }

/** Reads and checks catalogue files together with the agency file, whose bodies they name. */
export function readCatalogue(
  paths: readonly string[],
  options: { texts: FormatTexts; agencyFile?: string; sourceDate?: string },
): ReadCatalogue {
  const { texts, agencyFile = 'data/agency.yaml', sourceDate } = options
  const missing = [agencyFile, ...paths].filter((path) => !existsSync(path))
  if (missing.length > 0) {
    const problems = missing.map((file) => ({ file, message: texts.say('check.no-such-file') }))
    return { kind: 'problems', problems }
  }
  const agency = parseAgency(readSource(agencyFile), texts)
  const bodies = new Set(agency.kind === 'agency' ? Object.keys(agency.agency.bodies) : [])
  const parsed = parseCatalogue(paths.map(readSource), {
    texts,
    bodies,
    ...(sourceDate ? { sourceDate } : {}),
  })
  if (agency.kind === 'problems') {
    // Without bodies every `inCharge` looks wrong; the agency file is to be mended first.
    return agency
  }
  return parsed.kind === 'problems' ? parsed : { ...parsed, agency: agency.agency }
}

/** A line for each procedure that differs; past `maxLines` the rest is counted. */
export function diffLines(
  diff: CatalogueDiff,
  texts: FormatTexts,
  maxLines = Number.POSITIVE_INFINITY,
): string[] {
  const lines = [
    ...diff.removed.map((row) => texts.say('check.diff-removed', row)),
    ...diff.changed.map(({ code, name, parts }) => {
      return texts.say('check.diff-changed', { code, name, parts: parts.join(', ') })
    }),
    ...diff.added.map((row) => texts.say('check.diff-added', row)),
  ]
  if (lines.length <= maxLines) return lines
  return [...lines.slice(0, maxLines), texts.say('check.diff-more', { count: lines.length - maxLines })]
}

function readSource(path: string): SourceFile {
  return { name: path, text: readFileSync(path, 'utf8') }
}
