/** What is known of a person on Zalo; decides what may be sent to them and what it costs. */
export interface ZaloContact {
  /** Zalo's id; always a string, for it is larger than a number can hold. */
  userId: string
  /** Of the last thing that reopens the window: a message, a tap, a follow, a press of "chat". */
  lastInteractionAt?: Date
  /** False after `unfollow`; absent: not known. */
  follows?: boolean
  /** A visitor without an account: answered with both ids and not written to later. */
  anonymous?: { conversationId: string }
  /** An officer answered in Zalo's own console; until then the bot is silent. */
  pausedUntil?: Date
  /** Of `request_user_info` or of a report, with consent to messages about the matter by telephone number. E.164. */
  phone?: string
  /** When the form for name and telephone number was last shown; a number sent unasked is not kept here. */
  infoAskedAt?: Date
  /** The choices of the last message that went out as numbered text because Zalo refused its buttons. */
  numberedChoices?: string[]
  /** Zalo says that nothing reaches this person (-213, -217, -227, -244 …), since then; a new interaction ends it. */
  unreachableSince?: Date
  /** Zalo said that the window is closed (-230, -232), whatever we counted; a later interaction ends it. */
  windowClosedAt?: Date
}

/** Port; the Mongo one is `storage/zalo-contact-store.ts`: keyed by a keyed hash of the id, contents sealed. */
export interface ZaloContactStore {
  find(userId: string): Promise<ZaloContact | undefined>
  /**
   * Keeps the later `lastInteractionAt` of the stored one and the given one; what is not named stays, `null` removes.
   * Atomic: two processes may call it at once.
   */
  change(userId: string, change: ContactChange): Promise<void>
  /**
   * For each message that comes in: the change is decided by what is there, which is given back as it was before. Not
   * flushed: a power cut in the same moment may lose it.
   */
  meet(
    userId: string,
    decide: (contact: ZaloContact | undefined) => ContactChange,
  ): Promise<ZaloContact | undefined>
  /** After `user_withdraw`: nothing of the person is left. */
  erase(userId: string): Promise<void>
}

export type ContactChange = {
  [Field in keyof Omit<ZaloContact, 'userId'>]?: ZaloContact[Field] | null
}
