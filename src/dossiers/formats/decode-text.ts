import { isUtf8 } from 'node:buffer'

/** What a csv of a Vietnamese office is written in. Vietnamese Excel saves windows-1258 unless told otherwise. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1258'

/** By the byte order mark; without one by what the bytes can be. */
export function detectEncoding(bytes: Uint8Array): { encoding: TextEncoding; markBytes: number } {
  const [a, b, c] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', markBytes: 3 }
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', markBytes: 2 }
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', markBytes: 2 }
  const start = bytes.subarray(0, 2_000)
  const zeros = (parity: number) => start.filter((byte, index) => byte === 0 && index % 2 === parity).length
  // Separators, digits and line ends are half of a table; in UTF-16 each of them has a zero byte on the same side.
  if (zeros(1) > start.length / 8) return { encoding: 'utf-16le', markBytes: 0 }
  if (zeros(0) > start.length / 8) return { encoding: 'utf-16be', markBytes: 0 }
  return { encoding: isUtf8(bytes) ? 'utf-8' : 'windows-1258', markBytes: 0 }
}

const sliceBytes = 256 * 1024

/**
 * The text in pieces, in NFC (windows-1258 writes the tone apart from its letter).
 *
 * @throws TypeError at bytes that are no text in this encoding
 */
export function* decodeText(bytes: Uint8Array): Generator<{ text: string; share: number }, undefined> {
  const { encoding, markBytes } = detectEncoding(bytes)
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true })
  let held = ''
  for (let start = markBytes; start < bytes.length; start += sliceBytes) {
    const end = Math.min(start + sliceBytes, bytes.length)
    const text = held + decoder.decode(bytes.subarray(start, end), { stream: end < bytes.length })
    // A tone that follows in the next piece belongs to the last letter of this one.
    const cut = end < bytes.length ? lastLetterAt(text) : text.length
    held = text.slice(cut)
    yield { text: text.slice(0, cut).normalize('NFC'), share: end / bytes.length }
  }
  if (held !== '') yield { text: held.normalize('NFC'), share: 1 }
  return undefined
}

function lastLetterAt(text: string): number {
  let index = text.length - 1
  while (index > 0 && /[\p{M}\uDC00-\uDFFF]/u.test(text[index]!)) index--
  return Math.max(index, 0)
}
