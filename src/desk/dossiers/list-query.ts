import { z } from 'zod'
import { type DossierFilter, dossierListings, type ListPlace } from '../../dossiers/dossier-list.ts'
import { startOfDay } from '../display-time.ts'

const day = z.string().refine((text) => startOfDay(text) !== undefined)
const name = z.string().trim().min(1).max(300)

/** As in the address of the page; what does not fit is as if it were not there. */
const schema = z.object({
  listing: z.enum(dossierListings).catch('overdue'),
  unit: name.optional().catch(undefined),
  field: name.optional().catch(undefined),
  from: day.optional().catch(undefined),
  to: day.optional().catch(undefined),
  code: z.string().trim().min(1).max(60).optional().catch(undefined),
  after: z
    .string()
    .regex(/^(?:\d{4}-\d{2}-\d{2})?~[0-9A-Z.-]{1,60}$/)
    .optional()
    .catch(undefined),
})

export type ListQuery = z.infer<typeof schema>

export const readListQuery = (query: unknown): ListQuery => schema.parse(query ?? {})

export function listPath(query: Partial<ListQuery>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))
  return search.size > 0 ? `/desk/dossiers?${search}` : '/desk/dossiers'
}

export function filterOf({ listing, unit, field, from, to }: ListQuery, today: string): DossierFilter {
  return { listing, today, unit, field, from, until: to }
}

export const isNarrowed = ({ unit, field, from, to }: ListQuery): boolean =>
  [unit, field, from, to].some((given) => given !== undefined)

export const afterOf = ({ day, code }: ListPlace): string => `${day}~${code}`

export function readAfter(after: string | undefined): ListPlace | undefined {
  const [day, code] = after?.split('~') ?? []
  return day === undefined || code === undefined ? undefined : { day, code }
}

/** "000.00.06.h32 – 2611" → "000.00.06.H32-2611"; whatever no code has is left out. */
export function beginningOfCode(typed: string): string {
  return typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/[^0-9A-Z.-]/g, '')
}
