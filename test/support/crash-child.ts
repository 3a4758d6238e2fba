/**
 * The turn loop and delivery in a process that can be told to die at a named point. The dialog echoes, or files the report
 * whose draft stands in the conversation; storage, inbox, turn loop and delivery are the real ones. Talks to the test over IPC: in come messages of the platform and the order to die;
 * out go acknowledgements. Sends go to the test's platform over HTTP.
 */
import mongoose from 'mongoose'
import { createDeliverer } from '../../src/conversation/turn/deliver.ts'
import { createInbox } from '../../src/conversation/turn/inbox.ts'
import { createTurnRunner, type Respond } from '../../src/conversation/turn/run-turns.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { connectDatabase } from '../../src/storage/connect.ts'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
import { createInboxStore } from '../../src/storage/inbox-store.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'
import type { CrashDialog, CrashPoint, FromChild, ToChild } from './crash-protocol.ts'
import { keyRingNamed } from './key-ring.ts'

const filesReports =
  (process.env.CRASH_DIALOG satisfies string | undefined) === ('report' satisfies CrashDialog)

let armed: CrashPoint | undefined
function dieAt(point: CrashPoint): void {
  if (armed === point) process.kill(process.pid, 'SIGKILL')
}

/** Wraps the driver's own methods, so that the program under test needs no hooks. */
function watchDriver(): void {
  const prototype = mongoose.mongo.Collection.prototype as unknown as Record<
    'insertOne' | 'updateOne' | 'findOneAndUpdate',
    (this: { collectionName: string }, ...args: unknown[]) => Promise<unknown>
  >
  const { insertOne, updateOne, findOneAndUpdate } = prototype
  const names = (change: unknown, field: string) => JSON.stringify(change).includes(`"${field}"`)

  prototype.insertOne = async function (...args) {
    const result = await insertOne.apply(this, args)
    if (this.collectionName === 'inbox') dieAt('message stored, not yet acknowledged')
    if (this.collectionName === 'report_identities') dieAt('identity stored, report not yet')
    if (this.collectionName === 'reports') dieAt('report stored, listeners not yet told')
    return result
  }
  prototype.findOneAndUpdate = async function (...args) {
    const result = await findOneAndUpdate.apply(this, args)
    if (names(args[1], 'turnOwner')) dieAt('turn claimed, dialog not yet run')
    return result
  }
  prototype.updateOne = async function (...args) {
    const isCommit = names(args[1], 'applied') && names(args[1], 'revision')
    if (isCommit) dieAt('dialog run, turn not yet committed')
    const result = await updateOne.apply(this, args)
    if (isCommit) dieAt('turn committed, inbox not yet marked')
    if (this.collectionName === 'reports') dieAt('listeners told, turn not yet committed')
    return result
  }
}

async function run(): Promise<void> {
  watchDriver()
  const connection = await connectDatabase(process.env.MONGODB_URI!)
  const records = createRecordCodec(filesReports ? keyRingNamed('crash') : undefined)
  const inboxStore = createInboxStore(connection, () => systemClock.now(), records)
  const conversations = createConversationStore(connection, records)
  const log = createLog({ level: 'silent' })
  const owner = `process-${process.pid}`
  const deliverer = createDeliverer({
    sender: {
      name: 'telegram',
      limits: { perSecond: 1000, perConversationPerSecond: 1000 },
      async send(to, message) {
        dieAt('delivery claimed, nothing sent yet')
        const response = await fetch(process.env.PLATFORM_URL!, {
          method: 'POST',
          body: JSON.stringify({ to, ...message }),
        })
        dieAt('platform has taken it, not yet written down')
        return response.ok ? { kind: 'sent' } : { kind: 'retry', reason: String(response.status) }
      },
    },
    conversations,
    clock: systemClock,
    log,
    owner,
  })
  const respond: Respond = filesReports
    ? // Loading it takes longer than all the rest.
      await (await import('./filing-responder.ts')).createFilingResponder(connection)
    : async ({ inbound, state }) => ({ replies: [{ text: `re: ${inbound.text}` }], state })
  const turns = createTurnRunner({
    inbox: inboxStore,
    conversations,
    respond,
    apologise: () => ({ text: 'sorry' }),
    limits: () => ({ maxTextChars: 4096, maxButtons: 8 }),
    clock: systemClock,
    log,
    owner,
    onQueued: deliverer.notify,
  })
  const inbox = createInbox(inboxStore, systemClock, (key) => turns.notify(key))
  process.on('message', (order: ToChild) => {
    if (order.kind === 'die-at') {
      armed = order.point
      return
    }
    if (order.kind === 'recover') {
      turns.start()
      deliverer.start()
      return
    }
    const message = { ...order.message, sentAt: new Date(order.message.sentAt) }
    void inbox.accept(message).then(() => tell({ kind: 'acknowledged', messageId: message.messageId }))
  })
  tell({ kind: 'ready' })
}

const tell = (news: FromChild) => process.send?.(news)

await run()
