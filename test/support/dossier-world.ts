import type { DialogContext } from '../../src/conversation/dialogs/dialog-context.ts'
import { registerDialogs } from '../../src/conversation/dialogs/register-dialogs.ts'
import type { ChannelName, InboundMessage, Reply } from '../../src/conversation/message.ts'
import { createBotkitResponder } from '../../src/conversation/turn/botkit-turn.ts'
import { type ConversationState, emptyState } from '../../src/conversation/turn/conversation.ts'
import { createConversationNames } from '../../src/conversation/turn/names.ts'
import { openDossierOffice, openDossierStores } from '../../src/dossier-office.ts'
import { createDigitsHasher, digitsKeyPurpose } from '../../src/dossiers/digits-hash.ts'
import type { OnHandedOver } from '../../src/dossiers/dossier-links.ts'
import { importDossiers } from '../../src/dossiers/import-dossiers.ts'
import type { FakeClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { createAttemptStore } from '../../src/storage/attempt-store.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'
import type { TestDatabase } from './database.ts'
import { inbound } from './inbound.ts'
import { keyRingNamed } from './key-ring.ts'
import { createReportWorld } from './report-world.ts'
import { shipped } from './talk.ts'

export const keyRing = keyRingNamed('dossiers')
const nameOf = createConversationNames(keyRing.deriveKey('conversation names'))

/** One row of the one-stop software. */
export function row(code: string, status: string, more: Record<string, string> = {}) {
  return {
    'Mã hồ sơ': code,
    'Tên thủ tục': 'Cấp giấy phép lao động',
    'Ngày tiếp nhận': '02/11/2026',
    'Ngày hẹn trả': '30/11/2026',
    'Trạng thái': status,
    'Số điện thoại': '0905 123 456',
    ...more,
  }
}

/** Everything about dossiers, with real stores and dialogs on a real database. */
export async function openDossierWorld(
  { connection }: Pick<TestDatabase, 'connection'>,
  { clock, onHandedOver }: { clock: FakeClock; onHandedOver?: OnHandedOver },
) {
  const { content, search } = shipped()
  const stores = openDossierStores(connection, { keyRing, retention: content.reports.retention, clock })
  const conversations = createConversationStore(connection, createRecordCodec(keyRing))
  const counter = createAttemptStore(connection)
  await ensureIndexes(connection)
  const parts = {
    stores,
    conversations,
    nameOf,
    counter,
    config: { dossiers: {} },
    content,
    clock,
    log: createLog({ level: 'silent' }),
    ...(onHandedOver ? { onHandedOver } : {}),
  }
  const office = openDossierOffice(parts)
  const hasher = createDigitsHasher(keyRing.deriveKey(digitsKeyPurpose))

  return {
    office,
    stores,
    conversations,
    content,
    clock,
    /** As another process would have it. */
    anotherOffice: () => openDossierOffice(parts),

    async take(rows: readonly Record<string, string>[]) {
      const { mapping, settings, texts } = content.dossiers
      const file = { name: 'API', bytes: Buffer.from(JSON.stringify(rows)) }
      const outcome = await importDossiers(
        file,
        { store: stores.store, mapping, settings, texts, hasher },
        { now: clock.now() },
      )
      if (outcome.kind !== 'imported') throw new Error(JSON.stringify(outcome))
      return outcome.import
    },

    async runJob(name: string, some = office): Promise<void> {
      const job = some.jobs.find((job) => job.name === name)
      if (!job) throw new Error(`no job ${name}`)
      await job.run(clock.now(), new AbortController().signal)
    },

    /** What waits to be sent to a conversation. */
    async outbox(conversationId: string, channel: ChannelName = 'telegram') {
      const now = clock.now()
      const key = nameOf({ channel, conversationId })
      const lease = { owner: 'test', now, until: new Date(now.getTime() + 1) }
      const claimed = await conversations.claimDelivery(key, lease)
      if (claimed) await conversations.releaseDelivery(key, 'test')
      return claimed?.outbox ?? []
    },

    talk(conversationId: string, options: { channel?: ChannelName; takesReports?: boolean } = {}) {
      const { channel = 'telegram', takesReports = false } = options
      const context: DialogContext = {
        catalogue: () => ({ search, procedures: content.procedures }),
        agency: content.agency,
        talk: content.talk,
        answers: content.answers,
        staleAfterDays: 180,
        questions: { record: async () => {}, mostAsked: async () => [] },
        readCommand: content.readCommand,
        ...(takesReports ? { reports: createReportWorld(content, clock).talkParts() } : {}),
        ...(office.talk ? { dossiers: office.talk } : {}),
      }
      const respond = createBotkitResponder((controller) => registerDialogs(controller, context))
      let state: ConversationState = { ...emptyState(), greetedAt: clock.now() }
      async function send(message: Partial<InboundMessage>): Promise<Reply[]> {
        const arrived = inbound({ channel, conversationId, ...message })
        const result = await respond({ inbound: arrived, arrivedAt: clock.now(), state })
        state = structuredClone(result.state)
        return result.replies
      }
      return {
        say: async (text: string) => send({ text }),
        tap: async (choice: string) => send({ choice }),
        state: () => state,
      }
    },
  }
}

export type DossierWorld = Awaited<ReturnType<typeof openDossierWorld>>

/** The payload of the button with this label. */
export function choiceOf(replies: readonly Reply[], label: string): string {
  const button = replies.flatMap(({ buttons }) => buttons ?? []).find((button) => button.label === label)
  if (!button?.choice) throw new Error(`no button «${label}» in ${JSON.stringify(replies)}`)
  return button.choice
}

export const saidIn = (replies: readonly Reply[]): string => replies.map(({ text }) => text).join('\n')
