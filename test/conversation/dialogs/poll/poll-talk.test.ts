import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { invitationMessage } from '../../../../src/conversation/dialogs/poll/poll-messages.ts'
import type { PollTalkParts } from '../../../../src/conversation/dialogs/poll/poll-talk-parts.ts'
import type { Reply } from '../../../../src/conversation/message.ts'
import { createConversationNames, createMessageNames } from '../../../../src/conversation/turn/names.ts'
import { FakeClock } from '../../../../src/lib/clock.ts'
import { ensureIndexes } from '../../../../src/storage/connect.ts'
import { createLowScoreCounter } from '../../../../src/storage/low-score-counter.ts'
import type { Questionnaire } from '../../../../src/surveys/questionnaire.ts'
import { openTestDatabase, type TestDatabase } from '../../../support/database.ts'
import { createReportWorld } from '../../../support/report-world.ts'
import { shipped, startTalk, type Talk } from '../../../support/talk.ts'
import { handedOver, type OpenSurveys, openSurveys } from '../../../surveys/open-surveys.ts'

let database: TestDatabase
let clock: FakeClock
let office: OpenSurveys
let talk: Talk
const hourMs = 3_600_000
const nameOf = createConversationNames()
const { content } = shipped()
const { pollTexts, inUse } = content.surveys

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.close())
beforeEach(async () => {
  for (const name of database.connection.modelNames()) database.connection.deleteModel(name)
  clock = new FakeClock('2026-11-23T02:00:00Z')
  office = openSurveys(database.connection, clock)
  await ensureIndexes(database.connection)
  for (const name of ['invitations', 'answers', 'survey_contacts', 'low_score_counts']) {
    await database.connection.collection(name).deleteMany({})
  }
  talk = startTalk(undefined, { world: createReportWorld(content, clock), polls: parts() })
})

const parts = (): PollTalkParts => ({
  surveys: office.surveys,
  changeWithinHours: 24,
  lowScores: createLowScoreCounter(database.connection),
  nameOf,
  tapIdOf: createMessageNames(),
  readWords: content.surveys.readWords,
  texts: pollTexts,
  surveyTexts: content.surveys.texts,
  clock,
})

const textOf = (replies: readonly Reply[]) => replies.map(({ text }) => text).join('\n')
const choiceOf = (replies: readonly Reply[], label: string): string => {
  const button = replies.flatMap(({ buttons }) => buttons ?? []).find((one) => one.label === label)
  if (!button?.choice) throw new Error(`no button "${label}" under: ${textOf(replies)}`)
  return button.choice
}
const answers = () => database.connection.collection('answers').find({}).toArray()

/** The message that the invited person of `talk` has before them. */
async function invitation(
  conversationId = 'citizen-on-web',
): Promise<{ message: Reply; id: string; token: string }> {
  const conversation = { channel: 'web' as const, conversationId }
  const dossier = handedOver('x', clock.now(), {
    conversation: { ...conversation, key: nameOf(conversation) },
  })
  await office.surveys.invite(dossier)
  clock.advanceMs(3 * hourMs)
  let message: Reply | undefined
  let id = ''
  await office.surveys.dispatch(
    async (outgoing, kind) => {
      message = invitationMessage(outgoing, kind, 'Sở', pollTexts)
      id = outgoing.invitation.id
      return `poll:${id}`
    },
    { channel: 'web', limit: 10, signal: new AbortController().signal },
  )
  return { message: message!, id, token: dossier.dossierToken }
}

