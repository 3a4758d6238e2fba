import type { Cardinal, Message } from './read-cardinal.ts'

/** How far before an amount a word about paying may stand. */
const moneyTalkReach = 5

/** A number in a code, date, phone number or word ("H32", "219/2025") starts nothing. */
export function canStart({ pieces }: Message, at: number): boolean {
  const piece = pieces[at]
  if (!piece) return false
  const before = pieces[at - 1]
  if (piece.kind !== 'number') return !(piece.isGlued && before?.kind !== 'mark')
  if (piece.isGlued && before) {
    if (before.kind !== 'mark' || before.raw === '#' || before.raw === '_') return false
    const isInside = before.isGlued && pieces[at - 2] !== undefined
    if (before.raw === '+' ? !isInside : /[-/.–_]/.test(before.raw) && isInside) return false
  }
  if (isFollowedBy(pieces, at, /[/.]/)) return false
  let first = at
  while (pieces[first - 1]?.kind === 'number') first--
  let last = at
  while (pieces[last + 1]?.kind === 'number') last++
  return last - first < 2 && !(last > first && pieces[first]!.raw.startsWith('0'))
}

export function isFollowedBy(pieces: Message['pieces'], at: number, marks: RegExp): boolean {
  const [mark, after] = [pieces[at + 1], pieces[at + 2]]
  const isJoined = mark?.kind === 'mark' && mark.isGlued && marks.test(mark.raw) && after?.isGlued === true
  return isJoined && after.kind === 'number'
}

/** "5 k được": a separate k may be "không". */
export function isNo({ pieces, lexicon }: Message, at: number, number: Cardinal): boolean {
  if (pieces[at]!.folded !== 'k' || pieces[at]!.isGlued) return false
  return number.kind === 'exact' && lexicon.word('no-before', pieces, at + 1) !== undefined
}

/** "10 triệu dân", "3 nghìn hồ sơ": counted things, unless the talk is of money ("thu 500 nghìn hồ sơ này"). */
export function isCount(message: Message, at: number, start: number): boolean {
  return isCounted(message, at) && !hasMoneyTalk(message, start)
}

export function isCounted({ pieces, lexicon }: Message, at: number): boolean {
  // Without marks "ba" is three as well as "bà".
  if (lexicon.word('not-counted', pieces, at) !== undefined || lexicon.at('number', pieces, at)) return false
  return lexicon.word('counted', pieces, at) !== undefined || pieces[at]?.raw === '%'
}

export function afterCounted({ pieces, lexicon }: Message, at: number): number {
  return lexicon.word('counted', pieces, at) ?? at + 1
}

/** "Điều 5", "lần 2", but not "chuyển khoản 500". */
export function isNumbering({ pieces, lexicon }: Message, at: number): boolean {
  return lexicon.wordBefore('not-money-before', pieces, at) && !lexicon.wordBefore('money-talk', pieces, at)
}

/** Whether a word about paying stands shortly before, with no other number between. */
export function hasMoneyTalk({ pieces, lexicon }: Message, at: number): boolean {
  for (let i = at - 1; i >= Math.max(0, at - moneyTalkReach); i--) {
    const piece = pieces[i]!
    if (piece.kind === 'number' || /^[.;!?]$/.test(piece.raw)) return false
    if (lexicon.word('money-talk', pieces, i) !== undefined) return true
  }
  return false
}

export function isWhole({ pieces }: Message, start: number, next: number): boolean {
  return pieces.every((piece, i) => piece.kind === 'mark' || (i >= start && i < next))
}
