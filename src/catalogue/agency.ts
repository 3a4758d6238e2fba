import { z } from 'zod'
import { parseCheckedYaml } from '../lib/checked-yaml.ts'
import type { Problem } from '../lib/problem.ts'
import { fieldName } from './field-name.ts'
import type { FormatTexts } from './formats/format-texts.ts'
import { looseKey } from './loose-key.ts'

/**
 * `data/agency.yaml`: who we are, where people go, which body is in charge of what and since when. Everything is the
 * office's to fill in; what is empty there is never spoken of.
 */
const filled = z
  .string()
  .trim()
  .nullish()
  .transform((text) => text || undefined)
const names = z
  .array(z.string().min(1))
  .nullish()
  .transform((list) => list ?? [])
const day = z.iso
  .date()
  .nullish()
  .transform((date) => date ?? undefined)

const contactSchema = z
  .strictObject({ address: filled, phone: filled, email: filled, url: filled, hours: filled })
  .partial()
  .nullish()
  .transform((contact) => contact ?? {})

const bodySchema = z.strictObject({
  name: z.string().min(1),
  /** Old and everyday names under which people ask for it. */
  aliases: names,
  validFrom: day,
  validTo: day,
  /** Key of the body that took over when this one ended. */
  successor: filled,
  contact: contactSchema,
})

const movedSchema = z.strictObject({
  /** Names of catalogue fields (lĩnh vực), as published. */
  fields: z.array(z.string().min(1)).min(1),
  to: z.string().min(1),
  from: day,
  /** The office has confirmed body and day for this province; only then is the day told to people. */
  confirmed: z.boolean(),
  source: filled,
})

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)

const agencySchema = z.strictObject({
  office: z.strictObject({
    body: z.string().min(1),
    longName: z.string().min(1),
    shortName: z.string().min(1),
    /** Its own fields (lĩnh vực), as published. */
    fields: names.optional(),
  }),
  province: z.strictObject({ name: z.string().min(1), agencyCodes: names }),
  portal: z.strictObject({ name: z.string().min(1), url: z.url({ protocol: /^https$/ }) }),
  /** The province's one-stop office. */
  oneStop: z.strictObject({
    name: z.string().min(1),
    contact: contactSchema,
    /** Of the way there: a file in `data/pictures`, JPEG or PNG. */
    picture: filled.pipe(
      z
        .string()
        .regex(/^[\w-]+\.(?:jpe?g|png)$/i)
        .optional(),
    ),
  }),
  /** Telephone a purpose; one number may stand several times. */
  hotlines: z.strictObject({ ask: filled, report: filled, dossier: filled, privacy: filled }).partial(),
  workingHours: z
    .array(
      z.strictObject({
        /** 1 = Monday … 7 = Sunday. */
        days: z.array(z.int().min(1).max(7)).min(1),
        from: timeOfDay,
        to: timeOfDay,
      }),
    )
    .nullish()
    .transform((hours) => hours ?? []),
  bodies: z.record(z.string().regex(/^[a-z0-9-]+$/), bodySchema),
  moved: z.array(movedSchema),
  oldPlaces: z.array(
    z.strictObject({ names: z.array(z.string().min(1)).min(1), now: z.string().min(1), source: filled }),
  ),
})

export type Agency = z.infer<typeof agencySchema>
export type AgencyBody = Agency['bodies'][string]

export type ParsedAgency = { kind: 'agency'; agency: Agency } | { kind: 'problems'; problems: Problem[] }

export function parseAgency(file: { name: string; text: string }, texts: FormatTexts): ParsedAgency {
  const parsed = parseCheckedYaml(file.name, file.text, agencySchema, texts)
  if (parsed.kind === 'problems') return parsed
  const agency = parsed.value
  const bodies = Object.keys(agency.bodies).sort().join(', ')
  const problems: Problem[] = []
  const mustExist = (body: string | undefined, path: PropertyKey[]) => {
    if (body === undefined || Object.hasOwn(agency.bodies, body)) return
    const message = texts.say('check.unknown-body', { body, bodies })
    problems.push({ file: file.name, line: parsed.lineOf(path), message })
  }
  mustExist(agency.office.body, ['office', 'body'])
  for (const [key, body] of Object.entries(agency.bodies)) {
    mustExist(body.successor, ['bodies', key, 'successor'])
  }
  for (const [index, row] of agency.moved.entries()) {
    mustExist(row.to, ['moved', index, 'to'])
    if (row.confirmed && !(row.from && row.source)) {
      const line = parsed.lineOf(['moved', index, 'confirmed'])
      problems.push({ file: file.name, line, message: texts.say('check.moved-date') })
    }
  }
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'agency', agency }
}

/**
 * The body that does today what `key` stands for: itself while it exists, else the one that took over.
 * @param today "2026-11-23", the day in Viet Nam
 */
export function bodyToday(
  agency: Agency,
  key: string,
  today: string,
): { key: string; body: AgencyBody } | undefined {
  const seen = new Set<string>()
  for (let next: string | undefined = key; next !== undefined && !seen.has(next); ) {
    seen.add(next)
    const body: AgencyBody | undefined = agency.bodies[next]
    if (!body) return undefined
    const hasEnded = body.validTo !== undefined && body.validTo < today
    if (!hasEnded || body.successor === undefined) return { key: next, body }
    next = body.successor
  }
  return undefined
}

/** The row of the "moved to" table for a field (lĩnh vực), when its work left the former department. */
export function movedField(agency: Agency, field: string): Agency['moved'][number] | undefined {
  const wanted = looseKey(fieldName(field))
  return agency.moved.find((row) => row.fields.some((name) => looseKey(name) === wanted))
}

/** Where a person may ask: as near as the office has filled in. `counter` = nothing is known but the counter. */
export type AskAt =
  | { kind: 'phone'; name: string; phone: string }
  | { kind: 'body'; name: string }
  | { kind: 'counter' }

export function whereToAsk(agency: Agency, bodyKey: string | undefined, today: string): AskAt {
  const found = bodyKey === undefined ? undefined : bodyToday(agency, bodyKey, today)
  const ownHotline = found?.key === agency.office.body ? agency.hotlines.ask : undefined
  const bodyPhone = found?.body.contact.phone ?? ownHotline
  if (found && bodyPhone) return { kind: 'phone', name: found.body.name, phone: bodyPhone }
  const { name, contact } = agency.oneStop
  if (contact.phone) return { kind: 'phone', name, phone: contact.phone }
  return found ? { kind: 'body', name: found.body.name } : { kind: 'counter' }
}

/** A place name of before the mergers ("huyện Diên Khánh") in a message, with what stands there today. */
export function oldPlaceIn(agency: Agency, text: string): Agency['oldPlaces'][number] | undefined {
  const words = ` ${looseKey(text)} `
  return agency.oldPlaces.find((place) => place.names.some((name) => words.includes(` ${looseKey(name)} `)))
}

/** The body that a message names by its own or an old name ("LĐTBXH"); the longest name wins. */
export function bodyNamedIn(agency: Agency, text: string): string | undefined {
  const words = ` ${looseKey(text)} `
  let best: { key: string; length: number } | undefined
  for (const [key, body] of Object.entries(agency.bodies)) {
    for (const name of [body.name, ...body.aliases]) {
      const wanted = looseKey(name)
      if (words.includes(` ${wanted} `) && wanted.length > (best?.length ?? 0)) {
        best = { key, length: wanted.length }
      }
    }
  }
  return best?.key
}
