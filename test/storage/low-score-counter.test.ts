import { afterAll, beforeAll, expect, it } from 'vitest'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createLowScoreCounter } from '../../src/storage/low-score-counter.ts'
import { shareBegun } from '../../src/surveys/low-score-counts.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.close())

it('row 62: counts by month in Viet Nam, also many at once, and holds nothing but counts', async () => {
  const counter = createLowScoreCounter(database.connection)
  await ensureIndexes(database.connection)
  // 18:30 UTC on the last day of October is November in Viet Nam.
  const november = new Date('2026-10-31T18:30:00Z')
  await Promise.all(Array.from({ length: 20 }, () => counter.count('offered', november)))
  for (let times = 0; times < 6; times++) await counter.count('begun', november)
  await counter.count('low', new Date('2026-10-31T16:30:00Z'))
  expect(await counter.between('2026-11', '2026-11')).toEqual({ low: 0, offered: 20, begun: 6 })
  expect(await counter.between('2026-01', '2026-12')).toEqual({ low: 1, offered: 20, begun: 6 })
  expect(await database.connection.collection('low_score_counts').countDocuments()).toBe(3)
})

it('row 62: a share is told when neither number is small', () => {
  expect(shareBegun({ low: 30, offered: 24, begun: 5 })).toBe(2083)
  expect(shareBegun({ low: 30, offered: 24, begun: 4 })).toBeUndefined()
  expect(shareBegun({ low: 4, offered: 4, begun: 4 })).toBeUndefined()
  // Old buttons were tapped again: no share is above the whole.
  expect(shareBegun({ low: 9, offered: 6, begun: 7 })).toBeUndefined()
})
