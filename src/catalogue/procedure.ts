import { z } from 'zod'

/**
 * The published procedure: the parts that Nghị định 63/2010/NĐ-CP Đ.8 k.2 names, in the words of the national
 * catalogue. An absent section means "not in the source", never "none". This schema is also that of
 * `data/catalogue/*.yaml`.
 */
export const procedureCodePattern = /^\d\.\d{6}$/

/** Where a dossier may be handed in: counter = Trực tiếp, online = Trực tuyến, post = Dịch vụ bưu chính. */
export const filingChannels = ['counter', 'online', 'post'] as const
export type FilingChannel = (typeof filingChannels)[number]

export const levels = ['ministry', 'province', 'commune', 'other'] as const

/**
 * unknown: the source does not say (never show this as free) · set-by-province: the source says that the provincial
 * council decides · free: the source says so · stated: the source prints amounts.
 */
const feeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('unknown') }),
  z.strictObject({ kind: z.literal('set-by-province') }),
  z.strictObject({ kind: z.literal('free') }),
  z.strictObject({
    kind: z.literal('stated'),
    lines: z.array(z.strictObject({ amountVnd: z.int().nonnegative(), note: z.string().optional() })).min(1),
  }),
])
export type Fee = z.infer<typeof feeSchema>

const methodSchema = z.strictObject({
  channel: z.enum(filingChannels),
  /** As published, e.g. "10 ngày làm việc". */
  time: z.string().min(1).optional(),
  note: z.string().min(1).optional(),
})

const documentSchema = z.strictObject({
  name: z.string().min(1),
  originals: z.int().nonnegative().optional(),
  copies: z.int().nonnegative().optional(),
  /** Name of the form to fill in, e.g. "Mẫu số 03 Nghị định 219/2025/NĐ-CP". */
  form: z.string().min(1).optional(),
})

const documentGroupSchema = z.strictObject({
  /** The case in which these papers are asked for; absent when there is only one. */
  when: z.string().min(1).optional(),
  items: z.array(documentSchema).min(1),
})

/** Month or day: "2026-07" or "2026-07-15". */
const monthOrDayPattern = /^\d{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?$/

/** What a province or commune decided for itself; each part of it wins over the national record. */
export const localFactsShape = {
  decision: z.strictObject({
    /** Provincial councils set fees by resolution (nghị quyết), committees decide (quyết định): the default. */
    kind: z.enum(['decision', 'resolution']).optional(),
    number: z.string().min(1),
    date: z.iso.date(),
    /** Who decided, e.g. "UBND tỉnh Khánh Hòa". */
    by: z.string().min(1),
  }),
  /** One time for every channel; `methods` says it channel by channel instead. */
  time: z.string().min(1).optional(),
  methods: z.array(methodSchema).min(1).optional(),
  fee: feeSchema.optional(),
  place: z.string().min(1).optional(),
}

const localFactsSchema = z.strictObject(localFactsShape)
export type LocalFacts = z.infer<typeof localFactsSchema>

const replacedSchema = z.strictObject({
  code: z.string().regex(procedureCodePattern),
  name: z.string().min(1).optional(),
})
/** A procedure that is no more, under the code and name that old papers print. */
export type Replaced = z.infer<typeof replacedSchema>

export const procedureSchema = z.strictObject({
  code: z.string().regex(procedureCodePattern),
  /** The code with a province's tail, "1.014199.000.00.00.H17", when the source prints one. */
  localCode: z.string().min(1).optional(),
  /** Official name, NFC, case as published. */
  name: z.string().min(1),
  field: z.string().min(1),
  /** Who published it, e.g. "Bộ Nội vụ"; absent in a few rows of the national list. */
  issuer: z.string().min(1).optional(),
  levels: z.array(z.enum(levels)).optional(),
  /** As published; may name another province's office, so it is never shown as the place to go. */
  executingAgency: z.string().min(1).optional(),
  /** Key of the body in `data/agency.yaml` that is in charge today. */
  inCharge: z.string().min(1).optional(),
  decision: z.strictObject({ number: z.string().min(1), date: z.iso.date().optional() }).optional(),
  url: z.url({ protocol: /^https$/ }).optional(),
  /** Month or day of the copy that the facts were read from: "2026-07" or "2026-07-15". */
  sourceDate: z.string().regex(/^\d{4}-\d{2}(-\d{2})?$/),
  /** Month or day of the first published list that no longer holds it. It is kept: people still ask for it. */
  goneSince: z.string().regex(monthOrDayPattern).optional(),
  /** Everyday names under which people ask for it; staff add to them. */
  aliases: z.array(z.string().min(1)).optional(),
  audience: z.array(z.string().min(1)).optional(),
  documents: z.array(documentGroupSchema).min(1).optional(),
  /** Number of sets to hand in, as published. */
  dossierSets: z.int().positive().optional(),
  fee: feeSchema.default({ kind: 'unknown' }),
  methods: z.array(methodSchema).min(1).optional(),
  /** Where to hand in, as published and valid in any province; addresses come from `data/agency.yaml`. */
  filingPlace: z.string().min(1).optional(),
  steps: z.array(z.string().min(1)).min(1).optional(),
  requirements: z.array(z.string().min(1)).min(1).optional(),
  results: z.array(z.string().min(1)).min(1).optional(),
  legalBasis: z
    .array(z.strictObject({ number: z.string().min(1).optional(), name: z.string().min(1).optional() }))
    .min(1)
    .optional(),
  /** Beside the national facts, never in their place, so that a new national list cannot wipe them out. */
  local: z.array(localFactsSchema).min(1).optional(),
  /** Former procedures that this one took the place of. */
  replaces: z.array(replacedSchema).min(1).optional(),
})

export type Procedure = z.infer<typeof procedureSchema>

/** What a question can ask for. `overview` = the whole procedure, short. */
export const sections = [
  'overview',
  'documents',
  'fee',
  'time',
  'place',
  'method',
  'steps',
  'form',
  'requirements',
  'result',
  'legal-basis',
] as const
export type Section = (typeof sections)[number]
