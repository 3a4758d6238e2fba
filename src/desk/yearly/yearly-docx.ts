import {
  AlignmentType,
  BorderStyle,
  Document,
  type FileChild,
  Footer,
  FootnoteReferenceRun,
  HeadingLevel,
  type IParagraphOptions,
  LineRuleType,
  Packer,
  PageNumber,
  Paragraph,
  ShadingType,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx'
import type { SurveyDeskTexts } from '../surveys/survey-desk-texts.ts'
import { withFixedTimes } from './fixed-zip-times.ts'
import type { AnnexTable } from './yearly-annex.ts'
import type { Block, YearlyReport } from './yearly-report.ts'

/** Half points: letters of 14, notes of 10, tables of 10. */
const letters = 28
const small = 20
const font = 'Times New Roman'
/** Twentieths of a point: A4, margins of 2 cm, on the left 3 cm. */
const page = {
  size: { width: 11_906, height: 16_838 },
  margin: { top: 1_134, bottom: 1_134, left: 1_701, right: 1_134 },
}
const textWidth = page.size.width - page.margin.left - page.margin.right

/**
 * The draft as a Word document: what the program counted has its source in a footnote, what staff write stands shaded
 * in brackets. The same report and time give the same bytes.
 */
export async function yearlyDocx(report: YearlyReport, texts: SurveyDeskTexts, now: Date): Promise<Buffer> {
  const notes: string[] = []
  const body: FileChild[] = [
    ...headingOf(report, texts),
    ...report.legalBasis.map((block) => paragraphOf(block, texts, notes)),
    ...report.opening.map((block) => paragraphOf(block, texts, notes)),
    ...report.sections.flatMap(({ title, blocks }) => [
      new Paragraph({
        heading: HeadingLevel.HEADING_1,
        keepNext: true,
        spacing: { before: 200, after: 100 },
        children: [new TextRun({ text: title, bold: true, size: letters, font, color: '000000' })],
      }),
      ...blocks.map((block) => paragraphOf(block, texts, notes)),
    ]),
    plain(report.closing),
    signatureOf(report, texts),
    new Paragraph({
      heading: HeadingLevel.HEADING_1,
      pageBreakBefore: true,
      alignment: AlignmentType.CENTER,
      children: [
        new TextRun({ text: texts.say('yearly.annex'), bold: true, size: letters, font, color: '000000' }),
      ],
    }),
    ...report.annex.tables.flatMap(tableOf),
    new Paragraph({
      keepNext: true,
      spacing: { before: 240, after: 80 },
      children: [run(texts.say('yearly.annex.method'), { bold: true })],
    }),
    ...report.annex.notes.map(
      (text) =>
        new Paragraph({ spacing: { after: 80 }, children: [new TextRun({ text, size: small + 2, font })] }),
    ),
  ]
  const document = new Document({
    title: `${report.title} ${report.year}`,
    creator: report.heading.office,
    lastModifiedBy: report.heading.office,
    styles: { default: { document: { run: { font, size: letters, language: { value: 'vi-VN' } } } } },
    footnotes: Object.fromEntries(
      notes.map((text, index) => [
        index + 1,
        { children: [new Paragraph({ children: [new TextRun({ text: ` ${text}`, size: small, font })] })] },
      ]),
    ),
    sections: [
      {
        properties: { page },
        footers: {
          default: new Footer({
            children: [
              new Paragraph({
                alignment: AlignmentType.CENTER,
                children: [new TextRun({ children: [PageNumber.CURRENT], size: small, font })],
              }),
            ],
          }),
        },
        children: body,
      },
    ],
  })
  const core = { path: 'docProps/core.xml', data: coreProperties(report, now) }
  return withFixedTimes(await Packer.toBuffer(document, undefined, [core]), now)
}

function run(text: string, more: { bold?: boolean; italics?: boolean } = {}): TextRun {
  return new TextRun({ text, size: letters, font, ...more })
}

function plain(text: string): Paragraph {
  return new Paragraph({ ...proseOptions, children: [run(text)] })
}

const proseOptions: IParagraphOptions = {
  alignment: AlignmentType.JUSTIFIED,
  indent: { firstLine: 567 },
  spacing: { after: 120, line: 312, lineRule: LineRuleType.AUTO },
}

function paragraphOf(block: Block, texts: SurveyDeskTexts, notes: string[]): Paragraph {
  switch (block.kind) {
    case 'fixed':
      return plain(block.text)
    case 'staff':
      return new Paragraph({
        ...proseOptions,
        children: [
          new TextRun({
            text: texts.say('yearly.staff', { prompt: block.prompt }),
            size: letters,
            font,
            italics: true,
            shading: { type: ShadingType.CLEAR, color: 'auto', fill: 'E7E6E6' },
          }),
        ],
      })
    case 'computed': {
      notes.push(texts.say('yearly.source', { source: block.source.text }))
      const mark = block.contradictsPraise ? ` ${texts.say('yearly.contradicts')}` : ''
      return new Paragraph({
        ...proseOptions,
        children: [
          run(block.text),
          new FootnoteReferenceRun(notes.length),
          ...(mark ? [new TextRun({ text: mark, size: small + 2, font, italics: true })] : []),
        ],
      })
    }
  }
}

const noBorder = { style: BorderStyle.NONE, size: 0, color: 'auto' }
const noBorders = {
  top: noBorder,
  bottom: noBorder,
  left: noBorder,
  right: noBorder,
  insideHorizontal: noBorder,
  insideVertical: noBorder,
}

/** Two columns without lines: the heading, and the end of the letter. */
function sideBySide(left: Paragraph[], right: Paragraph[], share: number): Table {
  const widths = [Math.round(textWidth * share), textWidth - Math.round(textWidth * share)]
  return new Table({
    width: { size: textWidth, type: WidthType.DXA },
    columnWidths: widths,
    borders: noBorders,
    rows: [
      new TableRow({
        cantSplit: true,
        children: [left, right].map(
          (children, at) =>
            new TableCell({
              width: { size: widths[at]!, type: WidthType.DXA },
              // The nation's name keeps to its one line only when all of the cell is its own.
              margins: { left: 0, right: 0 },
              children,
            }),
        ),
      }),
    ],
  })
}

function centred(
  text: string,
  more: { bold?: boolean; italics?: boolean; size?: number } = {},
  before = 0,
): Paragraph {
  return new Paragraph({
    alignment: AlignmentType.CENTER,
    spacing: { before },
    children: [new TextRun({ text, size: 26, font, ...more })],
  })
}

function headingOf({ heading, title, subject, year }: YearlyReport, texts: SurveyDeskTexts): FileChild[] {
  const { parent, office, symbol, place, nation, motto } = heading
  return [
    sideBySide(
      [centred(parent), centred(office, { bold: true }), centred(texts.say('yearly.number', { symbol }))],
      [
        centred(nation, { bold: true, size: 24 }),
        centred(motto, { bold: true }),
        centred(texts.say('yearly.date', { place, year }), { italics: true }),
      ],
      0.4,
    ),
    new Paragraph({
      heading: HeadingLevel.TITLE,
      alignment: AlignmentType.CENTER,
      spacing: { before: 360 },
      children: [new TextRun({ text: title, bold: true, size: letters, font, color: '000000' })],
    }),
    new Paragraph({
      alignment: AlignmentType.CENTER,
      spacing: { after: 300 },
      children: [run(subject, { bold: true })],
    }),
  ]
}

function signatureOf({ receivers, signature }: YearlyReport, texts: SurveyDeskTexts): Table {
  const note = (text: string, more: { bold?: boolean; italics?: boolean } = {}) =>
    new Paragraph({ children: [new TextRun({ text, size: 22, font, ...more })] })
  return sideBySide(
    [
      note(texts.say('yearly.receivers'), { bold: true, italics: true }),
      ...receivers.map((receiver) => note(`- ${receiver}`)),
    ],
    // Room to sign above the name.
    signature.map((words, at) =>
      centred(words, { bold: true, size: letters }, at > 0 && at === signature.length - 1 ? 1_400 : 0),
    ),
    0.5,
  )
}

function tableOf({ title, headings, rows }: AnnexTable): FileChild[] {
  const rest = headings.length - 1
  // Narrow columns for numbers, the rest for the words of the first.
  const narrow = headings.length > 4 ? [0.1, 0.13, 0.08, 0.08, ...Array<number>(rest - 4).fill(0.055)] : [0.3]
  const shares = [1 - narrow.reduce((sum, share) => sum + share, 0), ...narrow]
  const widths = shares.map((share) => Math.round(textWidth * share))
  const cell = (text: string, at: number, bold: boolean) =>
    new TableCell({
      width: { size: widths[at]!, type: WidthType.DXA },
      margins: { top: 40, bottom: 40, left: 60, right: 60 },
      children: [
        new Paragraph({
          alignment: at === 0 ? AlignmentType.LEFT : AlignmentType.RIGHT,
          children: [new TextRun({ text, size: small, font, bold })],
        }),
      ],
    })
  return [
    new Paragraph({
      heading: HeadingLevel.HEADING_2,
      keepNext: true,
      spacing: { before: 240, after: 80 },
      children: [new TextRun({ text: title, bold: true, size: letters, font, color: '000000' })],
    }),
    new Table({
      width: { size: textWidth, type: WidthType.DXA },
      columnWidths: widths,
      rows: [
        new TableRow({
          tableHeader: true,
          cantSplit: true,
          children: headings.map((text, at) => cell(text, at, true)),
        }),
        ...rows.map(
          (row) => new TableRow({ cantSplit: true, children: row.map((text, at) => cell(text, at, false)) }),
        ),
      ],
    }),
  ]
}

/** What the library would write with the time of the machine. */
function coreProperties({ title, year, heading }: YearlyReport, now: Date): string {
  const escapeXml = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
  const at = `${now.toISOString().slice(0, 19)}Z`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"',
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"',
    ' xmlns:dcmitype="http://purl.org/dc/dcmitype/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
    `<dc:title>${escapeXml(`${title} ${year}`)}</dc:title><dc:creator>${escapeXml(heading.office)}</dc:creator>`,
    `<cp:lastModifiedBy>${escapeXml(heading.office)}</cp:lastModifiedBy><cp:revision>1</cp:revision>`,
    `<dcterms:created xsi:type="dcterms:W3CDTF">${at}</dcterms:created>`,
    `<dcterms:modified xsi:type="dcterms:W3CDTF">${at}</dcterms:modified></cp:coreProperties>`,
  ].join('')
}
