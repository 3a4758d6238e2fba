import { afterAll, beforeAll, expect, it } from 'vitest'
import { erasableClasses } from '../src/erasable-classes.ts'
import { eraseOldRecords } from '../src/jobs/erase-old-records.ts'
import { FakeClock } from '../src/lib/clock.ts'
import { createLog } from '../src/lib/log.ts'
import { createAnswerArchive } from '../src/storage/answer-archive.ts'
import { ensureIndexes } from '../src/storage/connect.ts'
import { createDossierStore } from '../src/storage/dossier-store.ts'
import { computeIndex } from '../src/surveys/index/compute-index.ts'
import { layoutOf } from '../src/surveys/index/form.ts'
import { itWithPlans, openTestDatabase, type TestDatabase } from './support/database.ts'
import { shipped } from './support/talk.ts'
import { handedOver, openSurveys } from './surveys/open-surveys.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.close())

const hourMs = 3_600_000
const dayMs = 24 * hourMs

it('erases comments when their days are over, and leaves the index as it was (row 80, row 61)', async () => {
  const clock = new FakeClock('2026-11-23T02:00:00Z')
  const office = openSurveys(database.connection, clock)
  const dossiers = createDossierStore(database.connection, { clock })
  await ensureIndexes(database.connection)
  const { content } = shipped()
  const { inUse, settings } = content.surveys
  const { retention } = content.reports
  const classes = erasableClasses({ dossiers, responses: office.stores.responses, retention })
  const comments = classes.find((one) => one.class === 'survey-comments')!

  const answered = async (name: string) => {
    const dossier = handedOver(name, clock.now())
    await office.surveys.invite(dossier)
    clock.advanceMs(3 * hourMs)
    await office.dispatch()
    const row = await database.connection.collection('invitations').findOne({ token: dossier.dossierToken })
    const tap = { conversation: `telegram:${name}`, at: clock.now() }
    const { item } = row!.sent.assignment.items[0]
    await office.surveys.tap({ ...tap, choice: `s1:${row!._id}:${item}:4`, tapId: `${name}1` })
    await office.surveys.comment({
      ...tap,
      invitation: String(row!._id),
      text: `Chị ${name} rất tận tình`,
      tapId: `${name}2`,
    })
    return dossier.dossierToken
  }
  const old = await answered('an')
  const days = retention.daysOf('survey-comments')
  clock.advanceMs((days - 1) * dayMs)
  const young = await answered('binh')
  const commentsOf = async (token: string) => (await office.stores.responses.find(token))!.comments
  const index = async () => {
    // Without a memory of what was read before.
    const archive = createAnswerArchive(database.connection, {})
    const [entry] = await archive.read({ from: '2026-01-01', to: '2028-01-01' })
    const options = { method: settings.index.method, minimumPeople: 2 }
    return computeIndex(entry!.forms, layoutOf(inUse), options)
  }
  const before = await index()
  expect(before.whole.people).toBe(2)
  expect(await comments.count(clock.now())).toBe(0)

  clock.advanceMs(2 * dayMs)
  expect(await comments.count(clock.now())).toBe(1)
  expect(await commentsOf(old)).toEqual(['Chị an rất tận tình'])
  const job = eraseOldRecords({ classes, log: createLog({ level: 'silent' }) })
  await job.run(clock.now(), new AbortController().signal)
  expect(await commentsOf(old)).toEqual([])
  expect(await commentsOf(young)).toEqual(['Chị binh rất tận tình'])
  expect(await comments.count(clock.now())).toBe(0)
  expect(await index()).toEqual(before)
})

itWithPlans('finds old comments by an index', async () => {
  const plan = await database.connection
    .collection('answers')
    .find({ 'comments.at': { $lt: new Date() } })
    .explain('queryPlanner')
  expect(JSON.stringify(plan)).toContain('IXSCAN')
})
