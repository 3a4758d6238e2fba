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
    if (whole.kind === 'answer') return whole
    const found = parts(text, begins).map(search)
    const sure = found.find((part) => part.kind === 'answer' && isOffered(whole, part.procedure.code))
    if (sure || whole.kind === 'choices') return sure ?? whole
    return found.find(({ kind }) => kind === 'choices') ?? whole
  }
}

/** A part may only settle what the whole leaves open. */
function isOffered(whole: SearchOutcome, code: string): boolean {
  return whole.kind !== 'choices' || whole.procedures.some((procedure) => procedure.code === code)
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
