import { fold } from '../../../catalogue/entry.ts'
import type { SearchOutcome } from '../../../catalogue/search-outcome.ts'
import type { ReportTalkWords } from './report-talk-words.ts'

type Search = (question: string) => SearchOutcome
type StoryWords = Pick<ReportTalkWords, 'procedureBegins' | 'procedureEnds'>

/** Each costs a search, about a millisecond. */
const maxTries = 6
/** "làm giấy phép lao động cho người nước ngoài tại công ty …" */
const maxWords = 14
const minWords = 2

/**
 * Finds the procedure that a story is about. As a whole a story is no question ("vòi tiền mới nhận hồ sơ làm giấy phép
 * lao động" is a report to the search), so what follows a word that names procedures is tried by itself.
 *
 * @param words folded: with what the name of a procedure begins in talk ("lam", "cap") and before what it ends ("ho thu")
 */
export function searchStory(search: Search, words: StoryWords): Search {
  return (text) => {
    const whole = search(text)
    if (whole.kind === 'answer') return whole
    const found = parts(text, words).map(search)
    const sure = found.find((part) => part.kind === 'answer' && isOffered(whole, part.procedure.code))
    if (sure || whole.kind === 'choices') return sure ?? whole
    return found.find(({ kind }) => kind === 'choices') ?? whole
  }
}

/** A part may only settle what the whole leaves open. */
function isOffered(whole: SearchOutcome, code: string): boolean {
  return whole.kind !== 'choices' || whole.procedures.some((procedure) => procedure.code === code)
}

/** The tails of each clause that begin with such a word, longest first, each up to what ends it. */
function parts(text: string, { procedureBegins, procedureEnds }: StoryWords): string[] {
  const found = text.split(/[,.;:!?\n]+/).flatMap((clause) => {
    const words = clause.split(/\s+/).filter((word) => word !== '')
    return words.flatMap((word, at) => {
      if (!procedureBegins.has(fold(word))) return []
      const rest = words.slice(at, at + maxWords)
      const end = rest.findIndex((next) => procedureEnds.has(fold(next)))
      const part = end < 0 ? rest : rest.slice(0, end)
      return part.length >= minWords ? [part.join(' ')] : []
    })
  })
  return [...new Set(found)].slice(0, maxTries)
}
