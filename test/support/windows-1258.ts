/** Capitals and small letters with a mark of their own, and signs, at their places in windows-1258. */
const places = new Map<string, number>(
  Object.entries({
    Ă: 0xc3,
    ă: 0xe3,
    Â: 0xc2,
    â: 0xe2,
    Ê: 0xca,
    ê: 0xea,
    Ô: 0xd4,
    ô: 0xf4,
    Ơ: 0xd5,
    ơ: 0xf5,
    Ư: 0xdd,
    ư: 0xfd,
    Đ: 0xd0,
    đ: 0xf0,
    '\u00a0': 0xa0,
    '«': 0xab,
    '»': 0xbb,
    '–': 0x96,
  }),
)
/** A tone stands behind its letter. */
const tones = new Map<string, number>([
  ['\u0300', 0xcc],
  ['\u0309', 0xd2],
  ['\u0303', 0xde],
  ['\u0301', 0xec],
  ['\u0323', 0xf2],
])

/** As Vietnamese Excel saves a csv unless told otherwise. Throws for a letter that it does not have. */
export function windows1258(text: string): Buffer {
  const bytes: number[] = []
  for (const letter of text.normalize('NFC')) {
    const parts = [...letter.normalize('NFD')]
    const tone = parts.find((part) => tones.has(part))
    const base = parts
      .filter((part) => part !== tone)
      .join('')
      .normalize('NFC')
    const byte = places.get(base) ?? base.charCodeAt(0)
    if (base.length !== 1 || byte > 0xff || (byte > 0x7e && !places.has(base)))
      throw new RangeError(`windows-1258 has no ${JSON.stringify(letter)}`)
    bytes.push(byte)
    if (tone !== undefined) bytes.push(tones.get(tone)!)
  }
  return Buffer.from(bytes)
}
