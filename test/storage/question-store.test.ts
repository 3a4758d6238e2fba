import { serialize } from 'bson'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type QuestionStore, unansweredQuestion } from '../../src/catalogue/unanswered-question.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createQuestionStore } from '../../src/storage/question-store.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'
import { itWithPlans, openTestDatabase, type TestDatabase } from '../support/database.ts'
import { keyRingNamed } from '../support/key-ring.ts'

let database: TestDatabase
let store: QuestionStore

beforeAll(async () => {
  database = await openTestDatabase()
  store = createQuestionStore(database.connection, { keepDays: 30 })
  await ensureIndexes(database.connection)
})
afterAll(() => database?.close())
beforeEach(async () => {
  await database.connection.collection('questions').deleteMany({})
})

const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
const at = (day: number) => new Date(Date.UTC(2026, 10, day, 3))
const ask = (text: string, day: number, channel = 'web', outcome: 'not-found' | 'unhelpful' = 'not-found') =>
  store.record(unansweredQuestion({ text, outcome, channel, askedAt: at(day) }, fold))
const since = at(1)

test('equal questions are counted together, whatever their marks and numbers', async () => {
  await ask('Cấp sổ đỏ cho số 0905123456', 3, 'telegram')
  await ask('cap so đo cho so 0905 999 888'.replace('so đo', 'sổ đỏ'), 2, 'web')
  await ask('hỏi khác', 4)
  const [first, second] = await store.mostAsked({ since, limit: 10 })
  expect(first).toEqual({
    key: 'cap so đo cho so [tel]',
    text: 'Cấp sổ đỏ cho số [tel]',
    outcome: 'not-found',
    count: 2,
    channels: ['telegram', 'web'],
    firstAskedAt: at(2),
    lastAskedAt: at(3),
  })
  expect(second).toMatchObject({ key: 'hoi khac', count: 1 })
})

test('nothing that points at a person is in the database', async () => {
  await ask('cccd 056085012345, gọi 0905123456, mail a.b@gmail.com, stk 19034567891012', 3)
  const stored = JSON.stringify(await database.connection.collection('questions').find().toArray())
  for (const part of ['056085012345', '0905123456', 'a.b@', '19034567891012'])
    expect(stored).not.toContain(part)
})

test('outcomes are counted apart and can be asked for', async () => {
  await ask('sổ đỏ', 3)
  await ask('sổ đỏ', 3, 'web', 'unhelpful')
  await ask('sổ đỏ', 4, 'web', 'unhelpful')
  expect((await store.mostAsked({ since, limit: 10 })).map(({ outcome, count }) => [outcome, count])).toEqual(
    [
      ['unhelpful', 2],
      ['not-found', 1],
    ],
  )
  expect(await store.mostAsked({ since, limit: 10, outcome: 'not-found' })).toHaveLength(1)
})

test('only those asked since, and no more than wanted', async () => {
  for (let day = 1; day <= 5; day++) await ask(`câu ${'abcde'[day - 1]}`, day)
  expect(await store.mostAsked({ since: at(4), limit: 10 })).toHaveLength(2)
  expect(await store.mostAsked({ since, limit: 3 })).toHaveLength(3)
})

test('fifty at once are counted as fifty', async () => {
  await Promise.all(Array.from({ length: 50 }, () => ask('cùng một câu', 3)))
  expect((await store.mostAsked({ since, limit: 10 })).map(({ count }) => count)).toEqual([50])
})

test('a number at the cut of a long story is not cut free of its mask', async () => {
  for (let before = 480; before <= 500; before++) {
    const { text } = unansweredQuestion(
      { text: `${'x '.repeat(before / 2)}0905123456`, outcome: 'not-found', channel: 'web', askedAt: at(1) },
      fold,
    )
    expect(text).not.toMatch(/\d/)
    expect(text.length).toBeLessThanOrEqual(500)
  }
})

itWithPlans('the list is found by index and the rest expires', async () => {
  await ask('câu', 3)
  const collection = database.connection.collection('questions')
  const plan = await collection.find({ lastAskedAt: { $gte: since } }).explain()
  expect(JSON.stringify(plan)).not.toContain('COLLSCAN')
  const [question] = await collection.find().toArray()
  expect(question!.expiresAt).toEqual(new Date(at(3).getTime() + 30 * 86_400_000))
})

test('with a key the words are sealed, counted all the same, and read by the staff', async () => {
  const records = createRecordCodec(keyRingNamed('office'))
  const sealing = createQuestionStore(database.connection, { records })
  const asked = (text: string) =>
    unansweredQuestion({ text, outcome: 'not-found', channel: 'web', askedAt: at(6) }, fold)
  await Promise.all(Array.from({ length: 10 }, () => sealing.record(asked('Cấp phép nuôi Kanarien'))))
  await sealing.record(asked('cap phep nuoi kanarien'))
  const found = await sealing.mostAsked({ since: at(6), limit: 10 })
  expect(found).toMatchObject([{ count: 11, text: 'Cấp phép nuôi Kanarien', key: 'cap phep nuoi kanarien' }])
  const stored = await database.connection.collection('questions').find().toArray()
  expect(Buffer.from(serialize({ stored })).toString().toLowerCase()).not.toContain('kanarien')
})

test('what an earlier version stored is read with and without a key', async () => {
  await database.connection.collection('questions').insertOne({
    key: 'cu',
    text: 'cũ',
    outcome: 'not-found',
    count: 3,
    channels: ['web'],
    firstAskedAt: at(7),
    lastAskedAt: at(7),
    expiresAt: at(400),
  })
  const records = createRecordCodec(keyRingNamed('office'))
  for (const reading of [store, createQuestionStore(database.connection, { records })]) {
    expect(await reading.mostAsked({ since: at(7), limit: 10 })).toMatchObject([
      { key: 'cu', text: 'cũ', count: 3 },
    ])
  }
})