describe('a poll in the chat', () => {
  it('row 52: the invitation itself asks the first question, with the five exact words and nothing chosen', async () => {
    const { message, id } = await invitation()
    expect(message.buttons!.map(({ label }) => label)).toEqual([
      'Rất hài lòng',
      'Hài lòng',
      'Bình thường',
      'Không hài lòng',
      'Rất không hài lòng',
      'Chưa từng sử dụng',
      'Đừng hỏi nữa',
    ])
    expect(inUse.items.some(({ text }) => message.text.includes(text))).toBe(true)
    const sent = await office.stores.invitations.find(id)
    const asked = sent!.stage.kind === 'sent' ? sent!.stage.assignment : undefined
    let replies = await talk.tap(choiceOf([message], 'Hài lòng'))
    let taps = 1
    while (!textOf(replies).includes('đổi được câu trả lời')) {
      replies = await talk.tap(replies[0]!.buttons![0]!.choice!)
      taps++
    }
    expect(taps).toBe(asked!.items.length + (asked!.outsideIndex ? 1 : 0))
    expect(taps).toBeLessThanOrEqual(3)
    expect(await answers()).toHaveLength(1)
  })

  it('row 52: a tap in the middle of a report is stored, and the report goes on as if nothing had been', async () => {
    const { message } = await invitation()
    await talk.say('phản ánh')
    await talk.say('1')
    const before = talk.state()
    const replies = await talk.tap(choiceOf([message], 'Không hài lòng'))
    expect(textOf(replies)).toContain('Đã ghi nhận')
    expect(talk.state().dialog).toEqual(before.dialog)
    expect(talk.state().report).toEqual(before.report)
    expect(await answers()).toHaveLength(1)
    await talk.say('không ghi tên')
    await talk.say('nhân viên quầy 2 nói chuyện cộc lốc với người già')
    const review = await talk.say('bỏ qua')
    expect(textOf(await talk.tap(choiceOf(review, 'Gửi')))).toContain('MÃ TRA CỨU')
    expect(talk.world.all()).toHaveLength(1)
  })

  it('row 62: how often help was offered and taken is counted by month, each tap once, and leads nowhere', async () => {
    const { message, id } = await invitation()
    const counts = () => createLowScoreCounter(database.connection).between('2026-11', '2026-11')
    await talk.tap(choiceOf([message], 'Hài lòng'))
    expect(await counts()).toEqual({ low: 0, offered: 0, begun: 0 })
    const bad = await talk.tap(choiceOf([message], 'Không hài lòng'))
    await talk.tap(choiceOf([message], 'Không hài lòng'))
    expect(await counts()).toEqual({ low: 1, offered: 1, begun: 0 })
    const report = choiceOf(bad, pollTexts.say('poll.button.report'))
    await talk.tap(report)
    await talk.tap(report)
    expect(await counts()).toEqual({ low: 1, offered: 1, begun: 1 })
    const rows = await database.connection.collection('low_score_counts').find({}).toArray()
    expect(Object.keys(rows[0]!).sort()).toEqual(['_id', 'count', 'month', 'step'])
    expect(JSON.stringify(rows)).not.toContain(id)
    // Begun from the menu: nothing of polls.
    await talk.say('dừng')
    await talk.tap('m:report')
    expect(await counts()).toMatchObject({ begun: 1 })
  })

  it('row 62: after a bad answer the way to a report is offered, and not after a good one', async () => {
    const { message } = await invitation()
    const bad = await talk.tap(choiceOf([message], 'Rất không hài lòng'))
    const report = choiceOf(bad, pollTexts.say('poll.button.report'))
    expect(report).toBe('sr1')
    const good = await talk.tap(choiceOf([message], 'Hài lòng'))
    expect(textOf(good)).not.toContain(pollTexts.say('poll.report'))
    expect(textOf(await talk.tap(report))).toContain('1')
    expect(talk.state().report).toBeDefined()
  })

  it('row 62: the question about informal payments offers the report by its own list', async () => {
    const outside = inUse.outsideIndex[0]!
    const { message, id } = await invitation()
    await database.connection
      .collection<{ _id: string }>('invitations')
      .updateOne({ _id: id }, { $set: { 'sent.assignment.outsideIndex': outside.id } })
    let replies = await talk.tap(choiceOf([message], 'Hài lòng'))
    while (!replies[0]!.text.includes(outside.text)) replies = await talk.tap(choiceOf(replies, 'Hài lòng'))
    const labels = replies[0]!.buttons!.map(({ label }) => label)
    expect(labels).toEqual(Object.values(outside.answers))
    expect(textOf(await talk.tap(choiceOf(replies, outside.answers['1']!)))).not.toContain(
      pollTexts.say('poll.report'),
    )
    expect(textOf(await talk.tap(choiceOf(replies, outside.answers['3']!)))).toContain(
      pollTexts.say('poll.report'),
    )
  })

  it('taps on foreign, altered and old buttons get kind words and store nothing', async () => {
    const { message, id } = await invitation('somebody-else')
    for (const choice of [
      message.buttons![0]!.choice!,
      `s1:${id}:zz:5`,
      `s1:${id}`,
      's0:1:2:3',
      's2:x:y:z',
    ]) {
      const said = textOf(await talk.tap(choice))
      expect(said.length).toBeGreaterThan(20)
      expect(said).not.toContain('Đã ghi nhận')
    }
    expect(await answers()).toEqual([])
  })

  it('row 55: one word or one button is enough not to be asked again, and the poll says so', async () => {
    const { message } = await invitation()
    expect(textOf(await talk.tap(choiceOf([message], 'Đừng hỏi nữa')))).toBe(pollTexts.say('poll.opted-out'))
    const key = nameOf({ channel: 'web', conversationId: 'citizen-on-web' })
    expect((await office.stores.contacts.find(key))?.hasOptedOut).toBe(true)
    expect(textOf(await talk.say('Khảo sát lại'))).toBe(pollTexts.say('poll.opted-in'))
    expect((await office.stores.contacts.find(key))?.hasOptedOut).toBe(false)
    expect(textOf(await talk.say('đừng hỏi ý kiến nữa!'))).toBe(pollTexts.say('poll.opted-out'))
    expect((await office.stores.contacts.find(key))?.hasOptedOut).toBe(true)
  })
})

