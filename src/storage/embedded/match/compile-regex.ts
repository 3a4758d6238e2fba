import { regexParts } from '../bson/value-types.ts'
import { ServerError } from '../errors.ts'

/** A JavaScript expression that finds what MongoDB's PCRE would, for the flags i, m, s, u and x. */
export function compileRegex(value: unknown, options?: string): RegExp {
  let { pattern, flags } = typeof value === 'string' ? { pattern: value, flags: '' } : regexParts(value)
  if (options !== undefined) flags = options
  const inline = /^\(\?([imsx]+)\)/.exec(pattern)
  if (inline) {
    flags += inline[1]
    pattern = pattern.slice(inline[0].length)
  }
  const unknown = [...flags].find((flag) => !'imsxu'.includes(flag))
  if (unknown) throw new ServerError(51108, `invalid flag in regex options: ${unknown}`)
  if (flags.includes('x')) pattern = withoutLayout(pattern)
  const kept = [...new Set(flags)].filter((flag) => 'ims'.includes(flag)).join('')
  try {
    return new RegExp(pattern, `${kept}u`)
  } catch {
    // Escapes such as \- are legal in PCRE and only without `u` in JavaScript.
    try {
      return new RegExp(pattern, kept)
    } catch (cause) {
      throw new ServerError(51091, `Regular expression is invalid: ${String(cause)}`)
    }
  }
}

/** Flag x: white space and comments outside character classes do not count. */
function withoutLayout(pattern: string): string {
  return pattern.replace(/(\\.|\[(?:\\.|[^\]\\])*\])|\s+|#.*$/gm, (_, kept?: string) => kept ?? '')
}

/** The literal text that every match of an anchored, case-sensitive expression begins with. */
export function literalPrefix(value: unknown, options?: string): string | undefined {
  const { pattern, flags } = typeof value === 'string' ? { pattern: value, flags: '' } : regexParts(value)
  if ((options ?? flags) !== '' || !pattern.startsWith('^') || pattern.includes('|')) return undefined
  let prefix = ''
  for (let i = 1; i < pattern.length; i++) {
    let character = pattern[i]!
    if (character === '\\') {
      const escaped = pattern[++i]
      if (escaped === undefined || /[\w\s]/.test(escaped)) break
      character = escaped
    } else if ('.^$*+?()[]{}'.includes(character)) {
      // A quantifier that allows zero takes the last character back.
      if ('*?{'.includes(character)) prefix = [...prefix].slice(0, -1).join('')
      break
    }
    prefix += character
  }
  return prefix === '' || /[\ud800-\udfff]$/.test(prefix) ? undefined : prefix
}
