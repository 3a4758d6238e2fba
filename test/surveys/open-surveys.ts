import { randomBytes } from 'node:crypto'
import type mongoose from 'mongoose'
import { createInvitationSender } from '../../src/conversation/dialogs/poll/send-invitation.ts'
import type { FakeClock } from '../../src/lib/clock.ts'
import { createKeyRing, encryptionKeysSchema, makeEncryptionKey } from '../../src/lib/key-ring.ts'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'
import { createSurveyStores } from '../../src/storage/survey-store.ts'
import type { InvitedConversation } from '../../src/surveys/invitation/invitation.ts'
import type { SurveyStores } from '../../src/surveys/invitation/invitation-store.ts'
import { createSurveys, type HandedOverDossier, type Surveys } from '../../src/surveys/surveys.ts'
import { shipped } from '../support/talk.ts'

export const testKeyRing = createKeyRing(encryptionKeysSchema.parse(makeEncryptionKey('k1')))

export const chat = (name: string): InvitedConversation => ({
  key: `telegram:${name}`,
  channel: 'telegram',
  conversationId: name,
})

export const handedOver = (
  name: string,
  at: Date,
  more: Partial<HandedOverDossier> = {},
): HandedOverDossier => ({
  dossierToken: randomBytes(16).toString('base64url'),
  conversation: chat(name),
  procedureCode: '1.000105',
  field: 'Việc làm',
  at,
  ...more,
})

export interface OpenSurveys {
  surveys: Surveys
  stores: SurveyStores
  conversations: ReturnType<typeof createConversationStore>
  send: ReturnType<typeof createInvitationSender>
  asked: { key: string; id: string }[]
  dispatch(limit?: number): Promise<number>
}

/** The whole way of polls over a database, as the service wires it. */
export function openSurveys(connection: mongoose.Connection, clock: FakeClock): OpenSurveys {
  const { content } = shipped()
  const { settings, inUse, pollTexts: texts } = content.surveys
  const stores = createSurveyStores(connection, testKeyRing)
  const conversations = createConversationStore(connection, createRecordCodec(testKeyRing))
  const surveys = createSurveys({ stores, settings, inUse, clock })
  const asked: { key: string; id: string }[] = []
  const send = createInvitationSender({
    conversations: {
      async enqueue(conversation, message, options) {
        const isNew = await conversations.enqueue(conversation, message, options)
        if (isNew) asked.push({ key: conversation.key, id: message.id })
        return isNew
      },
    },
    agencyName: content.agency.office.longName,
    texts,
    secret: testKeyRing.deriveKey('poll messages'),
    clock,
  })
  const signal = new AbortController().signal
  return {
    surveys,
    stores,
    conversations,
    send,
    asked,
    dispatch: (limit = 10_000) => surveys.dispatch(send, { channel: 'telegram', limit, signal }),
  }
}
