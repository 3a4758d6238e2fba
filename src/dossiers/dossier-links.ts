import type { DossierCode } from './dossier-code.ts'

/** Where news of a dossier go. */
export interface LinkedConversation {
  channel: 'web' | 'telegram' | 'zalo'
  conversationId: string
}

/** One conversation that has shown the digits of a dossier and wants to hear of it. */
export interface DossierLink {
  /** Random-looking and the same for the same two; stands in the button that ends the link. */
  id: string
  code: DossierCode
  conversation: LinkedConversation
  /** What was read before agreeing, by the version of its text, and when. */
  consent: { notice: string; at: Date }
}

/**
 * Port; the Mongo one is `storage/dossier-link-store.ts`. A reader of the database sees neither which conversation nor
 * which dossier a link joins.
 */
export interface LinkStore {
  /** One link for each dossier and conversation, however often it is asked for. `full`: too many wait for this dossier. */
  put(link: Omit<DossierLink, 'id'>, endsAt: Date): Promise<{ kind: 'linked'; id: string } | { kind: 'full' }>
  has(code: DossierCode, conversation: LinkedConversation): Promise<boolean>
  ofDossier(code: DossierCode): Promise<DossierLink[]>
  /** False when it is no link of this conversation. */
  remove(id: string, conversation: LinkedConversation): Promise<boolean>
  /** All of one conversation. Reads every link. */
  removeOf(conversation: LinkedConversation): Promise<void>
  /** Nothing more will happen to the dossier. */
  endAt(code: DossierCode, endsAt: Date): Promise<void>
}

/** A slip that was printed: its token opens nothing but the question for the digits of one dossier. */
export interface SlipStore {
  put(slips: readonly { token: string; code: DossierCode }[], endsAt: Date): Promise<void>
  find(token: string): Promise<DossierCode | undefined>
}

/** What the surveys wait for. Told again after a crash, so whoever listens looks at the token first. */
export interface HandedOver {
  /** One-way and the same for the same dossier; the code itself stays here. */
  dossierToken: string
  conversations: LinkedConversation[]
  procedureCode?: string
  procedureName?: string
  field?: string
  unit?: string
  channel?: 'counter' | 'online' | 'post'
  /** "2026-11-23", as the records have it. */
  returnedDay?: string
  /** When we heard of it. */
  toldAt: Date
}

export type OnHandedOver = (handedOver: HandedOver) => Promise<void>
