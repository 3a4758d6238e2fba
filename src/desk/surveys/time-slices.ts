import { addDays } from '../../lib/working-days/day.ts'
import type { Period } from './survey-records.ts'

export interface TimeSlice extends Period {
  /** "03/2026", "Q1/2026" or "2026". */
  label: string
}

const mostMonths = 18
const mostQuarters = 24

/**
 * A period cut at the ends of months; at those of quarters or years when it would be too many to draw. The first and the
 * last may be shorter than the others.
 */
export function sliceTime({ from, to }: Period): TimeSlice[] {
  const months = monthNumber(to) - monthNumber(from) + 1
  const step = months <= mostMonths ? 1 : months <= mostQuarters * 3 ? 3 : 12
  const slices: TimeSlice[] = []
  for (let start = from; start <= to; ) {
    const next = firstDay(Math.floor(monthNumber(start) / step) * step + step)
    const end = addDays(next, -1)
    slices.push({ from: start, to: end < to ? end : to, label: labelOf(start, step) })
    start = next
  }
  return slices
}

function labelOf(day: string, step: number): string {
  const year = day.slice(0, 4)
  if (step === 12) return year
  if (step === 3) return `Q${Math.floor((monthNumber(day) % 12) / 3) + 1}/${year}`
  return `${day.slice(5, 7)}/${year}`
}

/** Months since the year 0. */
function monthNumber(day: string): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1
}

function firstDay(month: number): string {
  return `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}-01`
}

/** As many days as the period has, right before it. */
export function periodBefore({ from, to }: Period): Period {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1
  return { from: addDays(from, -days), to: addDays(from, -1) }
}
