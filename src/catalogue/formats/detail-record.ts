import { z } from 'zod'
import type { FilingChannel, levels, Procedure } from '../procedure.ts'
import { cleanText, presentLines, presentText } from './clean-text.ts'
import { type DetailDocument, detailDocuments, documentsFromText } from './detail-documents.ts'
import { detailFee } from './detail-fee.ts'
import { localCode, nationalCode } from './parsed-catalogue.ts'

const loose = z.string().nullish()

/** One record of a detail file as crawled; every part may be missing, unknown keys are ignored. */
export const detailRecordSchema = z.object({
  code: z.string(),
  name: z.string(),
  field: loose,
  level: loose,
  decision_no: loose,
  audience: loose,
  executing_agency: loose,
  receiving_address: loose,
  steps: loose,
  methods: z
    .array(z.object({ channel: loose, time: loose, fee: loose, note: loose }))
    .nullish()
    .transform((rows) => rows ?? []),
  documents: z.array(z.record(z.string(), z.unknown())).nullish(),
  documents_text: loose,
  legal_basis: z.array(z.union([z.string(), z.object({ name: loose, number: loose })])).nullish(),
  results: z.array(z.union([z.string(), z.object({ name: loose })])).nullish(),
  results_text: loose,
  requirements: loose,
  issuer: loose,
  url: loose,
  source_date: loose,
  locality: loose,
})
export type DetailRecord = z.infer<typeof detailRecordSchema>

const channelNames: readonly [RegExp, FilingChannel][] = [
  [/^trực tiếp/iu, 'counter'],
  [/^trực tuyến/iu, 'online'],
  [/bưu chính/iu, 'post'],
]

const levelNames: readonly [RegExp, (typeof levels)[number]][] = [
  [/cấp bộ/iu, 'ministry'],
  [/cấp tỉnh/iu, 'province'],
  [/cấp xã/iu, 'commune'],
  [/cơ quan khác/iu, 'other'],
]

/** A record in our own words; what the source leaves empty stays absent. */
export function toProcedure(record: DetailRecord, sourceDate: string): unknown {
  const documents = record.documents
    ? detailDocuments(record.documents as DetailDocument[])
    : documentsFromText(record.documents_text)
  const entries: { [K in keyof Procedure]: unknown } = {
    code: nationalCode(record.code) ?? record.code,
    localCode: localCode(record.code),
    name: cleanText(record.name),
    // Three records of the national crawl lack it; the index has it and wins when both are merged.
    field: presentText(record.field) ?? 'Khác',
    issuer: presentText(record.issuer),
    levels: levelsIn(record.level),
    executingAgency: presentText(record.executing_agency),
    decision: decisionOf(record.decision_no),
    url: presentText(record.url),
    sourceDate: presentText(record.source_date) ?? sourceDate,
    audience: filledList(presentText(record.audience)?.split(/\s*[,;]\s*(?![^(]*\))/u)),
    documents,
    fee: detailFee(record.methods),
    methods: methodsOf(record.methods),
    filingPlace: filingPlaceOf(record),
    steps: stepsOf(record.steps),
    requirements: filledList(presentLines(cutPageTail(record.requirements))?.split('\n')),
    results: resultsOf(record),
    legalBasis: legalBasisOf(record),
  }
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))
}

function levelsIn(level: string | null | undefined): string[] | undefined {
  const text = presentText(level) ?? ''
  return filledList(levelNames.filter(([name]) => name.test(text)).map(([, key]) => key))
}

function decisionOf(raw: string | null | undefined): { number: string } | undefined {
  const number = presentText(raw)
    ?.replace(/^quyết định(?:\s+số)?\s*:?\s*/iu, '')
    .replace(/[\s.]+$/u, '')
  return number ? { number } : undefined
}

function methodsOf(rows: DetailRecord['methods']): unknown[] | undefined {
  const methods = rows.flatMap((row) => {
    const channel = channelNames.find(([name]) => name.test(row.channel?.trim() ?? ''))?.[1]
    if (!channel) return []
    const time = timeOf(row.time)
    const note = presentLines(withoutFee(row.note))
    return [{ channel, ...(time ? { time } : {}), ...(note ? { note } : {}) }]
  })
  return filledList(methods)
}

