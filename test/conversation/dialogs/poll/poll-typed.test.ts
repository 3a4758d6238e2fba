import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PollTalkParts } from '../../../../src/conversation/dialogs/poll/poll-talk-parts.ts'
import { createConversationNames, createMessageNames } from '../../../../src/conversation/turn/names.ts'
import { FakeClock } from '../../../../src/lib/clock.ts'
import { ensureIndexes } from '../../../../src/storage/connect.ts'
import { createLowScoreCounter } from '../../../../src/storage/low-score-counter.ts'
import { openTestDatabase, type TestDatabase } from '../../../support/database.ts'
import { createReportWorld } from '../../../support/report-world.ts'
import { shipped, startTalk, type Talk } from '../../../support/talk.ts'
import { handedOver, type OpenSurveys, openSurveys } from '../../../surveys/open-surveys.ts'

const { content } = shipped()
const { pollTexts } = content.surveys
const nameOf = createConversationNames()
const conversation = { channel: 'web' as const, conversationId: 'citizen-on-web' }
const key = nameOf(conversation)

const hourMs = 3_600_000

let clock: FakeClock
let database: TestDatabase
let office: OpenSurveys
let talk: Talk
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.close())
beforeEach(async () => {
  for (const name of database.connection.modelNames()) database.connection.deleteModel(name)
  clock = new FakeClock('2026-11-23T02:00:00Z')
  office = openSurveys(database.connection, clock)
  await ensureIndexes(database.connection)
  for (const name of ['invitations', 'answers', 'survey_contacts']) {
    await database.connection.collection(name).deleteMany({})
  }
  const polls: PollTalkParts = {
    surveys: office.surveys,
    changeWithinHours: 24,
    lowScores: createLowScoreCounter(database.connection),
    nameOf,
    tapIdOf: createMessageNames(),
    readWords: content.surveys.readWords,
    texts: pollTexts,
    surveyTexts: content.surveys.texts,
    clock,
  }
  talk = startTalk(undefined, { world: createReportWorld(content, clock), polls })
})

async function invited(): Promise<void> {
  await office.surveys.invite(handedOver('x', clock.now(), { conversation: { ...conversation, key } }))
  clock.advanceMs(3 * 3_600_000)
  const asked = await office.surveys.dispatch(async () => 'poll:x', {
    channel: 'web',
    limit: 10,
    signal: new AbortController().signal,
  })
  expect(asked).toBe(1)
}
const said = async (text: string) => (await talk.say(text)).map((reply) => reply.text).join('\n')
const hasOptedOut = async () => (await office.stores.contacts.find(key))?.hasOptedOut ?? false

describe('row 52: an answer that is typed instead of tapped', () => {
  it.each(['rất hài lòng', 'hai long', 'Không hài lòng.', '5', 'tốt', 'TOT LAM', '4 sao'])(
    '«%s» is thanked for and sent to the buttons; it is never guessed which question was meant',
    async (words) => {
      await invited()
      expect(await said(words)).toBe(pollTexts.say('poll.typed'))
      expect(await hasOptedOut()).toBe(false)
    },
  )

  describe('when the question is the last thing asked', () => {
    /** Said something before the invitation came; `later`: after it. */
    const spoke = (more: number) => {
      talk.state().lastInbound = { fingerprint: 'x', arrivalMs: clock.now().getTime() + more }
    }
    const given = async () => {
      const rows = await database.connection.collection('answers').find({}).toArray()
      return rows.flatMap(({ questions }) =>
        questions.map(({ history }: { history: { answer: unknown }[] }) => history.at(-1)!.answer),
      )
    }

    it.each([
      ['rất hài lòng', 5],
      ['hai long', 4],
      ['Không hài lòng.', 2],
      ['RAT KHONG HAI LONG', 1],
      ['3', 3],
      ['chưa từng sử dụng', 'never-used'],
    ])('«%s» is the answer %s', async (words, answer) => {
      await invited()
      spoke(-hourMs)
      const reply = await said(words)
      expect(reply).toContain('Ông/Bà đã trả lời: «')
      expect(await given()).toEqual([answer])
      // The next question is the last thing asked now.
      spoke(0)
      await said('5')
      expect((await given()).length).toBe(2)
    })

    it('other words, and words after something else was said, are sent to the buttons', async () => {
      await invited()
      spoke(-hourMs)
      for (const words of ['tốt', '5 sao']) expect(await said(words)).toBe(pollTexts.say('poll.typed'))
      clock.advanceMs(60_000)
      spoke(-1_000)
      expect(await said('rất hài lòng')).toBe(pollTexts.say('poll.typed'))
      expect(await given()).toEqual([])
    })

    it('the contact holds the invitation sealed, and drops it when the poll is over', async () => {
      await invited()
      const rows = () => database.connection.collection('survey_contacts').find({}).toArray()
      const invitation = (await database.connection.collection('invitations').findOne({}))!._id
      expect((await rows())[0]).toHaveProperty('openInvitation')
      expect(JSON.stringify(await rows())).not.toContain(String(invitation))
      expect(await office.stores.contacts.openInvitation(key)).toBe(String(invitation))
      clock.advanceMs(40 * 24 * hourMs)
      await office.surveys.close({ limit: 10, signal: new AbortController().signal })
      for (const row of await rows()) expect(row).not.toHaveProperty('openInvitation')
    })
  })

  it('means nothing from somebody who was not asked', async () => {
    for (const words of ['hài lòng', '5', 'tốt']) {
      expect(await said(words)).not.toContain(pollTexts.say('poll.typed'))
    }
  })

  it('belongs to the report that is being written', async () => {
    await invited()
    await talk.say('phản ánh')
    for (const words of ['5', 'bình thường', 'dừng']) {
      const reply = await said(words)
      expect(reply).not.toContain(pollTexts.say('poll.typed'))
      expect(reply).not.toContain(pollTexts.say('poll.opted-out'))
    }
    expect(await hasOptedOut()).toBe(false)
  })
})

describe('row 55: one word', () => {
  it.each(['dừng', 'STOP', 'ngung', 'dừng hỏi', 'đừng hỏi', 'không hỏi nữa'])(
    '«%s» from somebody who was asked ends the asking, and says how to undo it',
    async (word) => {
      await invited()
      expect(await said(word)).toBe(pollTexts.say('poll.opted-out'))
      expect(await hasOptedOut()).toBe(true)
      expect(await said('hỏi ý kiến lại')).toBe(pollTexts.say('poll.opted-in'))
      expect(await hasOptedOut()).toBe(false)
    },
  )

  it('«dừng» from somebody who was not asked only ends what is under way', async () => {
    expect(await said('dừng')).toBe(content.talk.say('talk.nothing-to-stop'))
    expect(await hasOptedOut()).toBe(false)
  })
})
