import { ServerError } from '../../errors.ts'
import { compileRegex } from '../../match/compile-regex.ts'
import { isNil, named, nary, number, type Operators, text, unary } from './arguments.ts'

/** MongoDB changes the case of a-z only. */
function changeCase(value: unknown, pattern: RegExp, change: (letter: string) => string): string {
  if (isNil(value)) return ''
  return String(value instanceof Date ? value.toISOString() : value).replace(pattern, change)
}

/** What `$trim` takes away unless told. */
const white = '\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'

function trim(sides: { left: boolean; right: boolean }) {
  return named(['input', 'chars'], ({ input, chars }) => {
    if (isNil(input) || chars === null) return null
    const points = [...text(input)]
    const unwanted = new Set(chars === undefined ? white : text(chars))
    let [start, end] = [0, points.length]
    while (sides.left && start < end && unwanted.has(points[start]!)) start++
    while (sides.right && end > start && unwanted.has(points[end - 1]!)) end--
    return points.slice(start, end).join('')
  })
}

function replace(all: boolean) {
  return named(['input', 'find', 'replacement'], ({ input, find, replacement }) => {
    if (isNil(input) || isNil(find) || isNil(replacement)) return null
    const by = () => text(replacement)
    return all ? text(input).replaceAll(text(find), by) : text(input).replace(text(find), by)
  })
}

function indexOf(string: unknown, part: unknown, start: unknown = 0, end?: unknown): unknown {
  if (isNil(string)) return null
  const points = [...text(string)]
  const from = number(start)
  const found = points
    .slice(0, end === undefined ? points.length : number(end))
    .join('')
    .indexOf(text(part), points.slice(0, from).join('').length)
  return found === -1 || from > points.length ? -1 : [...text(string).slice(0, found)].length
}

export const textOperators: Operators = {
  $concat: nary(1, 1000, (...values) => (values.some(isNil) ? null : values.map(text).join(''))),
  $toLower: unary((value) => changeCase(value, /[A-Z]/g, (letter) => letter.toLowerCase())),
  $toUpper: unary((value) => changeCase(value, /[a-z]/g, (letter) => letter.toUpperCase())),
  $split: nary(2, 2, (value, separator) => {
    if (isNil(value) || isNil(separator)) return null
    if (separator === '') throw new ServerError(40087, '$split requires a non-empty separator')
    return text(value).split(text(separator))
  }),
  $trim: trim({ left: true, right: true }),
  $ltrim: trim({ left: true, right: false }),
  $rtrim: trim({ left: false, right: true }),
  $replaceOne: replace(false),
  $replaceAll: replace(true),
  $strLenCP: unary((value) => [...text(value)].length),
  $substrCP: nary(3, 3, (value, start, count) => {
    if (isNil(value)) return ''
    if (number(start) < 0 || number(count) < 0)
      throw new ServerError(34454, '$substrCP: start and count must not be negative')
    return [...text(value)].slice(number(start), number(start) + number(count)).join('')
  }),
  $indexOfCP: nary(2, 4, indexOf),
  $regexMatch: named(['input', 'regex', 'options'], ({ input, regex, options }) => {
    if (isNil(input) || isNil(regex)) return false
    return compileRegex(regex, isNil(options) ? undefined : text(options)).test(text(input))
  }),
}
