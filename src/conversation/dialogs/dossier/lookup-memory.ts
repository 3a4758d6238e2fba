import { z } from 'zod'
import type { DossierCode } from '../../../dossiers/dossier-code.ts'
import type { ConversationState } from '../../turn/conversation.ts'

const code = z.string().transform((text) => text as DossierCode)
const memorySchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('code-asked'), at: z.date() }),
  /** `isSlip`: came by the code on a slip, and was told that right digits mean news. */
  z.object({ step: z.literal('digits-asked'), at: z.date(), code, isSlip: z.boolean() }),
  z.object({ step: z.literal('found'), at: z.date(), code }),
])

/** Where somebody is in looking a dossier up. The digits themselves are never kept. */
export type LookupMemory = z.infer<typeof memorySchema>

/** Longer ago, what is typed is about something else. */
export const lookupMs = 15 * 60_000

export function readLookup({ dossier }: ConversationState, now: Date): LookupMemory | undefined {
  const parsed = memorySchema.safeParse(dossier)
  if (!parsed.success || now.getTime() - parsed.data.at.getTime() > lookupMs) return undefined
  return parsed.data
}

export function withLookup(state: ConversationState, memory: LookupMemory | undefined): ConversationState {
  return { ...state, dossier: memory }
}
