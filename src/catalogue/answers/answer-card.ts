import type { Agency } from '../agency.ts'
import type { AnswerTexts } from './answer-texts.ts'

/** What is said to one question; the same shape as a reply of the conversation, which sends it as it is. */
export interface AnswerCard {
  text: string
  buttons: CardButton[]
}

/** Exactly one of `choice` and `url`. */
export interface CardButton {
  label: string
  choice?: string
  url?: string
}

/** Everything besides the record that an answer may draw on. */
export interface AnswerContext {
  agency: Agency
  texts: AnswerTexts
  /** The day in Viet Nam, "2026-11-23". */
  today: string
  /** A record whose data are older than this many days carries a warning. */
  staleAfterDays: number
}
