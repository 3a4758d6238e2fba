import type mongoose from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../src/lib/clock.ts'
import { connectDatabase, ensureIndexes } from '../../src/storage/connect.ts'
import { tapPayload } from '../../src/surveys/invitation/tap.ts'
import { questionnaireInUse } from '../../src/surveys/survey-settings.ts'
import { itWithPlans, openTestDatabase, type TestDatabase } from '../support/database.ts'
import { shipped } from '../support/talk.ts'
import { chat, handedOver, type OpenSurveys, openSurveys } from '../surveys/open-surveys.ts'

let database: TestDatabase
let second: mongoose.Connection
let clock: FakeClock
let office: OpenSurveys
let other: OpenSurveys
const signal = new AbortController().signal
/** A Monday, 9:00 in Viet Nam; results are handed over at 9:00 and asked about from 11:00 on. */
const start = new Date('2026-11-23T02:00:00Z')
const hourMs = 3_600_000

beforeAll(async () => {
  database = await openTestDatabase()
  second = await connectDatabase(database.uri)
})
afterAll(async () => {
  await second?.close()
  await database?.close()
})
beforeEach(async () => {
  clock = new FakeClock(start)
  for (const connection of [database.connection, second]) {
    for (const name of connection.modelNames()) connection.deleteModel(name)
  }
  office = openSurveys(database.connection, clock)
  other = openSurveys(second, clock)
  await ensureIndexes(database.connection)
  for (const name of ['invitations', 'answers', 'survey_contacts', 'questionnaires', 'conversations']) {
    await database.connection.collection(name).deleteMany({})
  }
})

const rowsOf = (name: string) => database.connection.collection(name).find({}).toArray()

async function invited(name = 'an') {
  const dossier = handedOver(name, clock.now())
  await office.surveys.invite(dossier)
  clock.advanceMs(3 * hourMs)
  await office.dispatch()
  const row = await database.connection.collection('invitations').findOne({ token: dossier.dossierToken })
  const invitation = (await office.stores.invitations.find(String(row!._id)))!
  if (invitation.stage.kind !== 'sent') throw new Error('not sent')
  return { dossier, invitation, stage: invitation.stage }
}

const tapOn = (id: string, item: string, level: number, tapId: string, conversation = chat('an').key) => ({
  choice: tapPayload(id, item, level),
  conversation,
  tapId,
  at: clock.now(),
})

describe('taps', () => {
  it('row 53: fifty concurrent taps over two connections leave one response and every change in its history', async () => {
    const { invitation, stage } = await invited()
    const { item } = stage.assignment.items[0]!
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 ? office : other).surveys.tap(tapOn(invitation.id, item, (index % 5) + 1, `tap${index}`)),
      ),
    )
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['stored']))
    const rows = await rowsOf('answers')
    expect(rows).toHaveLength(1)
    const { history } = rows[0]!.questions[0]
    // A tap that repeats the answer that stands at its moment is thanked for and not stored.
    expect(history.length).toBeGreaterThan(1)
    expect(new Set(history.map(({ tapId }: { tapId: string }) => tapId)).size).toBe(history.length)
    expect(rows[0]!.revision).toBe(history.length)
  }, 60_000)

  it('row 53: the last change within 24 hours wins, a later one is kindly refused, a repeated tap changes nothing', async () => {
    const { invitation, stage, dossier } = await invited()
    const { item } = stage.assignment.items[0]!
    await office.surveys.tap(tapOn(invitation.id, item, 5, 'a'))
    await office.surveys.tap(tapOn(invitation.id, item, 2, 'b'))
    await office.surveys.tap(tapOn(invitation.id, item, 5, 'a'))
    const { response } = (await office.stores.responses.find(dossier.dossierToken))!
    expect(response.questions[item]!.history.map(({ answer }) => answer)).toEqual([5, 2])
    clock.advanceMs(24 * hourMs)
    expect(await office.surveys.tap(tapOn(invitation.id, item, 1, 'c'))).toEqual({
      kind: 'refused',
      reason: 'too-late',
    })
  })

  it('row 53: foreign, unknown, altered, expired and never-asked taps store nothing', async () => {
    const { invitation, stage } = await invited()
    const { item } = stage.assignment.items[0]!
    const notAsked = shipped().content.surveys.inUse.items.find(
      ({ id }) => !stage.assignment.items.some((one) => one.item === id),
    )!
    const reasonOf = async (tap: ReturnType<typeof tapOn>) => {
      const outcome = await office.surveys.tap(tap)
      return outcome.kind === 'refused' ? outcome.reason : outcome.kind
    }
    expect(await reasonOf(tapOn(invitation.id, item, 5, 'a', chat('somebody-else').key))).toBe('foreign')
    expect(await reasonOf(tapOn('AAAAAAAAAAAAAAAA', item, 5, 'b'))).toBe('unknown')
    expect(
      await reasonOf({ ...tapOn(invitation.id, item, 5, 'c'), choice: `s1:${invitation.id}:${item}:x` }),
    ).toBe('unknown')
    expect(await reasonOf({ ...tapOn(invitation.id, item, 5, 'd'), choice: 's0:old:1:5' })).toBe('old-button')
    expect(await reasonOf(tapOn(invitation.id, item, 9, 'e'))).toBe('not-asked')
    expect(await reasonOf(tapOn(invitation.id, notAsked.id, 5, 'f'))).toBe('not-asked')
    clock.advanceMs(15 * 24 * hourMs)
    expect(await reasonOf(tapOn(invitation.id, item, 5, 'g'))).toBe('expired')
    expect(await rowsOf('answers')).toEqual([])
  })

  it('row 54: what staff typed in stays apart, and takes the one place of the dossier', async () => {
    const { dossier, stage } = await invited()
    const { item } = stage.assignment.items[0]!
    const entry = { facts: {}, day: '2026-11-23', answers: [{ item, answer: 1 as const }] }
    const typed = { ...entry, token: dossier.dossierToken }
    expect(await office.surveys.enterForSomebody(typed)).toEqual({ isStored: true })
    expect(await other.surveys.enterForSomebody(typed)).toEqual({ isStored: false })
    expect(await rowsOf('answers')).toHaveLength(1)
  })
})

