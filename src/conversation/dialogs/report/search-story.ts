import { fold } from '../../../catalogue/entry.ts'
import type { SearchOutcome } from '../../../catalogue/search-outcome.ts'

type Search = (question: string) => SearchOutcome

/** Each costs a search, about a millisecond. */
const maxTries = 6
/** "làm giấy phép lao động cho người nước ngoài tại công ty …" */
const maxWords = 14
const minWords = 2

/**
 * Finds the procedure that a story is about. As a whole a story is no question ("vòi tiền mới nhận hồ sơ làm giấy phép
 * lao động" is a report to the search), so what follows a word that names procedures is tried by itself.
 *
 * @param begins folded words with which the name of a procedure begins in talk: "lam", "cap", "ho so"
 */
export function searchStory(search: Search, begins: ReadonlySet<string>): Search {
  return (text) => {
    const whole = search(text)
    if (whole.kind === 'answer' || whole.kind === 'choices') return whole
    const found = parts(text, begins).map(search)
    return (
      found.find(({ kind }) => kind === 'answer') ?? found.find(({ kind }) => kind === 'choices') ?? whole
    )
  }
}

/** The tails of each clause that begin with such a word, longest first. */
function parts(text: string, begins: ReadonlySet<string>): string[] {
  return text
    .split(/[,.;:!?\n]+/)
    .flatMap((clause) => {
      const words = clause.split(/\s+/).filter((word) => word !== '')
      return words.flatMap((word, at) => {
        const isBegin = begins.has(fold(word)) && words.length - at >= minWords
        return isBegin ? [words.slice(at, at + maxWords).join(' ')] : []
      })
    })
    .slice(0, maxTries)
}
