import type { MaskedText } from '../masking.ts'

/** Where the answer goes. */
export interface WaitingConversation {
  channel: 'web' | 'telegram' | 'zalo'
  conversationId: string
}

/** Somebody whose question was not answered and who wants to hear of the answer. Never shown to anybody. */
export interface WaitingPerson {
  /** The same for the same question and conversation; tells neither. */
  id: string
  /** Of `UnansweredQuestion`. */
  questionKey: string
  question: MaskedText
  conversation: WaitingConversation
  language?: 'en'
}

/**
 * Port; the Mongo one is `storage/waiting-store.ts`. Forgets a person when they were told, or after the days of
 * `data/retention.yaml`.
 */
export interface WaitingPeople {
  /** `full`: too many wait for one question. */
  add(person: Omit<WaitingPerson, 'id'>, now: Date): Promise<'added' | 'known' | 'full'>
  of(questionKeys: readonly string[]): Promise<WaitingPerson[]>
  count(questionKeys: readonly string[]): Promise<number>
  remove(id: string): Promise<void>
  /** At the wish of a person. Reads everybody who waits. */
  removeOf(conversation: WaitingConversation): Promise<void>
}
