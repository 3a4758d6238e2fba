import { AppError } from '../../lib/errors.ts'
import type { Button, Reply } from '../message.ts'

/**
 * Cuts a reply into parts that the channel takes: at a blank line, a line end, a sentence or a word if possible, never
 * inside a character (grapheme). Joined, the parts are the original text. Buttons stand under the last part; of more
 * than the channel shows the spare ones are left out if that is enough, else they go on in further messages.
 *
 * A secret reply is never cut: before each secret message the channel forgets what it showed, the first half included,
 * and a half that is not secret would be kept.
 *
 * @param limits `maxTextChars` in UTF-16 units, at least 16.
 * @param moreChoices stands over the buttons of a further message
 * @throws {AppError} when a secret reply does not fit into one message.
 */
export function splitReply(
  given: Reply,
  limits: { maxTextChars: number; maxButtons: number },
  moreChoices = '…',
): Reply[] {
  const reply = given.buttons ? { ...given, buttons: fewest(given.buttons, limits.maxButtons) } : given
  if (reply.isSecret) {
    const fits = reply.text.length <= limits.maxTextChars && (reply.buttons?.length ?? 0) <= limits.maxButtons
    if (!fits)
      throw new AppError('CONTENT_INVALID', 'a secret reply is longer than one message of the channel')
    return [reply]
  }
  const texts = splitText(reply.text, limits.maxTextChars)
  const parts: Reply[] = texts.map((text) => ({ text }))
  if (reply.asksContact) parts.at(-1)!.asksContact = true
  const buttons = reply.buttons ?? []
  if (buttons.length === 0) return parts
  const last = parts.at(-1)!
  last.buttons = buttons.slice(0, limits.maxButtons)
  for (let from = limits.maxButtons; from < buttons.length; from += limits.maxButtons) {
    parts.push({
      text: moreChoices,
      buttons: buttons.slice(from, from + limits.maxButtons) satisfies Button[],
    })
  }
  return parts
}

function fewest(buttons: readonly Button[], maxButtons: number): Button[] {
  const needed = buttons.filter(({ isSpare }) => !isSpare)
  const shown = buttons.length > maxButtons && needed.length <= maxButtons ? needed : buttons
  return shown.map(({ isSpare: _spare, ...button }) => button)
}

const graphemes = new Intl.Segmenter('vi', { granularity: 'grapheme' })

export function splitText(text: string, maxChars: number): string[] {
  const parts: string[] = []
  let rest = text
  while (rest.length > maxChars) {
    const cut = cutAt(rest, maxChars)
    parts.push(rest.slice(0, cut))
    rest = rest.slice(cut)
  }
  parts.push(rest)
  return parts
}

/** A place at most `maxChars` in, as late and as natural as possible, always on a grapheme border. */
function cutAt(text: string, maxChars: number): number {
  const head = text.slice(0, maxChars)
  for (const [separator, leastShare] of [
    ['\n\n', 0.5],
    ['\n', 0.5],
    ['. ', 0.5],
    [' ', 0.3],
  ] as const) {
    const at = head.lastIndexOf(separator)
    const cut = at + separator.length
    if (at > 0 && cut >= maxChars * leastShare && isBorder(text, cut)) return cut
  }
  return lastBorder(text, maxChars)
}

/** Looks at the surroundings only: a grapheme longer than this is cut between code points. */
const longestGrapheme = 64

function lastBorder(text: string, maxChars: number): number {
  const from = Math.max(0, maxChars - longestGrapheme)
  const start = from > 0 && isLowSurrogate(text, from) ? from - 1 : from
  let border = 0
  for (const { index } of graphemes.segment(text.slice(start, maxChars + longestGrapheme))) {
    if (start + index > maxChars) break
    if (index > 0) border = start + index
  }
  if (border > 0) return border
  return isLowSurrogate(text, maxChars) ? maxChars - 1 : maxChars
}

function isBorder(text: string, at: number): boolean {
  const from = Math.max(0, at - longestGrapheme)
  const start = from > 0 && isLowSurrogate(text, from) ? from - 1 : from
  const window = text.slice(start, at + longestGrapheme)
  if (start + window.length === at) return true
  return graphemes.segment(window).containing(at - start)?.index === at - start
}

const isLowSurrogate = (text: string, at: number): boolean => {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff
}
