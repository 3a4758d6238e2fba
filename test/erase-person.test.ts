import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MaskedText } from '../src/catalogue/masking.ts'
import { createConversationNames, createMessageNames } from '../src/conversation/turn/names.ts'
import type { AuditEvent } from '../src/desk/audit/audit-log.ts'
import { createErasePerson } from '../src/erase-person.ts'
import { ensureIndexes } from '../src/storage/connect.ts'
import { createConversationStore } from '../src/storage/conversation-store.ts'
import { createDossierLinkStore } from '../src/storage/dossier-link-store.ts'
import { createIdentityStore } from '../src/storage/identity-store.ts'
import { createInboxStore } from '../src/storage/inbox-store.ts'
import { createRecordCodec } from '../src/storage/record-codec.ts'
import { createShadowStore } from '../src/storage/shadow-store.ts'
import { createSurveyErasure } from '../src/storage/survey-erasure.ts'
import { createSurveyStores } from '../src/storage/survey-store.ts'
import { createWaitingStore } from '../src/storage/waiting-store.ts'
import { numbered } from './dossiers/made-dossier.ts'
import { openTestDatabase, type TestDatabase } from './support/database.ts'
import { keyRingNamed } from './support/key-ring.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.close())

const now = new Date('2026-11-23T02:00:00Z')
const lan = { channel: 'zalo', conversationId: '4318000000000007921' } as const
/** The same id on another platform, and somebody else on the same. */
const others = [
  { channel: 'telegram', conversationId: '4318000000000007921' },
  { channel: 'zalo', conversationId: '4318000000000015840' },
] as const

describe('scenario 38: erasing a person', () => {
  it('takes everything that leads to them, in every collection, and nothing of anybody else', async () => {
    const { connection } = database
    const keyRing = keyRingNamed('erase')
    const secret = keyRing.deriveKey('conversation names')
    const nameOf = createConversationNames(secret)
    const messageNameOf = createMessageNames(secret)
    const records = createRecordCodec(keyRing)
    const inbox = createInboxStore(connection, () => now, records)
    const conversations = createConversationStore(connection, records)
    const identities = createIdentityStore(connection, keyRing)
    const links = createDossierLinkStore(connection, keyRing)
    const selfReports = createShadowStore(connection, keyRing, { keepDays: 30 })
    const waiting = createWaitingStore(connection, { records })
    const surveys = createSurveyStores(connection, keyRing)
    await ensureIndexes(connection)
    const audited: AuditEvent[] = []

    for (const [n, conversation] of [lan, ...others].entries()) {
      const key = nameOf(conversation)
      const message = {
        ...conversation,
        messageId: `m${n}`,
        senderId: 'x',
        sentAt: now,
        text: 'chào',
        attachments: [],
      }
      await inbox.insert({ id: messageNameOf(message), conversation: key, arrival: n, message })
      await conversations.enqueue({ key, ...conversation }, { id: 'n1', text: 'tin' }, { now, isBulk: false })
      await identities.put(`id${n}`, { name: 'Lan', phone: '0912345678', conversation })
      await links.put({ code: numbered(1), conversation, consent: { notice: 'v1', at: now } }, now)
      await selfReports.put({
        conversation,
        procedureCode: '1.000105',
        procedureName: 'Cấp giấy phép',
        filedDay: '2026-11-01',
        dueDay: '2026-11-20',
        askDay: '2026-11-21',
        agreedAt: now,
      } as Parameters<typeof selfReports.put>[0])
      await waiting.add({ questionKey: 'thue nha', question: 'thuê nhà' as MaskedText, conversation }, now)
      await surveys.invitations.add({
        id: `i${n}`,
        token: `t${n}`,
        facts: {},
        handedOverAt: now,
        conversation: { key, ...conversation },
        stage: { kind: 'planned', dueAt: now },
      } as Parameters<typeof surveys.invitations.add>[0])
      await surveys.contacts.claim(key, `i${n}`, { now, notSince: now })
    }

    const erase = createErasePerson({
      nameOf,
      inbox,
      conversations,
      identities,
      links,
      selfReports,
      waiting,
      forgetInvited: createSurveyErasure(connection, keyRing),
      audit: {
        async append(event) {
          audited.push(event)
          return {} as never
        },
      },
    })
    await erase(lan)
    await erase(lan)

    const left = async (conversation: typeof lan | (typeof others)[number], n: number) => ({
      inbox: (await inbox.pending(nameOf(conversation), 10)).length,
      conversation: await connection
        .collection('conversations')
        .countDocuments({ _id: nameOf(conversation) as never }),
      identity: (await identities.get(`id${n}`)) !== undefined,
      link: await links.has(numbered(1), conversation),
      selfReports: (await selfReports.toAsk('2026-12-01', 10)).filter(
        (report) =>
          report.conversation.channel === conversation.channel &&
          report.conversation.conversationId === conversation.conversationId,
      ).length,
      waiting: (await waiting.of(['thue nha'])).some(
        (person) =>
          person.conversation.channel === conversation.channel &&
          person.conversation.conversationId === conversation.conversationId,
      ),
      invited: (await surveys.invitations.find(`i${n}`))?.conversation !== undefined,
      contact: (await surveys.contacts.find(nameOf(conversation))) !== undefined,
    })
    expect(await left(lan, 0)).toEqual({
      inbox: 0,
      conversation: 0,
      identity: false,
      link: false,
      selfReports: 0,
      waiting: false,
      invited: false,
      contact: false,
    })
    for (const [n, other] of others.entries()) {
      expect(await left(other, n + 1)).toEqual({
        inbox: 1,
        conversation: 1,
        identity: true,
        link: true,
        selfReports: 1,
        waiting: true,
        invited: true,
        contact: true,
      })
    }
    // No invitation is sent to nobody.
    const due = await surveys.invitations.due('zalo', now, 10)
    expect(due.map(({ id }) => id)).toEqual(['i2'])
    expect(audited[0]).toEqual({
      officer: 'system',
      action: 'data-erased',
      subject: 'zalo:person',
      detail: { reason: 'request' },
    })
  })
})
