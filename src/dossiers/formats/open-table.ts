import type { Sheet } from '../../lib/spreadsheet/read-xlsx.ts'
import type { DossierTexts } from '../dossier-texts.ts'
import { readCsv } from './read-csv.ts'
import { readJson } from './read-json.ts'
import type { DossierFile, Table, TableChunk } from './table.ts'

/** By its content, whatever the file is called: exports named `.xls` are often something else. */
export function openTable(file: DossierFile, texts: DossierTexts): Table {
  const problem = (message: string): Table => ({
    format: 'csv',
    daySystem: () => '1900',
    async *chunks() {
      yield { kind: 'problem', problem: { file: file.name, message } }
    },
  })
  const start = Buffer.from(file.bytes.subarray(0, 512))
  if (file.bytes.length === 0) return problem(texts.say('dossier.file.empty'))
  if (start.subarray(0, 4).equals(zipMagic)) return xlsxTable(file, texts)
  if (start.subarray(0, 4).equals(oldOfficeMagic)) return problem(texts.say('dossier.file.old-excel'))
  if (start.subarray(0, 5).toString('latin1') === '%PDF-') return problem(texts.say('dossier.file.no-table'))
  if (start.subarray(0, 1).toString('latin1') === '[') return readJson(file, texts)
  if (/<(?:!doctype|html|table|\?xml)/i.test(start.toString('latin1').replaceAll('\0', ''))) {
    return problem(texts.say('dossier.file.web-page'))
  }
  return readCsv(file, texts)
}

const zipMagic = Buffer.from('PK\x03\x04', 'latin1')
/** OLE compound file: Excel 97–2003, and every workbook with a password. */
const oldOfficeMagic = Buffer.from([0xd0, 0xcf, 0x11, 0xe0])

function xlsxTable(file: DossierFile, texts: DossierTexts): Table {
  let daySystem: Sheet['daySystem'] = '1900'
  const problem = (message: string): TableChunk => ({
    kind: 'problem',
    problem: { file: file.name, message },
  })
  return {
    format: 'xlsx',
    daySystem: () => daySystem,
    async *chunks() {
      // Loaded when the first workbook comes: an office that exports csv never needs it.
      const { BrokenWorkbook, openSheet } = await import('../../lib/spreadsheet/read-xlsx.ts')
      const opened = await openSheet(file.bytes)
      if (opened.kind !== 'sheet') {
        yield problem(
          texts.say(opened.kind === 'broken' ? 'dossier.file.broken-xlsx' : 'dossier.file.too-large'),
        )
        return
      }
      daySystem = opened.sheet.daySystem
      try {
        for await (const { rows, share } of opened.sheet.chunks()) yield { kind: 'rows', rows, share }
      } catch (error) {
        if (!(error instanceof BrokenWorkbook)) throw error
        yield problem(texts.say('dossier.file.broken-xlsx'))
      } finally {
        opened.sheet.close()
      }
    },
  }
}