describe('comments', () => {
  async function thanks(): Promise<{ replies: Reply[]; token: string }> {
    const { message, token } = await invitation()
    let replies = await talk.tap(choiceOf([message], 'Hài lòng'))
    while (!textOf(replies).includes('đổi được câu trả lời')) {
      replies = await talk.tap(replies[0]!.buttons![0]!.choice!)
    }
    return { replies, token }
  }
  const comments = async (token: string) => (await office.stores.responses.find(token))?.comments

  it('row 56: only words after «Viết góp ý» are a comment, once', async () => {
    const { replies, token } = await thanks()
    await talk.say('lệ phí cấp giấy phép lao động')
    expect(await comments(token)).toEqual([])
    await talk.tap(choiceOf(replies, 'Viết góp ý'))
    expect(textOf(await talk.say('quầy 3 hướng dẫn rõ ràng'))).toBe(pollTexts.say('poll.comment.kept'))
    await talk.say('hồ sơ gồm những gì')
    expect(await comments(token)).toEqual(['quầy 3 hướng dẫn rõ ràng'])
  })

  it('a comment that was announced does not wait for ever, nor past a command', async () => {
    const { replies, token } = await thanks()
    await talk.tap(choiceOf(replies, 'Viết góp ý'))
    clock.advanceMs(16 * 60_000)
    await talk.say('lệ phí cấp giấy phép lao động')
    await talk.tap(choiceOf(replies, 'Viết góp ý'))
    await talk.say('menu')
    await talk.say('lệ phí cấp giấy phép lao động')
    expect(await comments(token)).toEqual([])
  })

  it('words of the report under way are never taken for a comment', async () => {
    const { replies, token } = await thanks()
    await talk.tap(choiceOf(replies, 'Viết góp ý'))
    await talk.say('phản ánh')
    await talk.say('1')
    await talk.say('không ghi tên')
    expect(textOf(await talk.tap(choiceOf(replies, 'Viết góp ý')))).toBe(pollTexts.say('poll.comment.busy'))
    await talk.say('nhân viên quầy 2 nói chuyện cộc lốc với người già')
    expect(await comments(token)).toEqual([])
    expect(JSON.stringify(talk.state().report)).toContain('cộc lốc')
  })

  it('an installation without polls says that the button is old', async () => {
    const { message } = await invitation()
    const without = startTalk(undefined, { world: createReportWorld(content, clock) })
    expect(textOf(await without.tap(choiceOf([message], 'Hài lòng')))).toBe(
      content.talk.say('talk.old-button'),
    )
  })
})

it('every payload of the shipped questionnaires fits a Telegram button', async () => {
  const { message } = await invitation()
  const all = content.surveys.questionnaires.flatMap(({ items, outsideIndex }: Questionnaire) => [
    ...items,
    ...outsideIndex,
  ])
  const longest = Math.max(...all.map(({ id }) => id.length))
  for (const { choice } of message.buttons!)
    expect(Buffer.byteLength(choice!) + longest).toBeLessThanOrEqual(64)
})
