/** Reads the little structure that a plain text has; it makes no HTML. */

/**
 * @returns [{ kind: 'paragraph' | 'list', lines: string[] }]: lines that begin with "- " or "• " make a list, an empty
 * line ends a paragraph.
 */
export function splitBlocks(text) {
  const blocks = []
  let current
  for (const line of text.split('\n')) {
    const item = /^\s*[-•*–]\s+(.*\S)\s*$/.exec(line)
    const kind = item ? 'list' : 'paragraph'
    if (line.trim() === '') {
      current = undefined
      continue
    }
    if (current?.kind !== kind) {
      current = { kind, lines: [] }
      blocks.push(current)
    }
    current.lines.push(item ? item[1] : line)
  }
  return blocks
}

/** @returns [{ text } | { url }]: joined again they are the line. */
export function splitLinks(line) {
  const parts = []
  let end = 0
  for (const match of line.matchAll(/https?:\/\/[^\s<>"“”«»]+/g)) {
    const url = withoutTrailingSigns(match[0])
    if (!canOpen(url)) continue
    if (match.index > end) parts.push({ text: line.slice(end, match.index) })
    parts.push({ url })
    end = match.index + url.length
  }
  if (end < line.length) parts.push({ text: line.slice(end) })
  return parts
}

/** A full stop after an address is not part of it, nor is a bracket that was opened before it. */
function withoutTrailingSigns(url) {
  for (;;) {
    const last = url.at(-1)
    const isSign = ".,;:!?'*_…".includes(last)
    const isLooseBracket = last === ')' && url.split(')').length > url.split('(').length
    if (!isSign && !isLooseBracket) return url
    url = url.slice(0, -1)
  }
}

/** No `javascript:` and the like, whatever a message says. */
export function canOpen(url) {
  try {
    return ['https:', 'http:', 'tel:', 'mailto:'].includes(new URL(url).protocol)
  } catch {
    return false
  }
}

/** As file managers say it: "350 KB", "1,2 MB". */
export function sizeInWords(bytes) {
  const [value, unit] = bytes < 1024 * 1024 ? [Math.ceil(bytes / 1024), 'KB'] : [bytes / (1024 * 1024), 'MB']
  return `${value.toLocaleString('vi-VN', { maximumFractionDigits: 1 })} ${unit}`
}
