import { crc32 } from 'node:zlib'
import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl'
import { type Cell, type DaySystem, rowsPerChunk, type TableRow } from './cells.ts'

/** The first sheet that is not hidden. Formats, formulas and everything else of a workbook are read over. */
export interface Sheet {
  daySystem: DaySystem
  /** Day on which the program that wrote the workbook says it made it, "2026-07-08"; many programs do not say. */
  createdOn?: string
  chunks(): AsyncIterable<{ rows: TableRow[]; share: number }>
  close(): void
}

export type OpenedSheet =
  | { kind: 'sheet'; sheet: Sheet }
  /** Not a zip, a part is missing or garbled. */
  | { kind: 'broken' }
  /** It would unpack to more than a table of an office ever does. */
  | { kind: 'too-large' }

/** A sheet of 200,000 rows with 20 columns unpacks to some 150 MB, its texts to 10 or 20; only the texts are held. */
const maxSheetBytes = 1_000_000_000
const maxTextsBytes = 200_000_000
const maxPropertiesBytes = 1_000_000

/** What the zip or the XML of a workbook did not keep to; the caller turns it into words. */
export class BrokenWorkbook extends Error {}

/**
 * Opens a workbook (ECMA-376) for reading row by row: only its shared texts are held, never the sheet.
 *
 * @param options.keepLines lines inside a cell stay lines; else they are joined by a blank
 * @throws {BrokenWorkbook} while the chunks are read, when the sheet breaks off
 */
export async function openSheet(
  bytes: Uint8Array,
  { keepLines = false }: { keepLines?: boolean } = {},
): Promise<OpenedSheet> {
  let zip: ZipFile | undefined
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    zip = await fromBufferPromise(buffer, { lazyEntries: true, autoClose: false })
    const parts = await listParts(zip)
    const workbook = await readWorkbook(zip, parts)
    const sheetPart = parts.get(workbook.sheetPath)
    if (!sheetPart) return closing(zip, { kind: 'broken' })
    const stringsPart = parts.get('xl/sharedstrings.xml')
    const textsBytes = stringsPart?.uncompressedSize ?? 0
    if (sheetPart.uncompressedSize > maxSheetBytes || textsBytes > maxTextsBytes)
      return closing(zip, { kind: 'too-large' })
    const strings = stringsPart ? await readStrings(zip, stringsPart) : []
    const createdOn = await readCreationDay(zip, parts.get('docprops/core.xml'))
    const opened = zip
    return {
      kind: 'sheet',
      sheet: {
        daySystem: workbook.daySystem,
        ...(createdOn ? { createdOn } : {}),
        chunks: () => sheetChunks(opened, sheetPart, strings, keepLines ? linesOfCell : oneLine),
        close: () => opened.close(),
      },
    }
  } catch (error) {
    if (!isBroken(error)) throw error
    zip?.close()
    return { kind: 'broken' }
  }
}

function closing(zip: ZipFile, outcome: OpenedSheet): OpenedSheet {
  zip.close()
  return outcome
}

/** yauzl, zlib and saxes throw plain errors at broken input; a bug of ours is one of the language's own kinds. */
function isBroken(error: unknown): boolean {
  return error instanceof Error && !(error instanceof TypeError || error instanceof ReferenceError)
}

/** By lower-cased path: some writers capitalise them in their own way. */
async function listParts(zip: ZipFile): Promise<Map<string, Entry>> {
  const parts = new Map<string, Entry>()
  for await (const entry of zip.eachEntry()) {
    parts.set(entry.fileName.replaceAll('\\', '/').toLowerCase(), entry)
  }
  return parts
}

interface TagHandlers {
  open(tag: SaxesTagPlain, name: string): void
  text?(text: string): void
  close?(name: string): void
}

