import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { FakeClock } from '../../src/lib/clock.ts'
import { createAnswerArchive } from '../../src/storage/answer-archive.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createSurveyComments } from '../../src/storage/survey-comments.ts'
import { countDropOff } from '../../src/surveys/asking-figures.ts'
import { tapPayload } from '../../src/surveys/invitation/tap.ts'
import { countOutside } from '../../src/surveys/outside-counts.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { shipped } from '../support/talk.ts'
import { handedOver, type OpenSurveys, openSurveys, testKeyRing } from '../surveys/open-surveys.ts'

let database: TestDatabase
let clock: FakeClock
let office: OpenSurveys
const signal = new AbortController().signal
const day = { from: '2026-11-23', to: '2026-11-23' }
const hourMs = 3_600_000

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.close())
beforeEach(async () => {
  clock = new FakeClock('2026-11-23T02:00:00Z')
  office = openSurveys(database.connection, clock)
  await ensureIndexes(database.connection)
  for (const name of ['invitations', 'answers', 'survey_contacts', 'conversations']) {
    await database.connection.collection(name).deleteMany({})
  }
})

/** Eight people are asked; all answer the first question, the first three the rest too. */
async function askEight() {
  for (let index = 0; index < 8; index++) {
    await office.surveys.invite(handedOver(`p${index}`, clock.now(), { unit: 'Phòng A' }))
  }
  clock.advanceMs(3 * hourMs)
  await office.dispatch()
  const rows = await database.connection.collection('invitations').find({}).sort({ number: 1 }).toArray()
  for (const [index, row] of rows.entries()) {
    const invitation = (await office.stores.invitations.find(String(row._id)))!
    const conversation = invitation.conversation!.key
    const { items, outsideIndex } = row.sent.assignment
    const wanted = [
      ...items.map(({ item }: { item: string }) => item),
      ...(outsideIndex ? [outsideIndex] : []),
    ]
    for (const question of index < 3 ? wanted : wanted.slice(0, 1)) {
      clock.advanceMs(1_000)
      const tap = { choice: tapPayload(invitation.id, question, 2), conversation, at: clock.now() }
      const outcome = await office.surveys.tap({ ...tap, tapId: `${index}:${question}` })
      expect(outcome.kind).toBe('stored')
    }
    if (index < 2) {
      const comment = { invitation: invitation.id, conversation, at: clock.now() }
      await office.surveys.comment({
        ...comment,
        text: `Ý kiến thứ ${index}, gọi 0905123456`,
        tapId: `c${index}`,
      })
    }
  }
  return rows
}

it('row 56: drop-off and the question outside the index come out of what is stored', async () => {
  const rows = await askEight()
  const [read] = await createAnswerArchive(database.connection).read(day)
  expect(countDropOff(read!.forms)).toEqual([
    { place: 1, asked: 8, answered: 8 },
    { place: 2, asked: 8, answered: 3 },
  ])
  const asked = rows.filter(({ sent }) => sent.assignment.outsideIndex)
  const told = asked.filter(({ number }) => number < 3).length
  const [outside] = countOutside(read!.forms, shipped().content.surveys.inUse)
  expect(outside).toMatchObject({ asked: asked.length, answered: told })
  expect(outside!.answers.map(({ count }) => count)).toEqual([0, told, 0])
  expect(read!.forms.every(({ facts }) => facts.unit === 'Phòng A')).toBe(true)
})

it('row 63: chats are told apart while polls are open, and no longer when they are closed', async () => {
  await askEight()
  const archive = createAnswerArchive(database.connection, { keyRing: testKeyRing })
  const marks = async () => (await archive.read(day))[0]!.forms.map(({ poll }) => poll!.chatMark)
  expect(new Set(await marks()).size).toBe(8)
  clock.advanceMs(30 * 24 * hourMs)
  await office.surveys.close({ limit: 100, signal })
  expect(new Set(await marks())).toEqual(new Set([undefined]))
  const rows = await database.connection.collection('answers').find({}).toArray()
  expect(JSON.stringify(rows)).not.toContain('telegram')
})

it('row 63: an answer right after the hand-over is known coarsely, and stays so after the poll', async () => {
  const { responses } = office.stores
  const at = new Date('2026-11-23T02:00:00Z')
  const response = { questions: { 23: { history: [{ answer: 5, at, tapId: 't' }] } } }
  await responses.save('nhanh', 0, response, 34_900)
  await responses.save('cham', 0, response, hourMs)
  await responses.coarsen('nhanh')
  const rows = await database.connection.collection('answers').find({}).sort({ _id: 1 }).toArray()
  expect(rows.map(({ _id, secondsAfterHandOver }) => [String(_id), secondsAfterHandOver])).toEqual([
    ['cham', undefined],
    ['nhanh', 30],
  ])
})

it('comments of a period are opened newest first, as many as wanted; the database holds them sealed', async () => {
  await askEight()
  const comments = createSurveyComments(database.connection, testKeyRing)
  const all = await comments(day, 10)
  expect(all).toEqual([
    { day: '2026-11-23', text: 'Ý kiến thứ 1, gọi 0905123456' },
    { day: '2026-11-23', text: 'Ý kiến thứ 0, gọi 0905123456' },
  ])
  expect(await comments(day, 1)).toEqual(all.slice(0, 1))
  expect(await comments({ from: '2026-11-24', to: '2026-12-31' }, 10)).toEqual([])
  const rows = await database.connection.collection('answers').find({}).toArray()
  expect(JSON.stringify(rows)).not.toContain('kiến')
})

it('row 61: days that can no longer change are remembered, open ones are read anew', async () => {
  await askEight()
  const archive = createAnswerArchive(database.connection, { clock })
  const period = { from: '2026-11-01', to: '2026-12-31' }
  const answered = async () =>
    (await archive.read(period))[0]!.forms.filter(({ asked }) => asked[1]!.answer !== 'unanswered').length
  expect(await answered()).toBe(3)
  const rows = await database.connection.collection('invitations').find().toArray()
  const row = rows.find(({ number }) => Number(number) === 5)
  const invitation = (await office.stores.invitations.find(String(row!._id)))!
  clock.advanceMs(24 * hourMs)
  const choice = tapPayload(invitation.id, row!.sent.assignment.items[1].item, 5)
  await office.surveys.tap({
    choice,
    conversation: invitation.conversation!.key,
    tapId: 'muon',
    at: clock.now(),
  })
  expect(await answered()).toBe(4)
  clock.advanceMs(30 * 24 * hourMs)
  await office.surveys.close({ limit: 100, signal })
  const [before] = await archive.read(period)
  await database.connection.collection('answers').deleteMany({})
  expect((await archive.read(period))[0]).toEqual(before)
  expect((await createAnswerArchive(database.connection).read(period))[0]).not.toEqual(before)
})
