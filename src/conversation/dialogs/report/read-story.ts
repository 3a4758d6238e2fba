type ReadStory =
  | { kind: 'story'; story: string }
  | { kind: 'too-short' }
  /** By how many characters the whole would be too long. */
  | { kind: 'too-long'; overBy: number }

export const maxStoryChars = 8_000
const minLetters = 8
const minWords = 2

/** What happened, as it was told; what was told before stands above it. */
export function readStory(text: string, before?: string): ReadStory {
  const told = text.normalize('NFC').trim()
  if (before === undefined && !isStory(told)) return { kind: 'too-short' }
  const story = before === undefined || before.includes(told) ? (before ?? told) : `${before}\n${told}`
  if (story.length > maxStoryChars) return { kind: 'too-long', overBy: story.length - maxStoryChars }
  return { kind: 'story', story }
}

/** Long enough to be looked into at all. */
export function isStory(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  return letters >= minLetters && text.trim().split(/\s+/).length >= minWords
}

/** Things that nobody here needs and that could harm the person when they are read by others. */
type NeedlessData = 'identity-number' | 'secret-code'

export function needlessData(text: string): NeedlessData[] {
  const found: NeedlessData[] = []
  // Twelve digits, alone or in groups: the number of a căn cước. A telephone has ten.
  if (/(?<!\d)\d{3}[ .]?\d{3}[ .]?\d{3}[ .]?\d{3}(?![ .]?\d)/.test(text)) found.push('identity-number')
  if (secretCode.test(text.normalize('NFC').toLowerCase())) found.push('secret-code')
  return found
}

const secretCode =
  /(?<!\p{L})(?:otp|mã xác thực|ma xac thuc|mã pin|mật khẩu|mat khau|password)(?!\p{L})[^\d\n]{0,20}\S*\d/u
