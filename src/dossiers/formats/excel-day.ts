import { realDay } from '../dossier-code.ts'
import type { DaySystem } from './table.ts'

const dayMs = 86_400_000

/**
 * The day of a spreadsheet's serial number; the part behind the point is the time of day and is dropped.
 *
 * The 1900 system counts 1 January 1900 as 1 and, after Lotus 1-2-3, holds 1900 for a leap year: 60 is 29 February
 * 1900, which never was, and from 61 on everything is one too high. The 1904 system (old Macs) begins with 0 = 1 January
 * 1904. (ECMA-376 Part 1 §18.17.4.1.)
 *
 * @returns undefined for what is no day
 */
export function excelDay(serial: number, system: DaySystem): string | undefined {
  const whole = Math.floor(serial)
  if (!Number.isFinite(serial) || whole > 2_958_465) return undefined
  if (system === '1904') return whole < 0 ? undefined : plusDays(Date.UTC(1904, 0, 1), whole)
  if (whole < 1 || whole === 60) return undefined
  return plusDays(Date.UTC(1899, 11, whole < 60 ? 31 : 30), whole)
}

function plusDays(startMs: number, days: number): string | undefined {
  const date = new Date(startMs + days * dayMs)
  return realDay(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())
}
