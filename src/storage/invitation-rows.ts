import mongoose from 'mongoose'
import type { KeyRing } from '../lib/key-ring.ts'
import type {
  Invitation,
  InvitationStage,
  InvitedChannel,
  InvitedConversation,
  NeverReason,
  SentInvitation,
  ServiceFacts,
} from '../surveys/invitation/invitation.ts'
import { openField, type SealedField, sealField } from './sealed-field.ts'

export interface InvitationRow {
  _id: string
  token: string
  facts: ServiceFacts
  handedOverAt: Date
  /** `InvitedConversation`; gone when the poll is over. */
  conversation?: SealedField
  /** That of the conversation, which is sealed: each channel sends at its own pace. */
  channel?: InvitedChannel
  /** While it is planned. */
  dueAt?: Date
  never?: NeverReason
  sent?: Omit<SentInvitation, 'series' | 'number' | 'remindedAt' | 'isUndelivered'>
  series?: string
  number?: number
  /** The day in Viet Nam. */
  sentDay?: string
  isUnqueued?: true
  messageId?: string
  reminderAt?: Date
  remindedAt?: Date
  isUndelivered?: true
  /** While it can still be answered or changed. */
  endsAt?: Date
}

const mixed = mongoose.Schema.Types.Mixed

// find() by _id.
export const invitationSchema = new mongoose.Schema<InvitationRow>(
  {
    _id: String,
    token: String,
    facts: mixed,
    handedOverAt: Date,
    conversation: mixed,
    channel: String,
    dueAt: Date,
    never: String,
    sent: mixed,
    series: String,
    number: Number,
    sentDay: String,
    isUnqueued: Boolean,
    messageId: String,
    reminderAt: Date,
    remindedAt: Date,
    isUndelivered: Boolean,
    endsAt: Date,
  },
  { collection: 'invitations', versionKey: false, minimize: false },
)
// One invitation a dossier.
invitationSchema.index({ token: 1 }, { unique: true })
// Numbers of a series come without gaps and each once; nextNumber().
invitationSchema.index(
  { series: 1, number: 1 },
  { unique: true, partialFilterExpression: { number: { $gte: 0 } } },
)
// due(), reminderDue()
invitationSchema.index({ channel: 1, dueAt: 1 }, { partialFilterExpression: { dueAt: { $gt: new Date(0) } } })
invitationSchema.index(
  { channel: 1, reminderAt: 1 },
  { partialFilterExpression: { reminderAt: { $gt: new Date(0) } } },
)
// giveUpOld(), unqueued(), closable(), markUndelivered(), counts; the fields are there for that long only.
invitationSchema.index({ dueAt: 1 }, { sparse: true })
invitationSchema.index({ isUnqueued: 1 }, { sparse: true })
invitationSchema.index({ isUndelivered: 1 }, { sparse: true })
invitationSchema.index({ endsAt: 1 }, { sparse: true })
invitationSchema.index({ messageId: 1 }, { sparse: true })
// The archive, by period.
invitationSchema.index({ sentDay: 1, _id: 1 }, { partialFilterExpression: { sentDay: { $gte: '' } } })

export function toInvitationRow({ id, stage, conversation, ...rest }: Invitation, keyRing: KeyRing) {
  const row: InvitationRow = {
    _id: id,
    token: rest.token,
    facts: rest.facts,
    handedOverAt: rest.handedOverAt,
    ...(conversation
      ? {
          conversation: sealField(keyRing, conversation, conversationContext(id)),
          channel: conversation.channel,
        }
      : {}),
  }
  if (stage.kind === 'planned') return { ...row, dueAt: stage.dueAt }
  if (stage.kind === 'never') return { ...row, never: stage.reason }
  throw new RangeError('an invitation begins as planned or as one that is never sent')
}

export function toInvitation(row: InvitationRow, keyRing: KeyRing): Invitation {
  const { _id: id, token, facts, handedOverAt } = row
  return {
    id,
    token,
    facts,
    handedOverAt,
    ...(row.conversation
      ? { conversation: openField<InvitedConversation>(keyRing, row.conversation, conversationContext(id)) }
      : {}),
    stage: stageOf(row),
  }
}

function stageOf(row: InvitationRow): InvitationStage {
  if (row.sent) {
    return {
      kind: 'sent',
      ...row.sent,
      series: row.series!,
      number: row.number!,
      ...(row.remindedAt ? { remindedAt: row.remindedAt } : {}),
      ...(row.isUndelivered ? { isUndelivered: true } : {}),
    }
  }
  if (row.never) return { kind: 'never', reason: row.never }
  return { kind: 'planned', dueAt: row.dueAt! }
}

export const conversationContext = (id: string) => `invitations/${id}/conversation`
