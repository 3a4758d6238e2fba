import { z } from 'zod'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import { type MethodId, methodIds } from '../../surveys/index/methods.ts'
import { startOfDay } from '../display-time.ts'
import { type IndexFilter, partKinds } from './index-filter.ts'
import type { Period } from './survey-records.ts'

const day = z.string().refine((text) => startOfDay(text) !== undefined)
const part = z.string().min(1).max(300).optional().catch(undefined)
const query = z.object({
  from: day.optional().catch(undefined),
  to: day.optional().catch(undefined),
  method: z.enum(methodIds).optional().catch(undefined),
  questionnaire: z.string().optional().catch(undefined),
  unit: part,
  field: part,
  procedure: part,
})

export interface PeriodQuery {
  period: Period
  isWrong: boolean
  method?: MethodId | undefined
  questionnaire?: string | undefined
  filter: IndexFilter
}

/** Every month of a period is read anew, so it has an end: thirty years. */
const mostYears = 30

/** Without days, or with such as make no sense: from the first of January until today. */
export function readPeriodQuery(given: unknown, now: Date): PeriodQuery {
  const { from, to, method, questionnaire, ...parts } = query.parse(given)
  const today = vietnamDay(now)
  const wanted = { from: from ?? `${(to ?? today).slice(0, 4)}-01-01`, to: to ?? today }
  const years = Number(wanted.to.slice(0, 4)) - Number(wanted.from.slice(0, 4))
  const isWrong = wanted.from > wanted.to || years > mostYears
  const period = isWrong ? { from: `${today.slice(0, 4)}-01-01`, to: today } : wanted
  const filter = Object.fromEntries(
    partKinds.flatMap((kind) => (parts[kind] === undefined ? [] : [[kind, parts[kind]]])),
  ) as IndexFilter
  return { period, isWrong, method, questionnaire, filter }
}