/** Hands the part's XML to the handlers, names without prefix; yields after each piece, with the share read. */
async function* readPart(zip: ZipFile, part: Entry, handlers: TagHandlers): AsyncGenerator<number> {
  const parser = new SaxesParser({ xmlns: false })
  parser.on('opentag', (tag) => handlers.open(tag, localName(tag.name)))
  parser.on('text', (text) => handlers.text?.(text))
  parser.on('cdata', (text) => handlers.text?.(text))
  parser.on('closetag', (tag) => handlers.close?.(localName(tag.name)))
  parser.on('error', (error) => {
    throw new BrokenWorkbook(error.message)
  })
  const decoder = new TextDecoder('utf-8', { fatal: false })
  let read = 0
  let checksum = 0
  try {
    const stream = await zip.openReadStreamPromise(part)
    for await (const piece of stream as AsyncIterable<Buffer>) {
      read += piece.length
      checksum = crc32(piece, checksum)
      parser.write(decoder.decode(piece, { stream: true }))
      yield read / Math.max(1, part.uncompressedSize)
    }
    parser.close()
    // yauzl leaves it to its caller; without it a changed byte would be a changed date.
    if (checksum !== part.crc32) throw new BrokenWorkbook('a part of the workbook has another checksum')
  } catch (error) {
    throw isBroken(error) ? new BrokenWorkbook('a part of the workbook is broken', { cause: error }) : error
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

/** Whatever the prefix: `r:id` is the one attribute with a prefix that matters. */
function attribute(tag: SaxesTagPlain, name: string): string | undefined {
  return tag.attributes[name] ?? Object.entries(tag.attributes).find(([key]) => localName(key) === name)?.[1]
}

async function finish(reading: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of reading);
}

async function readWorkbook(
  zip: ZipFile,
  parts: Map<string, Entry>,
): Promise<{ sheetPath: string; daySystem: DaySystem }> {
  const workbook = parts.get('xl/workbook.xml')
  const relations = parts.get('xl/_rels/workbook.xml.rels')
  if (!workbook || !relations) throw new BrokenWorkbook('no workbook in it')
  const targets = new Map<string, string>()
  await finish(
    readPart(zip, relations, {
      open(tag, name) {
        if (name === 'Relationship') targets.set(tag.attributes.Id ?? '', tag.attributes.Target ?? '')
      },
    }),
  )
  let relation: string | undefined
  let daySystem: DaySystem = '1900'
  await finish(
    readPart(zip, workbook, {
      open(tag, name) {
        const isShown = (tag.attributes.state ?? 'visible') === 'visible'
        if (name === 'sheet' && isShown) relation ??= attribute(tag, 'id')
        if (name === 'workbookPr' && /^(?:1|true|on)$/.test(tag.attributes.date1904 ?? '')) daySystem = '1904'
      },
    }),
  )
  const target = targets.get(relation ?? '') ?? 'worksheets/sheet1.xml'
  const path = target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`
  return { sheetPath: path.toLowerCase(), daySystem }
}

async function readCreationDay(zip: ZipFile, part: Entry | undefined): Promise<string | undefined> {
  if (!part || part.uncompressedSize > maxPropertiesBytes) return undefined
  let isCreated = false
  let text = ''
  await finish(
    readPart(zip, part, {
      open(_tag, name) {
        isCreated = name === 'created'
      },
      text(piece) {
        if (isCreated) text += piece
      },
      close() {
        isCreated = false
      },
    }),
  )
  return /^\d{4}-\d{2}-\d{2}(?=T)/.exec(text.trim())?.[0]
}

async function readStrings(zip: ZipFile, part: Entry): Promise<string[]> {
  const strings: string[] = []
  const current = new TextOfCell()
  await finish(
    readPart(zip, part, {
      open(_tag, name) {
        if (name === 'si') current.clear()
        else current.open(name)
      },
      text: (text) => current.add(text),
      close(name) {
        if (name === 'si') strings.push(current.text)
        else current.close(name)
      },
    }),
  )
  return strings
}

/** `<t>` inside `<si>` or `<is>`, several of them in rich text; readings of East Asian words (`<rPh>`) are no part of it. */
class TextOfCell {
  text = ''
  #isText = false
  #isReading = false

  clear(): void {
    this.text = ''
    this.#isText = false
    this.#isReading = false
  }

  open(name: string): void {
    if (name === 'rPh') this.#isReading = true
    if (name === 't') this.#isText = !this.#isReading
  }

  add(text: string): void {
    if (this.#isText) this.text += text
  }

  close(name: string): void {
    if (name === 'rPh') this.#isReading = false
    if (name === 't') this.#isText = false
  }
}

async function* sheetChunks(
  zip: ZipFile,
  part: Entry,
  strings: readonly string[],
  tidy: (text: string) => string,
): AsyncGenerator<{ rows: TableRow[]; share: number }> {
  let rows: TableRow[] = []
  let line = 0
  let cells: (Cell | undefined)[] = []
  let column = 0
  let type = 'n'
  let value = ''
  let isValue = false
  const inline = new TextOfCell()
  const reading = readPart(zip, part, {
    open(tag, name) {
      if (name === 'row') {
        line = Number(tag.attributes.r ?? line + 1)
        cells = []
        column = 0
      } else if (name === 'c') {
        column = columnOf(tag.attributes.r) ?? column
        type = tag.attributes.t ?? 'n'
        value = ''
        inline.clear()
      } else if (name === 'v') isValue = true
      else inline.open(name)
    },
    text(text) {
      if (isValue) value += text
      else inline.add(text)
    },
    close(name) {
      if (name === 'v') isValue = false
      else if (name === 'c') {
        if (column < maxColumns) cells[column] = toCell(type, value, inline.text, strings, tidy)
        column++
      } else if (name === 'row') {
        // Empty rows that only carry a format go on to the last line of the sheet, a million of them.
        if (cells.some((cell) => cell !== undefined)) rows.push({ line, cells: Array.from(cells) })
      } else inline.close(name)
    },
  })
  for await (const share of reading) {
    if (rows.length < rowsPerChunk) continue
    yield { rows, share: Math.min(1, share) }
    rows = []
  }
  yield { rows, share: 1 }
}

const maxColumns = 1_000

/** "C7" → 2. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0]
  if (!letters) return undefined
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

function toCell(
  type: string,
  value: string,
  inline: string,
  strings: readonly string[],
  tidy: (text: string) => string,
): Cell | undefined {
  switch (type) {
    case 's': {
      const text = strings[Number(value)]
      if (text === undefined) throw new BrokenWorkbook('a cell names a text that is not there')
      return textCell(text, tidy)
    }
    case 'inlineStr':
      return textCell(inline, tidy)
    case 'e':
      return { kind: 'error', text: value }
    case 'n': {
      if (value === '') return undefined
      const number = Number(value)
      return Number.isFinite(number) ? { kind: 'number', number } : { kind: 'error', text: value }
    }
    // `str`: what a formula gave; `d`: an ISO date; `b`: 0 or 1
    default:
      return textCell(value, tidy)
  }
}

function textCell(text: string, tidy: (text: string) => string): Cell | undefined {
  const tidied = tidy(text.normalize('NFC'))
  return tidied === '' ? undefined : { kind: 'text', text: tidied }
}

function oneLine(text: string): string {
  return text.replace(/[\s\u00a0]+/g, ' ').trim()
}

function linesOfCell(text: string): string {
  return text
    .split(/\r\n?|\n/)
    .map(oneLine)
    .filter((line) => line !== '')
    .join('\n')
}
