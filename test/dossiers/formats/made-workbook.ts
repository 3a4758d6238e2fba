import { crc32, deflateRawSync } from 'node:zlib'

/** A zip of the parts, written by hand: no code of the reader has a hand in it. */
export function zip(parts: Readonly<Record<string, string>>): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(parts)) {
    const content = Buffer.from(text)
    const packed = deflateRawSync(content)
    const fields = Buffer.alloc(22)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(0x0800, 2)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(crc32(content), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(content.length, 18)
    const path = Buffer.from(name)
    const lengths = Buffer.alloc(4)
    lengths.writeUInt16LE(path.length, 0)
    const header = Buffer.concat([Buffer.from('PK\x03\x04'), fields, lengths, path])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    const entry = [Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), fields, lengths, tail, path]
    central.push(Buffer.concat(entry))
    local.push(header, packed)
    offset += header.length + packed.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(central.length, 8)
  end.writeUInt16LE(central.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, directory, end])
}

export type MadeCell =
  | string
  | number
  | { error: string }
  | { inline: string }
  | { formula: string }
  | undefined

export interface WorkbookOptions {
  date1904?: boolean
  /** Before the sheet with the rows; hidden or shown. */
  sheetBefore?: 'hidden' | 'veryHidden'
  /** In front of each tag, as some writers do: `x:`. */
  prefix?: string
  /** Cells and rows without their `r`. */
  isBare?: boolean
  /** Line of the first row. */
  firstLine?: number
}

/** A workbook as Excel lays it out, texts shared, with the rows in its first shown sheet. */
export function workbook(
  rows: readonly (readonly MadeCell[])[],
  { date1904 = false, sheetBefore, prefix = '', isBare = false, firstLine = 1 }: WorkbookOptions = {},
): Buffer {
  const strings: string[] = []
  const p = prefix
  const space = p === '' ? 'xmlns' : `xmlns:${p.slice(0, -1)}`
  const main = `${space}="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
  const cell = (value: MadeCell, column: number, line: number) => {
    if (value === undefined) return ''
    const place = isBare ? '' : ` r="${letters(column)}${line}"`
    if (typeof value === 'number') return `<${p}c${place}><${p}v>${value}</${p}v></${p}c>`
    if (typeof value === 'string') {
      strings.push(value)
      return `<${p}c${place} t="s"><${p}v>${strings.length - 1}</${p}v></${p}c>`
    }
    if ('error' in value) return `<${p}c${place} t="e"><${p}v>${value.error}</${p}v></${p}c>`
    if ('inline' in value) {
      return `<${p}c${place} t="inlineStr"><${p}is><${p}t>${escaped(value.inline)}</${p}t></${p}is></${p}c>`
    }
    return `<${p}c${place} t="str"><${p}f>A1</${p}f><${p}v>${escaped(value.formula)}</${p}v></${p}c>`
  }
  const sheet = rows
    .map((row, index) => {
      const line = firstLine + index
      const cells = row.map((value, column) => cell(value, column, line)).join('')
      return `<${p}row${isBare ? '' : ` r="${line}"`}>${cells}</${p}row>`
    })
    .join('')
  const shared = strings.map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join('')
  const before = sheetBefore ? `<sheet name="Ẩn" sheetId="1" state="${sheetBefore}" r:id="rId1"/>` : ''
  const relation = (id: string, target: string) =>
    `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="${target}"/>`
  return zip({
    '[Content_Types].xml': '<?xml version="1.0"?><Types/>',
    'xl/workbook.xml':
      '<?xml version="1.0"?><workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">' +
      `<workbookPr${date1904 ? ' date1904="1"' : ''}/><sheets>${before}<sheet name="Hồ sơ" sheetId="2" r:id="rId2"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<?xml version="1.0"?><Relationships>${relation('rId1', 'worksheets/hidden.xml')}${relation('rId2', '/xl/worksheets/data.xml')}</Relationships>`,
    'xl/worksheets/hidden.xml': `<?xml version="1.0"?><worksheet><sheetData/></worksheet>`,
    'xl/worksheets/data.xml': `<?xml version="1.0"?><${p}worksheet ${main}><${p}sheetData>${sheet}</${p}sheetData></${p}worksheet>`,
    'xl/sharedStrings.xml': `<?xml version="1.0"?><sst>${shared}</sst>`,
  })
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function letters(column: number): string {
  return column < 26 ? String.fromCharCode(65 + column) : `A${String.fromCharCode(65 + column - 26)}`
}