/** "21 Ngày" → "21 ngày"; a sentence in the number cell got the unit behind its dot: "… 10 ngày làm việc. ngày". */
function timeOf(raw: string | null | undefined): string | undefined {
  return presentText(raw)
    ?.replace(/(?<=\d\s+)(Ngày|Giờ|Tháng|Tuần)/u, (unit) => unit.toLowerCase())
    .replace(/(?<=\p{L})[.;]\s*(?:ngày làm việc|ngày|giờ|tháng)$/iu, '')
}

/** Crawls print the fee cell before the note, without a blank between them. */
function withoutFee(note: string | null | undefined): string | undefined {
  return note
    ?.normalize('NFC')
    .replace(/^(?:\d*Miễn phí|(?:Không có thông tin)+)/u, '')
    .replace(/^[\d.,]+ Việt Nam Đồng(?:\((?:[^()]|\([^()]*\))*\))?/u, '')
    .replace(/^[^\n]*phí[^\n]*\bĐồng\n/iu, '')
}

/**
 * The published place to hand in, only when it holds in any province: no street address, no named province, and not
 * from another province's own procedure.
 */
function filingPlaceOf({ receiving_address, issuer }: DetailRecord): string | undefined {
  const place = presentText(receiving_address)
  if (!place || /^(?:UBND|Ủy ban nhân dân)\s/iu.test(issuer ?? '')) return undefined
  const isOneAddress = /\d|@|https?:|:$/u.test(place)
  const namesProvince = /(?:tỉnh|thành phố|TP\.?)\s+(?!Trực)\p{Lu}|Hà Nội|Hồ Chí Minh|Đà Nẵng/u.test(place)
  return isOneAddress || namesProvince || place.length > 600 ? undefined : place
}

/** One entry a step; lines that start no step belong to the one before. */
function stepsOf(raw: string | null | undefined): string[] | undefined {
  const lines = presentLines(raw)?.split('\n') ?? []
  const startsStep = /^(?:[-*+•]\s*)?(?:\d{1,2}\.\s+|(?:\d+\.)*\s*bước\s+\d)/iu
  if (!lines.some((line) => startsStep.test(line))) return filledList(lines)
  const steps: string[] = []
  for (const line of lines) {
    if (steps.length === 0 || startsStep.test(line)) steps.push(line.replace(/^\d{1,2}\.\s+(?=Bước)/iu, ''))
    else steps.push(`${steps.pop()}\n${line}`)
  }
  return steps
}

function resultsOf({ results, results_text }: DetailRecord): string[] | undefined {
  const names = results
    ? results.map((row) => presentText(typeof row === 'string' ? row : row.name))
    : (presentLines(cutPageTail(results_text))?.split(/Mã:\s*KQ\.[A-Z]\d+(?:\.\d+)*|\n/u) ?? []).map(
        presentText,
      )
  return filledList(names.filter((name) => name !== undefined))
}

function legalBasisOf({ legal_basis }: DetailRecord): { name?: string; number?: string }[] | undefined {
  const rows = legal_basis?.flatMap((row) => {
    const number = presentText(typeof row === 'string' ? row : row.number)
    const name = typeof row === 'string' ? undefined : presentText(row.name)
    return number || name ? [{ ...(number ? { number } : {}), ...(name ? { name } : {}) }] : []
  })
  return filledList(rows)
}

/** One crawl ran past the section into the next headings of the page. */
function cutPageTail(text: string | null | undefined): string | undefined {
  return text?.normalize('NFC').replace(/(?:Không có thông tin)?Từ khóaKhông có thông tin.*$/su, '')
}

function filledList<T>(items: readonly T[] | undefined): T[] | undefined {
  const filled = items?.filter((item) => item !== '') ?? []
  return filled.length > 0 ? filled : undefined
}
