import { ObjectId } from 'bson'
import { DateTime, type DateTimeUnit } from 'luxon'
import { refuse, ServerError } from '../../errors.ts'
import { isNil, named, type Operators, text } from './arguments.ts'

/** A MongoDB time zone is an IANA name or an offset such as `+07:00`, `+0700` or `+07`. */
function inZone(date: unknown, timezone: unknown): DateTime {
  const instant = date instanceof ObjectId ? date.getTimestamp() : date
  if (!(instant instanceof Date)) throw new ServerError(16006, "can't convert to Date")
  const name = timezone === undefined ? 'UTC' : text(timezone)
  const offset = /^([+-]\d{2}):?(\d{2})?$/.exec(name)
  const zoned = DateTime.fromJSDate(instant, { zone: offset ? `UTC${offset[1]}:${offset[2] ?? '00'}` : name })
  if (!zoned.isValid) throw new ServerError(40485, `unrecognized time zone identifier: "${name}"`)
  return zoned
}

function part(read: (date: DateTime) => number) {
  const of = (date: unknown, timezone?: unknown) =>
    isNil(date) || timezone === null ? null : read(inZone(date, timezone))
  return named(
    ['date', 'timezone'],
    ({ date, timezone }) => of(date, timezone),
    (date) => of(date),
  )
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const units = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond']

function truncate({ date, unit, binSize, timezone, startOfWeek }: Record<string, unknown>): unknown {
  if (isNil(date) || isNil(unit)) return null
  if (!isNil(binSize) && binSize !== 1) throw refuse('$dateTrunc with a binSize')
  if (!units.includes(text(unit))) throw new ServerError(9, `unknown time unit value: ${String(unit)}`)
  const local = inZone(date, timezone ?? undefined)
  if (unit !== 'week') return local.startOf(text(unit) as DateTimeUnit).toJSDate()
  const wanted = text(startOfWeek ?? 'sunday').toLowerCase()
  const first = weekdays.findIndex((name) => name === wanted || name.slice(0, 3) === wanted) + 1
  if (first === 0) throw new ServerError(9, `unknown day of week value: ${wanted}`)
  const daysBack = (local.weekday - first + 7) % 7
  return local.startOf('day').minus({ days: daysBack }).toJSDate()
}

const formats: Record<string, (date: DateTime) => string> = {
  '%Y': (date) => String(date.year).padStart(4, '0'),
  '%m': (date) => date.toFormat('MM'),
  '%d': (date) => date.toFormat('dd'),
  '%H': (date) => date.toFormat('HH'),
  '%M': (date) => date.toFormat('mm'),
  '%S': (date) => date.toFormat('ss'),
  '%L': (date) => date.toFormat('SSS'),
  '%j': (date) => String(date.ordinal).padStart(3, '0'),
  '%u': (date) => String(date.weekday),
  '%w': (date) => String((date.weekday % 7) + 1),
  '%V': (date) => String(date.weekNumber).padStart(2, '0'),
  '%G': (date) => String(date.weekYear).padStart(4, '0'),
  '%z': (date) => date.toFormat('ZZZ'),
  '%Z': (date) => String(date.offset),
  '%%': () => '%',
}

function format({ date, format: pattern, timezone, onNull }: Record<string, unknown>): unknown {
  if (isNil(date)) return onNull ?? null
  const local = inZone(date, timezone ?? undefined)
  const wanted =
    pattern === undefined ? `%Y-%m-%dT%H:%M:%S.%L${timezone === undefined ? 'Z' : ''}` : text(pattern)
  return wanted.replace(/%./gs, (directive) => {
    const write = formats[directive]
    if (!write) throw refuse(`the date format ${directive}`)
    return write(local)
  })
}

export const dateOperators: Operators = {
  $year: part((date) => date.year),
  $month: part((date) => date.month),
  $dayOfMonth: part((date) => date.day),
  $hour: part((date) => date.hour),
  $minute: part((date) => date.minute),
  $second: part((date) => date.second),
  $millisecond: part((date) => date.millisecond),
  $dayOfYear: part((date) => date.ordinal),
  $dayOfWeek: part((date) => (date.weekday % 7) + 1),
  $isoDayOfWeek: part((date) => date.weekday),
  $isoWeek: part((date) => date.weekNumber),
  $isoWeekYear: part((date) => date.weekYear),
  $dateTrunc: named(['date', 'unit', 'binSize', 'timezone', 'startOfWeek'], truncate),
  $dateToString: named(['date', 'format', 'timezone', 'onNull'], format),
}
