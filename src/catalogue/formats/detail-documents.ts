import type { Procedure } from '../procedure.ts'
import { cleanText, presentLines, presentText } from './clean-text.ts'

type DocumentGroups = NonNullable<Procedure['documents']>
type DocumentItem = DocumentGroups[number]['items'][number]

export interface DetailDocument {
  group?: unknown
  name?: unknown
  originals?: unknown
  copies?: unknown
  qty?: unknown
  form?: unknown
  forms?: unknown
}

/** Rows of the page's table; rows of one case are together in the source. A row without a name carries nothing. */
export function detailDocuments(rows: readonly DetailDocument[]): DocumentGroups | undefined {
  const groups = new Map<string, DocumentItem[]>()
  for (const row of rows) {
    const name = presentText(row.name)
    if (!name) continue
    const when = caseName(row.group)
    const items = groups.get(when) ?? []
    items.push({ name, ...counts(row), ...formOf(row, name) })
    groups.set(when, items)
  }
  return toGroups(groups)
}

/** The name of the attached form, glued to the end of the sentence. */
const fileNameBehind = /(?<=[.;)])\s*[^.;]{1,80}\.(?:pdf|docx?|xlsx?|zip|rar)$/iu

/** Flat text of one crawl: `## case or first paper`, then one paper a line, each ending in "[1 bản chính]". */
export function documentsFromText(text: unknown): DocumentGroups | undefined {
  const lines = presentLines(text)?.split('\n') ?? []
  const items = lines.flatMap((line) => {
    const name = cleanText(line.replace(/^(?:##\s*|--+\s*)/u, '').replace(/\s*\[[^\]]*\]\s*$/u, '')).replace(
      fileNameBehind,
      '',
    )
    if (!name || /^[-+*.\s]*$/u.test(name)) return []
    const quantity = /\[([^\]]*)\]\s*$/u.exec(line)?.[1] ?? ''
    return [{ name, ...amountIn(quantity) }]
  })
  return items.length > 0 ? [{ items }] : undefined
}

function toGroups(groups: ReadonlyMap<string, DocumentItem[]>): DocumentGroups | undefined {
  if (groups.size === 0) return undefined
  return [...groups].map(([when, items]) => ({ ...(when ? { when } : {}), items }))
}

/** The portal's own heading for "no special case". */
function caseName(group: unknown): string {
  const name = presentText(group) ?? ''
  return /^(?:bao gồm|thành phần hồ sơ|hồ sơ(?: bao)? gồm|\*|-)\s*:?$/iu.test(name) ? '' : name
}

function counts(row: DetailDocument): Pick<DocumentItem, 'originals' | 'copies'> {
  if (typeof row.qty === 'string') return amountIn(row.qty)
  const originals = wholeNumber(row.originals)
  const copies = wholeNumber(row.copies)
  return {
    ...(originals === undefined ? {} : { originals }),
    ...(copies === undefined ? {} : { copies }),
  }
}

/** "Bản chính: 1; Bản sao: 0" or "1 bản chính, 2 bản sao". */
function amountIn(text: string): Pick<DocumentItem, 'originals' | 'copies'> {
  const find = (kind: string) => {
    const match = new RegExp(`${kind}\\s*:\\s*(\\d+)|(\\d+)\\s*${kind}`, 'iu').exec(text)
    return wholeNumber(match?.[1] ?? match?.[2])
  }
  const originals = find('bản chính')
  const copies = find('bản sao')
  return {
    ...(originals === undefined ? {} : { originals }),
    ...(copies === undefined ? {} : { copies }),
  }
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{1,3}$/.test(value.trim()) ? Number(value) : undefined
}

/** The form by the name that the paper itself gives; file names of the portal lost their marks and say nothing. */
function formOf(row: DetailDocument, name: string): Pick<DocumentItem, 'form'> {
  const hasFile = presentText(row.form) !== undefined || (Array.isArray(row.forms) && row.forms.length > 0)
  const named = /mẫu(?: số)? (?:\d|[A-Z]\d|[IVX]+\b)[^;()]{0,90}/iu.exec(name)?.[0]
  if (named) return { form: named.replace(/[\s,.;:]+$/u, '') }
  return hasFile ? { form: name } : {}
}
