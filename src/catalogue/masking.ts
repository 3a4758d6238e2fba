/**
 * Free text in which numbers that point at a person have been replaced. Only `maskPersonalData` makes it, so a port
 * that takes `MaskedText` cannot be handed a raw question by mistake.
 */
export type MaskedText = string & { readonly isMasked: true }

/** Fixed tokens, so that two questions that differ only in the number fold to the same key. */
const maskTokens = {
  email: '[email]',
  phone: '[tel]',
  identity: '[id]',
  account: '[account]',
  other: '[number]',
} as const

/**
 * Masks identity cards (12 and 9 digits), passports, telephones, bank accounts, e-mail addresses and any other run of
 * nine or more digits, however they are spaced. Keeps what a question is about: amounts of money, procedure and
 * dossier codes, decree numbers, dates, years. When in doubt it masks: an officer can live without a number.
 */
export function maskPersonalData(text: string): MaskedText {
  const plain = plainDigits(text.normalize('NFC'))
  const kept: string[] = []
  const shielded = plain.replace(email, maskTokens.email).replace(keep, (match) => {
    kept.push(match)
    return `\u0001${String.fromCodePoint(firstPlaceholder + kept.length - 1)}\u0001`
  })
  const masked = shielded
    .replace(account, (_, words: string) => `${words}${maskTokens.account}`)
    .replace(shortPhone, (_, words: string) => `${words}${maskTokens.phone}`)
    .replace(passport, maskTokens.identity)
    .replace(digitRun, maskRun)
  const restored = masked.replace(/\u0001(.)\u0001/gu, (_, placeholder: string) => {
    return kept[placeholder.codePointAt(0)! - firstPlaceholder] ?? ''
  })
  return restored as MaskedText
}

/** Private-use code points stand for what is kept; they cannot be mistaken for digits. */
const firstPlaceholder = 0xf0000

const email = /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}\s?@\s?[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu

/** "đồng ý", "đồng chí" are no money. */
const currency = String.raw`(?:đồng(?!\s(?:ý|chí|nghiệp|thời|bào|hương))|đ|₫|vnđ|vnd|usd|đô)(?![\p{L}\d])`
const longCurrency = String.raw`(?:đồng(?!\s(?:ý|chí|nghiệp|thời|bào|hương))|vnđ|vnd)(?![\p{L}\d])`
/** Not the tail of a longer number, and not behind a word for an identity number. */
const alone = String.raw`(?<!\d[\s.\-–()]{0,2})(?<!(?:cmnd|cmt|cccd|căn cước|can cuoc|chứng minh|hộ chiếu|bhxh|bảo hiểm)[^\d]{0,12})`
/** Short amounts only: "k" after a telephone number means "không". */
const multiple = String.raw`(?:triệu|tr|tỷ|tỉ|nghìn|ngàn|k)(?![\p{L}\d])`

/** Things made of digits that name no person. Alternatives in order; the first that fits wins. */
const keep = new RegExp(
  [
    // Mã hồ sơ 000.00.06.H56-231027-0361, H32.14-251103-0007
    String.raw`(?<![\p{L}\d])(?:\d{3}(?:\.\d{2}){2}\.)?[A-Z]\d{2}(?:\.\d{1,3}){0,3}[-–]\d{6}[-–]\d{3,6}(?!\d)`,
    // Our own case number PA-251103-0007-C
    String.raw`(?<![\p{L}\d])PA-\d{6}-[\p{L}\d]{4}-[\p{L}\d](?![\p{L}\d])`,
    // Mã thủ tục 1.014199, 1.014199.000.00.00.H32
    String.raw`(?<![\d.])\d\.\d{6}(?:\.\d{3}\.\d{2}\.\d{2})?(?:\.[A-Z]\d{2})?(?![\d])`,
    // Số hiệu văn bản 219/2025/NĐ-CP, 641/QĐ-BNV
    String.raw`(?<!\d)\d{1,5}(?:\/\d{4})?\/(?:\p{Lu}[\p{L}\d]*)(?:-\p{Lu}[\p{L}\d]*)*`,
    // Dates, alone or as a range
    String.raw`(?<!\d)\d{1,2}([\/.-])\d{1,2}\1\d{4}(?!\d)`,
    // Runs of years: 2023 2024 2025, 2023-2025
    String.raw`${alone}(?:19|20)\d{2}(?:\s?[-–, ]\s?(?:19|20)\d{2})*(?![.]?\d)(?!\s\d)`,
    // Money, by its unit or by the word before it
    String.raw`${alone}[1-9]\d{0,2}(?:[.,  ]\d{3})+(?!\d)\s*${currency}`,
    String.raw`${alone}[1-9]\d{0,12}\s*${longCurrency}`,
    String.raw`${alone}[1-9]\d{0,5}(?:[.,]\d{1,3})?\s*(?:${currency}|${multiple})`,
    String.raw`(?<=(?:tiền|phí|giá|lương|vốn|thu nhập|trợ cấp|mức|khoản)\s(?:là\s|khoảng\s|hơn\s|dưới\s|trên\s)?)[1-9]\d{0,2}(?:\.\d{3})+(?![.\d])`,
  ].join('|'),
  'giu',
)

const digits = String.raw`\d(?:[\s.\-–]{0,2}\d)`

/** "stk 1903 4567 8910", "tài khoản Vietcombank: 0071000123456" */
const account = new RegExp(
  String.raw`((?<![\p{L}])(?:stk|s\.?t\.?k|tk|số tài khoản|so tai khoan|tài khoản|tai khoan|account)(?:[\s:.]|[\p{L}()]){0,40}?)${digits}{5,18}(?!\d)`,
  'giu',
)

/** A number too short to be known by its length, after a word for telephone: "đt 3822500". */
const shortPhone = new RegExp(
  String.raw`((?<![\p{L}])(?:đt|dt|sđt|sdt|tel|phone|điện thoại|dien thoai|số máy|zalo|gọi số|goi so)(?:\s(?:của|cua|em|tôi|toi|mình|minh|là|la|số|so))*[\s:.]{0,3})${digits}{5,13}(?!\d)`,
  'giu',
)

const passport = /(?<![\p{L}\d])[A-Z]\s?\d{7,8}(?!\d)/gu

/** Nine digits or more with at most two separators between neighbours, perhaps behind "+" or "(". */
const digitRun = /\+?\(?\d(?:[\s.\-–()]{0,2}\d){8,}(?!\d)/gu

function maskRun(run: string): string {
  const number = run.replace(/\D/g, '')
  if (/^(?:\+|\(\+)/.test(run) || /^(?:0[235789]\d{8}|02\d{9}|84[235789]\d{8}|842\d{9})$/.test(number)) {
    return maskTokens.phone
  }
  if (number.length === 12 || number.length === 9) return maskTokens.identity
  return maskTokens.other
}

/** Full-width and other decimal digits as ASCII; invisible marks between digits removed. */
function plainDigits(text: string): string {
  return text
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xff10 + 0x30))
    .replace(/[\u200b-\u200f\u2060\ufeff]/g, '')
    .replace(/[\u0001\u{f0000}-\u{ffffd}]/gu, '')
}
