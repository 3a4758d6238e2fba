import { fold, lowerLatin } from '../../catalogue/entry.ts'

/** A number, a word or a single other character, with its place in the message. */
export interface Piece {
  kind: 'number' | 'word' | 'mark'
  /** As written; digit groups parted by spaces are joined by dots. */
  raw: string
  accented: string
  folded: string
  start: number
  end: number
  /** Nothing stands between it and the piece before. */
  isGlued: boolean
}

const piecePattern = /\d+(?:[.,]\d+)*|[\p{L}\p{M}]+(?:\d+[\p{L}\p{M}]+)*\d*|[^\s\p{Cf}]/gu
/** "1 200 000" and "500 000", but not "3 500": that may be room 3 and 500. */
const spacedGroups = /(?<![\d.,]|\d )\d{1,3}(?:(?: \d{3}){2,}| 000)(?![\d.,]| \d)/g

interface KnownWords {
  /** A word with digits in it ("tra8m", not "tr2") when it is one word mistyped; else it is cut at the digits. */
  readVni(word: string): string | undefined
  /** "kđ" → "k", "đ". */
  splitUnit(word: string): [string, string] | undefined
}

/** Cuts a message into pieces, keeping their places. */
export function lexMessage(text: string, known: KnownWords): Piece[] {
  const pieces: Piece[] = []
  const add = (kind: Piece['kind'], raw: string, start: number, accented = lowerLatin(raw)): void => {
    const isGlued = pieces.at(-1)?.end === start
    pieces.push({ kind, raw, accented, folded: fold(accented), start, end: start + raw.length, isGlued })
  }
  const joined = text.replace(spacedGroups, (groups) => groups.replaceAll(' ', '.'))
  for (const match of joined.matchAll(piecePattern)) {
    const raw = match[0]
    if (/^\d/.test(raw)) add('number', raw, match.index)
    else if (!/^[\p{L}\p{M}]/u.test(raw)) add('mark', raw, match.index)
    else {
      const whole = known.readVni(lowerLatin(raw))
      if (whole !== undefined) {
        add('word', raw, match.index, whole)
        continue
      }
      for (const part of raw.matchAll(/\d+|\D+/g)) {
        const start = match.index + part.index
        const split = pieces.at(-1)?.kind === 'number' ? known.splitUnit(part[0].toLowerCase()) : undefined
        if (/^\d/.test(part[0])) add('number', part[0], start)
        else if (split && split[0].length + split[1].length === part[0].length) {
          add('word', part[0].slice(0, split[0].length), start)
          add('word', part[0].slice(split[0].length), start + split[0].length)
        } else add('word', part[0], start)
      }
    }
  }
  return pieces
}
