/**
 * Published records come with traces of the pages they were copied from. What is mended here never changes what a
 * record says: Unicode form, look-alike letters, left-over HTML, invisible marks, doubled blanks.
 */
export function cleanText(raw: string): string {
  return cleanLines(raw).replace(/\s+/g, ' ').trim()
}

/** As `cleanText`, but lines stay lines; empty ones are dropped. */
export function cleanLines(raw: string): string {
  return latinLookAlikes(stripHtml(raw))
    .normalize('NFC')
    .replace(privateUseBullet, '-')
    .replace(invisible, '')
    .split(/\r\n?|\n/)
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n')
}

/** Symbol-font bullets (Word's Wingdings) that survive as private-use characters. */
const privateUseBullet = /[\ue000-\uf8ff]/g
const invisible = /[\u200b-\u200f\u2060\ufeff\u00ad\u0000-\u0008\u000b\u000c\u000e-\u001f]/g

/** Cyrillic and Greek letters that were typed for Latin ones, as in the last letter of "NĐ-CР". */
const lookAlikes: Readonly<Record<string, string>> = {
  А: 'A',
  В: 'B',
  С: 'C',
  Е: 'E',
  Н: 'H',
  І: 'I',
  К: 'K',
  М: 'M',
  О: 'O',
  Р: 'P',
  Т: 'T',
  Х: 'X',
  а: 'a',
  с: 'c',
  е: 'e',
  и: 'u',
  і: 'i',
  о: 'o',
  р: 'p',
  у: 'y',
  х: 'x',
  Ο: 'O',
  ο: 'o',
}
const lookAlike = /[\u0370-\u04ff]/g

/** Only inside words that have a Latin letter, so that a quotation in Russian would stay. */
function latinLookAlikes(text: string): string {
  if (!/[\u0370-\u04ff]/.test(text)) return text
  return text.replace(/\S+/g, (word) =>
    /[a-z]/i.test(word) ? word.replace(lookAlike, (letter) => lookAlikes[letter] ?? letter) : word,
  )
}

const namedEntities: Readonly<Record<string, string>> = {
  nbsp: ' ',
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  hellip: '…',
  bull: '•',
  eth: 'ð',
}
/** `&acirc;`, `&agrave;`, `&Oacute;` …: a letter and the name of its mark. */
const marks: Readonly<Record<string, string>> = {
  grave: '\u0300',
  acute: '\u0301',
  circ: '\u0302',
  tilde: '\u0303',
  uml: '\u0308',
}

function stripHtml(text: string): string {
  if (!/[<&]/.test(text)) return text
  return text
    .replace(/<(?:br|\/p|\/div|\/li|\/tr)\b[^>]*>/gi, '\n')
    .replace(/<\/?[a-z][a-z0-9]*(?:\s[^<>]*)?\/?>/gi, ' ')
    .replace(/&#(x?)([0-9a-f]{1,6});/gi, (whole, hex: string, digits: string) => {
      const point = Number.parseInt(digits, hex ? 16 : 10)
      return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole
    })
    .replace(/&([a-z])(grave|acute|circ|tilde|uml);/gi, (_, letter: string, mark: string) => {
      return `${letter}${marks[mark.toLowerCase()]}`.normalize('NFC')
    })
    .replace(/&([a-z]+);/gi, (whole, name: string) => namedEntities[name.toLowerCase()] ?? whole)
}

/** The catalogue's own ways of printing "nothing here"; such a section counts as absent. */
const nothing =
  /^(?:không có thông tin|chưa có thông tin|không có dữ liệu|n\/a|none|null|-+|\.+)?\s*[.;,]?$/iu

/** Clean text, or undefined when the source prints one of its empty words. */
export function presentText(raw: unknown): string | undefined {
  if (typeof raw !== 'string') return undefined
  const text = cleanText(raw)
  return nothing.test(text) ? undefined : text
}

/** As `presentText` with its lines. */
export function presentLines(raw: unknown): string | undefined {
  if (typeof raw !== 'string') return undefined
  const text = cleanLines(raw)
  return nothing.test(text) ? undefined : text
}
