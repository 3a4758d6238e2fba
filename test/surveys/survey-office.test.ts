import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ConversationStore } from '../../src/conversation/turn/conversation.ts'
import { createConversationNames } from '../../src/conversation/turn/names.ts'
import type { HandedOver } from '../../src/dossiers/dossier-links.ts'
import { FakeClock } from '../../src/lib/clock.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
import { createLowScoreCounter } from '../../src/storage/low-score-counter.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'
import { createSurveyStores } from '../../src/storage/survey-store.ts'
import type { SurveyContentFiles } from '../../src/survey-content.ts'
import { openSurveyOffice, type SurveyOffice } from '../../src/survey-office.ts'
import type { SurveyStores } from '../../src/surveys/invitation/invitation-store.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { shipped } from '../support/talk.ts'
import { testKeyRing } from './open-surveys.ts'

let database: TestDatabase
let clock: FakeClock
let stores: SurveyStores
let conversations: ConversationStore
let office: SurveyOffice
const nameOf = createConversationNames(testKeyRing.deriveKey('conversation names'))
const { content } = shipped()
const hourMs = 3_600_000

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.close())
beforeEach(async () => {
  for (const name of database.connection.modelNames()) database.connection.deleteModel(name)
  clock = new FakeClock('2026-11-23T02:00:00Z')
  stores = createSurveyStores(database.connection, testKeyRing)
  conversations = createConversationStore(database.connection, createRecordCodec(testKeyRing))
  await ensureIndexes(database.connection)
  for (const name of ['invitations', 'answers', 'survey_contacts', 'questionnaires', 'conversations']) {
    await database.connection.collection(name).deleteMany({})
  }
  office = await open(content.surveys)
})

function open(surveys: SurveyContentFiles): Promise<SurveyOffice> {
  return openSurveyOffice({
    stores,
    keyRing: testKeyRing,
    conversations,
    nameOf,
    content: surveys,
    lowScores: createLowScoreCounter(database.connection),
    agencyName: 'Sở',
    channels: [{ name: 'telegram', limits: { perSecond: 25 } }],
    clock,
  })
}

const handedOver = (more: Partial<HandedOver> = {}): HandedOver => ({
  dossierToken: 'token-1',
  conversations: [{ channel: 'telegram', conversationId: '4711' }],
  procedureCode: '1.000105',
  returnedDay: '2026-11-23',
  toldAt: clock.now(),
  ...more,
})
const run = (name: string) =>
  office.jobs.find((job) => job.name === name)!.run(clock.now(), new AbortController().signal)
const outbox = () => database.connection.collection('conversations').find({}).toArray()

describe('the office of surveys', () => {
  it('row 52: a dossier that was handed over is asked about two hours later, behind all answers, once', async () => {
    await office.onHandedOver(handedOver())
    await office.onHandedOver(handedOver())
    await run('dispatch-polls')
    expect(await outbox()).toEqual([])
    clock.advanceMs(2 * hourMs)
    for (let tick = 0; tick < 5; tick++) await run('dispatch-polls')
    const [conversation, ...others] = await outbox()
    expect(others).toEqual([])
    expect(conversation!._id).toBe(nameOf({ channel: 'telegram', conversationId: '4711' }))
    expect(conversation!.outbox).toHaveLength(1)
    expect(conversation!.outbox[0]).toMatchObject({ isBulk: true, id: expect.stringMatching(/^poll:/) })
    expect(conversation!.deliverRank).toBe(1)
  })

  it('nobody is asked about a result of long ago, however late the office hears of it', async () => {
    await office.onHandedOver(handedOver({ returnedDay: '2026-11-01' }))
    clock.advanceMs(6 * hourMs)
    await run('dispatch-polls')
    expect(await outbox()).toEqual([])
    expect(await database.connection.collection('invitations').findOne({})).toMatchObject({
      never: 'too-late',
    })
  })

  it('row 55: of several chats the first that may be asked is asked, and only that one', async () => {
    const chats = ['1', '2', '3'].map((conversationId) => ({ channel: 'telegram' as const, conversationId }))
    await office.surveys.optOut(nameOf(chats[0]!))
    await office.onHandedOver(handedOver({ conversations: chats }))
    clock.advanceMs(2 * hourMs)
    await run('dispatch-polls')
    expect((await outbox()).map(({ _id }) => _id)).toEqual([nameOf(chats[1]!)])
  })

  it('what could not be delivered is noted at the invitation, and polls end', async () => {
    await office.onHandedOver(handedOver())
    clock.advanceMs(2 * hourMs)
    await run('dispatch-polls')
    const documents = database.connection.collection<{ _id: string; outbox: { id: string }[] }>(
      'conversations',
    )
    const [conversation] = await documents.find({}).toArray()
    const id = conversation!.outbox[0]!.id
    await documents.updateOne(
      { _id: conversation!._id },
      { $set: { undeliveredAt: clock.now(), undelivered: [{ id, reason: 'blocked', at: clock.now() }] } },
    )
    await run('expire-polls')
    const invitations = database.connection.collection('invitations')
    expect(await invitations.findOne({})).toMatchObject({ isUndelivered: true })
    clock.advanceMs(15 * 24 * hourMs)
    await run('remind-polls')
    await run('expire-polls')
    const over = await invitations.findOne({})
    expect(over).not.toHaveProperty('conversation')
    expect(over).not.toHaveProperty('reminderAt')
  })

  it('a questionnaire that was edited without a new version stops the start', async () => {
    const { inUse } = content.surveys
    const [first, ...rest] = inUse.items
    const edited = { ...inUse, items: [{ ...first!, text: 'Câu khác' }, ...rest] }
    await expect(open({ ...content.surveys, inUse: edited })).rejects.toThrow(/Tăng «version»/)
  })
})
