/** What the catalogue offers to other parts of the domain; they import nothing else of it. */
export type { Fee, Procedure } from './procedure.ts'
export type { SearchOutcome } from './search-outcome.ts'
export { type Abbreviation, Abbreviations } from './text/abbreviations.ts'
export { decodeTyping, decodeVni } from './text/decode-typing.ts'
export { fold, lowerLatin } from './text/fold.ts'
export { isMarked, PhraseIndex } from './text/phrase-index.ts'
export { isSyllable } from './text/syllable.ts'
export { type Token, tokenise } from './text/tokenise.ts'
