import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type Agency, parseAgency } from '../src/catalogue/agency.ts'
import { displayDate } from '../src/catalogue/answers/display.ts'
import { describeChange } from '../src/catalogue/describe-change.ts'
import type { CatalogueDiff } from '../src/catalogue/diff-catalogues.ts'
import { type FormatTexts, formatTexts } from '../src/catalogue/formats/format-texts.ts'
import { parseCatalogueFiles } from '../src/catalogue/formats/parse-catalogue.ts'
import { openListSheet } from '../src/catalogue/formats/parse-sheet.ts'
import type { CatalogueLayers, SheetFile, SourceFile } from '../src/catalogue/formats/parsed-catalogue.ts'
import type { Procedure } from '../src/catalogue/procedure.ts'
import { updateCatalogue } from '../src/catalogue/update-catalogue.ts'
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

interface FileRules {
  texts: FormatTexts
  agencyFile?: string
  sourceDate?: string
  isWhole?: boolean
  /** Workbooks among the paths, from `openSheets`. */
  sheets?: OpenedSheets
}

export type OpenedSheets = ReadonlyMap<string, SheetFile | Problem>

/** Unpacks the workbooks among the paths, before they are read with the other files. */
export async function openSheets(paths: readonly string[], texts: FormatTexts): Promise<OpenedSheets> {
  const sheets = new Map<string, SheetFile | Problem>()
  for (const path of paths.filter((name) => /\.xlsx$/i.test(name) && existsSync(name))) {
    const opened = await openListSheet({ name: path, bytes: readFileSync(path) }, texts)
    sheets.set(path, opened.kind === 'sheet' ? opened.sheet : opened.problem)
  }
  return sheets
}

export type ReadLayers =
  | { kind: 'layers'; layers: CatalogueLayers; leftOut: Problem[]; agency: Agency }
  | { kind: 'problems'; problems: Problem[] }

/** Reads and checks catalogue files together with the agency file, whose bodies they name. */
export function readLayers(paths: readonly string[], rules: FileRules): ReadLayers {
  const { texts, agencyFile = 'data/agency.yaml', sourceDate, isWhole = false, sheets } = rules
  const missing = [agencyFile, ...paths].filter((path) => !existsSync(path))
  if (missing.length > 0) {
    const problems = missing.map((file) => ({ file, message: texts.say('check.no-such-file') }))
    return { kind: 'problems', problems }
  }
  const agency = parseAgency(readSource(agencyFile), texts)
  // Without bodies every `inCharge` looks wrong; the agency file is to be mended first.
  if (agency.kind === 'problems') return agency
  const opened = paths.map((path) => sheets?.get(path) ?? readSource(path))
  const broken = opened.filter(isProblem)
  const parsed = parseCatalogueFiles(
    opened.flatMap((file) => (isProblem(file) ? [] : [file])),
    {
      texts,
      bodies: new Set(Object.keys(agency.agency.bodies)),
      isWhole,
      ...(sourceDate ? { sourceDate } : {}),
    },
  )
  if (broken.length > 0 || parsed.kind === 'problems') {
    const others = parsed.kind === 'problems' ? parsed.problems : []
    return { kind: 'problems', problems: [...broken, ...others] }
  }
  return { ...parsed, agency: agency.agency }
}

function isProblem(file: SheetFile | SourceFile | Problem): file is Problem {
  return 'message' in file
}

export type ReadCatalogue =
  | { kind: 'procedures'; procedures: Procedure[]; leftOut: Problem[]; agency: Agency }
  | { kind: 'problems'; problems: Problem[] }

/** The files as a catalogue of their own, with nothing in use before them. */
export function readCatalogue(paths: readonly string[], rules: FileRules): ReadCatalogue {
  const read = readLayers(paths, rules)
  if (read.kind === 'problems') return read
  const { layers, leftOut, agency } = read
  const { listed, details, own } = layers
  // Local facts or a table of codes alone: whether the codes exist shows when they are imported.
  if (listed.length + details.length + own.length === 0) {
    return { kind: 'procedures', procedures: [], leftOut, agency }
  }
  const updated = updateCatalogue([], layers, rules.texts)
  return updated.kind === 'problems' ? updated : { ...updated, leftOut, agency }
}

/** A line for each procedure that differs and for each of its parts; past `maxLines` the rest is counted. */
export function diffLines(
  { diff, before, after }: { diff: CatalogueDiff; before: readonly Procedure[]; after: readonly Procedure[] },
  texts: FormatTexts,
  maxLines = Number.POSITIVE_INFINITY,
): string[] {
  const old = new Map(before.map((procedure) => [procedure.code, procedure]))
  const next = new Map(after.map((procedure) => [procedure.code, procedure]))
  const rows = [
    ...diff.removed.map(({ goneSince, ...row }) => [
      goneSince === undefined
        ? texts.say('check.diff-removed', row)
        : texts.say('check.diff-gone', { ...row, date: displayDate(goneSince) }),
    ]),
    ...diff.changed.map(({ code, name, parts }) => [
      texts.say('check.diff-changed', { code, name }),
      ...describeChange(old.get(code)!, next.get(code)!, parts, texts),
    ]),
    ...diff.added.map((row) => [texts.say('check.diff-added', row)]),
  ]
  const lines: string[] = []
  let shown = 0
  for (const row of rows) {
    if (lines.length + row.length > maxLines) break
    lines.push(...row)
    shown++
  }
  if (shown < rows.length) lines.push(texts.say('check.diff-more', { count: rows.length - shown }))
  if (diff.redated > 0) lines.push(texts.say('check.diff-redated', { count: diff.redated }))
  return lines
}

/** The same for programs: every part of every change in words, shortened as in the lines. */
export function diffJson(
  { diff, before, after }: { diff: CatalogueDiff; before: readonly Procedure[]; after: readonly Procedure[] },
  texts: FormatTexts,
): object {
  const old = new Map(before.map((procedure) => [procedure.code, procedure]))
  const next = new Map(after.map((procedure) => [procedure.code, procedure]))
  const changed = diff.changed.map((row) => ({
    ...row,
    changes: describeChange(old.get(row.code)!, next.get(row.code)!, row.parts, texts).map((line) =>
      line.trim(),
    ),
  }))
  return { ...diff, changed }
}

function readSource(path: string): SourceFile {
  return { name: path, text: readFileSync(path, 'utf8') }
}
