import { vietnamDay } from '../../lib/vietnam-time.ts'
import { instantAt } from '../../lib/working-days/day.ts'
import { realDay } from '../dossier-code.ts'
import { excelDay } from './excel-day.ts'
import type { Cell, DaySystem } from './table.ts'

export type ReadDay =
  | { kind: 'day'; day: string /** Midnight in Viet Nam when the cell has no time. */; at: Date }
  /** 31/02/2026, or a serial number that is no day. */
  | { kind: 'impossible' }
  /** 3/6/26: nobody can say which of the three is the year. */
  | { kind: 'short-year' }
  /** 06/13/2026: the month first. */
  | { kind: 'month-first' }
  | { kind: 'not-a-day' }

const time = String.raw`(\d{1,2})[:h](\d{2})(?::(\d{2})(?:\.\d+)?)?`
const dayFirst = new RegExp(String.raw`^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:[\s,]+${time})?$`)
const timeFirst = new RegExp(String.raw`^${time}[\s,]+(?:ngày\s+)?(\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})$`)
const yearFirst = new RegExp(String.raw`^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+${time})?$`)
const withZone = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/

/** Days as one-stop software writes them: dd/mm/yyyy, with or without a time, 2026-06-03, or a spreadsheet's number. */
export function readDay(cell: Cell, system: DaySystem): ReadDay {
  if (cell.kind === 'error') return { kind: 'not-a-day' }
  if (cell.kind === 'number') return serialDay(cell.number, system)
  const text = cell.text.normalize('NFC').trim()
  // A spreadsheet that is saved as csv without formats leaves its numbers behind; those always count from 1900.
  if (/^\d{5}(?:\.\d+)?$/.test(text)) return serialDay(Number(text), '1900')
  if (withZone.test(text)) {
    const at = new Date(text)
    return Number.isNaN(at.getTime()) ? { kind: 'impossible' } : { kind: 'day', day: vietnamDay(at), at }
  }
  const iso = yearFirst.exec(text)
  if (iso) return wholeDay(Number(iso[1]), Number(iso[2]), Number(iso[3]), iso.slice(4, 7))
  const timed = timeFirst.exec(text)
  const local = dayFirst.exec(timed ? timed[4]! : text)
  if (!local) return { kind: 'not-a-day' }
  const [, day, , month, year, ...clock] = local
  if (year!.length === 2) return { kind: 'short-year' }
  if (Number(month) > 12 && Number(day) <= 12) return { kind: 'month-first' }
  return wholeDay(Number(year), Number(month), Number(day), timed ? timed.slice(1, 4) : clock)
}

function serialDay(serial: number, system: DaySystem): ReadDay {
  const day = excelDay(serial, system)
  if (day === undefined) return { kind: 'impossible' }
  const seconds = Math.round((serial - Math.floor(serial)) * 86_400)
  return { kind: 'day', day, at: new Date(instantAt(day, '00:00').getTime() + seconds * 1000) }
}

function wholeDay(
  year: number,
  month: number,
  date: number,
  [hours = '0', minutes = '0', seconds = '0']: readonly (string | undefined)[],
): ReadDay {
  const day = realDay(year, month, date)
  if (day === undefined) return { kind: 'impossible' }
  if (Number(hours) > 24 || Number(minutes) > 59 || Number(seconds) > 59) return { kind: 'impossible' }
  const sinceMidnightMs = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
  return { kind: 'day', day, at: new Date(instantAt(day, '00:00').getTime() + sinceMidnightMs) }
}
