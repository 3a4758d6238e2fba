import type { IdentityCardSign } from './evidence.ts'

/**
 * Whether a picture might show an identity card, which the office must not collect. It only leads to a question, so
 * it may ask once too often; it cannot prove anything, and it misses a card that lies on a table in a photo that
 * nobody named. Two signs, each enough to ask:
 *
 * - words in the file's name or caption, in any spelling of marks: CCCD, căn cước, CMND, hộ chiếu…
 * - the shape of an ID-1 card (ISO/IEC 7810: 85.60 × 53.98 mm, 1.586) within 2.5 %, upright or not, which is how
 *   scanning apps cut a card out. Photos have 4:3, 3:2, 16:9, screens of phones 18:9 and more; those of computers
 *   have 16:10 to the pixel and are left out. Other cards of that size (bank, insurance, calling cards) are asked
 *   about too, and rightly: most name a person.
 */
export function identityCardSigns(picture: {
  fileName?: string
  caption?: string
  /** Absent for a PDF, whose pages say nothing. */
  size?: { widthPx: number; heightPx: number }
}): IdentityCardSign[] {
  const signs: IdentityCardSign[] = []
  if ([picture.fileName, picture.caption].some((text) => text !== undefined && namesCard(text))) {
    signs.push('words')
  }
  if (picture.size && hasCardShape(picture.size)) signs.push('shape')
  return signs
}

const cardRatio = 85.6 / 53.98
const tolerance = 0.025

function hasCardShape({ widthPx, heightPx }: { widthPx: number; heightPx: number }): boolean {
  const [long, short] = widthPx > heightPx ? [widthPx, heightPx] : [heightPx, widthPx]
  if (long * 10 === short * 16) return false
  return Math.abs(long / short / cardRatio - 1) <= tolerance
}

function namesCard(text: string): boolean {
  const folded = text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[đð]/g, 'd')
    .replace(/[^a-z0-9]+/g, ' ')
  return cardWords.test(folded)
}

/** Digits may follow at once: "cccd1.jpg", "IMG_CCCD_mattruoc". */
const cardWords =
  /(?<![a-z])(?:cccd|cmnd|cmt(?:nd)?|can ?cuoc|chung minh (?:nhan dan|thu(?! nhap))|giay to tuy than|ho chieu|passport|id ?card|identity card)(?![a-z])/