describe('invitations', () => {
  it('row 55: one invitation a dossier, one in seven days a person, none after opting out', async () => {
    const { dossier } = await invited('an')
    expect(await office.surveys.invite(dossier)).toEqual({ kind: 'never', reason: 'already-invited' })
    const again = await office.surveys.invite(handedOver('an', clock.now()))
    expect(again.kind).toBe('later')
    await office.surveys.optOut(chat('binh').key)
    expect(await office.surveys.invite(handedOver('binh', clock.now()))).toEqual({
      kind: 'never',
      reason: 'opted-out',
    })
    expect(office.asked).toHaveLength(1)
    clock.advanceMs(6 * 24 * hourMs)
    await office.dispatch()
    expect(office.asked).toHaveLength(1)
    clock.advanceMs(25 * hourMs)
    await office.dispatch()
    expect(office.asked).toHaveLength(2)
  })

  it('row 55: two dossiers of one person that are due together bring one invitation, whoever sends', async () => {
    for (let index = 0; index < 10; index++) await office.surveys.invite(handedOver('an', clock.now()))
    clock.advanceMs(3 * hourMs)
    await Promise.all([office.dispatch(), other.dispatch()])
    expect([...office.asked, ...other.asked]).toHaveLength(1)
  })

  it('row 55: nothing leaves in the quiet hours', async () => {
    clock.advanceMs(10 * hourMs)
    await office.surveys.invite(handedOver('an', clock.now()))
    clock.advanceMs(3 * hourMs)
    await office.dispatch()
    expect(office.asked).toEqual([])
    clock.advanceMs(11 * hourMs)
    await office.dispatch()
    expect(office.asked).toHaveLength(1)
  })

  it('row 84: two schedulers ask everybody once, and the numbers of the rotation have no gap', async () => {
    const count = 200
    for (let index = 0; index < count; index++)
      await office.surveys.invite(handedOver(`p${index}`, clock.now()))
    clock.advanceMs(3 * hourMs)
    await Promise.all([office.dispatch(), other.dispatch()])
    const asked = [...office.asked, ...other.asked]
    expect(asked).toHaveLength(count)
    expect(new Set(asked.map(({ key }) => key)).size).toBe(count)
    const numbers = (await rowsOf('invitations')).map(({ number }) => number as number).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: count }, (_, index) => index))
  }, 60_000)

  it('row 84: a process that dies between its writes leaves nobody out and nobody twice', async () => {
    for (let index = 0; index < 20; index++) await office.surveys.invite(handedOver(`p${index}`, clock.now()))
    clock.advanceMs(3 * hourMs)
    let calls = 0
    const dying = async (...sent: Parameters<typeof office.send>) => {
      calls++
      // Before the outbox, and after it.
      if (calls === 6) throw new Error('killed')
      const id = await office.send(...sent)
      if (calls === 11) throw new Error('killed')
      return id
    }
    for (let life = 0; life < 2; life++) {
      await expect(
        office.surveys.dispatch(dying, { channel: 'telegram', limit: 100, signal }),
      ).rejects.toThrow('killed')
    }
    await other.dispatch()
    const asked = [...office.asked, ...other.asked]
    expect(asked).toHaveLength(20)
    expect(new Set(asked.map(({ key }) => key)).size).toBe(20)
  })

  it('row 57: one reminder to one half; who answered or opted out hears nothing', async () => {
    const count = 60
    for (let index = 0; index < count; index++)
      await office.surveys.invite(handedOver(`p${index}`, clock.now()))
    clock.advanceMs(3 * hourMs)
    await office.dispatch()
    const rows = await rowsOf('invitations')
    const halves = rows.map(({ sent }) => sent.half as string)
    const reminded = halves.filter((half) => half === 'reminded').length
    expect(reminded).toBeGreaterThan(15)
    expect(reminded).toBeLessThan(45)
    const answering = rows.find(({ sent }) => sent.half === 'reminded')!
    const { conversation } = (await office.stores.invitations.find(String(answering._id)))!
    const { item } = answering.sent.assignment.items[0]
    await office.surveys.tap(tapOn(String(answering._id), item, 4, 'x', conversation!.key))
    clock.advanceMs(3 * 24 * hourMs)
    const ran = await Promise.all(
      [office, other].map(({ surveys, send }) =>
        surveys.remind(send, { channel: 'telegram', limit: 1_000, signal }),
      ),
    )
    const reminders = [...office.asked, ...other.asked].filter(({ id }) => id.startsWith('poll-reminder:'))
    expect(ran[0]! + ran[1]!).toBeGreaterThanOrEqual(reminded - 1)
    expect(reminders).toHaveLength(reminded - 1)
    expect(new Set(reminders.map(({ key }) => key)).size).toBe(reminded - 1)
    expect(reminders.some(({ key }) => key === conversation!.key)).toBe(false)
    expect(await office.surveys.remind(office.send, { channel: 'telegram', limit: 1_000, signal })).toBe(0)
  }, 60_000)
})

