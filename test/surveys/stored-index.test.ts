import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { FakeClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { createAnswerArchive } from '../../src/storage/answer-archive.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { type OpenDatabase, openDatabase } from '../../src/storage/open-database.ts'
import { countSent } from '../../src/surveys/answer-archive.ts'
import type { Level } from '../../src/surveys/questionnaire.ts'
import { seededRandom } from '../../src/surveys/seeded-random.ts'
import { shipped } from '../support/talk.ts'
import { handedOver, openSurveys } from './open-surveys.ts'

let dataDir: string
let database: OpenDatabase | undefined
const people = 120
const hourMs = 3_600_000

const open = () => openDatabase({ dataDir }, createLog({ level: 'silent' }))

/** A hundred and twenty people, most of whom answer; some skip, some never used the service, some are entered by staff. */
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'motcua-stored-'))
  database = await open()
  const clock = new FakeClock('2026-11-23T02:00:00Z')
  const office = openSurveys(database.connection, clock)
  await ensureIndexes(database.connection)
  await office.stores.questionnaires.keep(shipped().content.surveys.inUse)
  for (let index = 0; index < people; index++)
    await office.surveys.invite(handedOver(`p${index}`, clock.now()))
  clock.advanceMs(3 * hourMs)
  await office.dispatch()
  const random = seededRandom('stored-index')
  const rows = await database.connection.collection('invitations').find({}).sort({ number: 1 }).toArray()
  for (const row of rows) {
    const invitation = (await office.stores.invitations.find(String(row._id)))!
    for (const { item } of row.sent.assignment.items) {
      if (random.share() < 0.25) break
      const level =
        random.share() < 0.05 ? 0 : random.share() < 0.9 ? 4 + random.below(2) : 1 + random.below(3)
      await office.surveys.tap({
        choice: `s1:${invitation.id}:${item}:${level as Level}`,
        conversation: invitation.conversation!.key,
        tapId: `${invitation.id}:${item}`,
        at: clock.now(),
      })
    }
  }
  for (let index = 0; index < 5; index++) {
    await office.surveys.enterForSomebody({
      token: `assisted-${index}`,
      facts: {},
      day: '2026-11-23',
      answers: [{ item: shipped().content.surveys.inUse.items[index]!.id, answer: 1 }],
    })
  }
}, 60_000)
afterAll(async () => {
  await database?.close()
  await rm(dataDir, { recursive: true, force: true })
})

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'scripts/satisfaction-index.ts', ...args],
      { env: { PATH: process.env.PATH, DATA_DIR: dataDir }, timeout: 60_000 },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    )
  })
}

it('row 60: the archive gives a form for everybody who was asked, the silent too, and the funnel', async () => {
  const archive = createAnswerArchive(database!.connection)
  const [read, ...others] = await archive.read({ from: '2026-11-23', to: '2026-11-23' })
  expect(others).toEqual([])
  expect(countSent(read!.forms)).toEqual({ sent: people, delivered: people })
  const own = read!.forms.filter(({ isAssisted }) => !isAssisted)
  expect(own).toHaveLength(people)
  expect(read!.forms).toHaveLength(people + 5)
  expect(
    own.every(({ asked }) => asked.every(({ chance }) => chance?.part === 2 && chance.whole === 19)),
  ).toBe(true)
  expect(own.some(({ asked }) => asked.every(({ answer }) => answer === 'unanswered'))).toBe(true)
  expect(await archive.read({ from: '2026-11-24', to: '2026-12-31' })).toEqual([])
})

it('row 60: what did not arrive is not counted as delivered', async () => {
  const invitations = database!.connection.collection('invitations')
  const one = await invitations.findOne({ number: 7 })
  const { stores } = openSurveys(database!.connection, new FakeClock('2026-11-24T02:00:00Z'))
  await stores.invitations.markUndelivered(String(one!.messageId))
  const [read] = await createAnswerArchive(database!.connection).read({
    from: '2026-11-23',
    to: '2026-11-23',
  })
  expect(countSent(read!.forms)).toEqual({ sent: people, delivered: people - 1 })
})

it('row 61: the index of the database and of its export are the same bytes, while the service runs and after it', async () => {
  const file = join(dataDir, 'phieu.csv')
  const period = ['--from', '2026-11-01', '--to', '2026-11-30']
  const beside = await run(...period, '--json', '--export', file)
  expect(beside.stderr).toContain(`${people} lời mời đã gửi, ${people - 1} tới nơi`)
  expect(beside.code).toBe(0)
  await database!.close()
  database = undefined
  const after = await run(...period, '--json')
  const exported = await run('--answers', file, '--json')
  expect(after.stdout).toBe(beside.stdout)
  expect(exported.stdout).toBe(beside.stdout)
  const report = JSON.parse(beside.stdout)
  expect(report.forms).toMatchObject({ asked: people, assisted: 5 })
  expect(report.index).toBeGreaterThan(75)
  expect(report.silence.unanswered).toBeGreaterThan(20)
  expect(await readFile(file, 'utf8')).not.toMatch(/telegram|p\d+,/)

  const empty = await run('--from', '2025-01-01', '--to', '2025-12-31')
  expect(empty).toMatchObject({ code: 2, stdout: '' })
  expect(empty.stderr).toContain('chưa gửi lời mời nào')
  const unknown = await run(...period, '--questionnaire', 'khac@1')
  expect(unknown.stderr).toContain('sipas-19@1')
}, 120_000)