describe('what is kept', () => {
  it('row 54: while it is open nothing in plain leads from an invitation to a chat, and afterwards nothing at all', async () => {
    const { invitation, stage, dossier } = await invited('citizen-4711')
    const key = chat('citizen-4711').key
    for (const [index, { item }] of stage.assignment.items.entries()) {
      clock.advanceMs(61_234)
      await office.surveys.tap(tapOn(invitation.id, item, 4, `t${index}`, key))
    }
    await office.surveys.comment({
      invitation: invitation.id,
      conversation: key,
      text: 'quầy 3 rất tận tình',
      tapId: 'c',
      at: clock.now(),
    })
    const open = JSON.stringify([await rowsOf('invitations'), await rowsOf('answers')])
    expect(open).not.toContain('citizen-4711')
    expect(open).not.toContain('tận tình')
    const chats = JSON.stringify(await rowsOf('conversations'))
    const contacts = JSON.stringify(await rowsOf('survey_contacts'))
    for (const secret of [invitation.id, dossier.dossierToken]) expect(chats + contacts).not.toContain(secret)

    clock.advanceMs(15 * 24 * hourMs)
    expect(await office.surveys.close({ limit: 100, signal })).toBe(1)
    const [row] = await rowsOf('invitations')
    expect(row).not.toHaveProperty('conversation')
    expect(row).not.toHaveProperty('messageId')
    const [answer] = await rowsOf('answers')
    const times = answer!.questions.flatMap(
      ({ history }: { history: { at: Date; tapId: string }[] }) => history,
    )
    expect(
      times.every(
        ({ at, tapId }: { at: Date; tapId: string }) => at.getTime() % hourMs === 0 && tapId === '',
      ),
    ).toBe(true)
    expect(row!.sent.sentAt.getTime() % hourMs).toBe(0)
    expect(await rowsOf('survey_contacts')).toEqual([])
    expect(await office.surveys.close({ limit: 100, signal })).toBe(0)
  })

  it('a questionnaire that was asked cannot be edited without a new version', async () => {
    const { settings, questionnaires } = shipped().content.surveys
    const asked = questionnaireInUse(settings, questionnaires)!
    const { questionnaires: store } = office.stores
    expect(await store.keep(asked)).toBe('kept')
    expect(await store.keep(asked)).toBe('same')
    expect(await store.keep({ ...asked, title: 'Tên khác' })).toBe('edited')
    expect(await store.find(asked.id, asked.version)).toEqual(asked)
  })

  itWithPlans('every query of a tick has an index', async () => {
    const invitations = database.connection.collection('invitations')
    await invited()
    for (const [query, sort] of [
      [
        { channel: 'telegram', dueAt: { $gt: new Date(0), $lte: clock.now() } },
        { channel: 1, dueAt: 1 },
      ],
      [{ dueAt: { $lte: clock.now() } }, { dueAt: 1 }],
      [{ isUnqueued: true }, {}],
      [
        { channel: 'telegram', reminderAt: { $gt: new Date(0), $lte: clock.now() } },
        { channel: 1, reminderAt: 1 },
      ],
      [{ isUndelivered: true }, {}],
      [{ endsAt: { $lte: clock.now() } }, { endsAt: 1 }],
      [
        { series: 's', number: { $gte: 0 } },
        { series: -1, number: -1 },
      ],
      [{ sentDay: { $gte: '2026-01-01', $lte: '2026-12-31' } }, { sentDay: 1, _id: 1 }],
      [{ messageId: 'poll:x' }, {}],
    ] as const) {
      const plan = JSON.stringify(
        await invitations
          .find(query)
          .sort({ ...sort })
          .explain('queryPlanner'),
      )
      expect(plan, JSON.stringify(query)).toContain('IXSCAN')
    }
  })
})
