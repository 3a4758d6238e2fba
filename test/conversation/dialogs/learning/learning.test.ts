import { describe, expect, it } from 'vitest'
import type { WaitingPeople, WaitingPerson } from '../../../../src/catalogue/learning/waiting-people.ts'
import type { Reply } from '../../../../src/conversation/message.ts'
import { startTalk } from '../../../support/talk.ts'

function memory(): WaitingPeople & { people: Omit<WaitingPerson, 'id'>[] } {
  const people: Omit<WaitingPerson, 'id'>[] = []
  return {
    people,
    async add(person) {
      if (people.some(({ questionKey }) => questionKey === person.questionKey)) return 'known'
      people.push(person)
      return 'added'
    },
    of: async () => [],
    count: async () => people.length,
    remove: async () => {},
    removeOf: async () => {},
  }
}
const textOf = (replies: readonly Reply[]) => replies.map(({ text }) => text).join('\n')
const labelled = (replies: readonly Reply[], label: string) =>
  replies.flatMap(({ buttons }) => buttons ?? []).find((button) => button.label === label)?.choice
const open = () => {
  const waiting = memory()
  return { waiting, talk: startTalk(undefined, { waiting, takesReports: false }) }
}
const offer = 'Báo cho tôi khi có câu trả lời'

describe('what is learnt from the talk (row 29)', () => {
  it('keeps the question that "không đúng" rejects', async () => {
    const { talk } = open()
    await talk.say('1.014199')
    await talk.say('cấp giấy phép lao động cho người nước ngoài')
    await talk.say('không đúng')
    expect(talk.kept.map(({ text, outcome }) => [text, outcome])).toEqual([
      ['cấp giấy phép lao động cho người nước ngoài', expect.stringMatching(/unhelpful|choices-rejected/)],
    ])
  })

  it('keeps a question that is asked again in other words right after its answer, and none that is about something else', async () => {
    const { talk } = open()
    await talk.say('hưởng trợ cấp thất nghiệp')
    await talk.say('cấp giấy phép lao động')
    expect(talk.kept).toEqual([])
    await talk.say('gia hạn giấy phép lao động')
    expect(talk.kept.map(({ text, outcome }) => [text, outcome])).toEqual([
      ['cấp giấy phép lao động', 're-asked'],
    ])
    talk.clock.advanceMs(6 * 60_000)
    await talk.say('cấp lại giấy phép lao động')
    expect(talk.kept).toHaveLength(1)
  })

  it('remembers it masked', async () => {
    const { talk } = open()
    await talk.say('xin phép phóng tàu vũ trụ, gọi 0905 123 456')
    expect(JSON.stringify(talk.state())).not.toContain('0905')
  })
})

describe('"Báo cho tôi khi có câu trả lời" (row 29)', () => {
  it('is offered after "not found", taken once, and survives a restart', async () => {
    const { talk, waiting } = open()
    const replies = await talk.say('kính thiên văn quan sát sao chổi')
    const choice = labelled(replies, offer)
    expect(choice).toMatch(/^w:[0-9a-f]{12}$/)
    expect(textOf(await talk.restart().tap(choice!))).toContain('Sau 30 ngày')
    expect(textOf(await talk.tap(choice!))).toContain('đã được ghi rồi')
    expect(waiting.people).toEqual([
      {
        questionKey: 'kinh thien van quan sat sao choi',
        question: 'kính thiên văn quan sát sao chổi',
        conversation: { channel: 'web', conversationId: 'citizen-on-web' },
      },
    ])
  })

  it('of an older question does not speak for a newer one; a forged one does nothing', async () => {
    const { talk, waiting } = open()
    const choice = labelled(await talk.say('kính thiên văn quan sát sao chổi'), offer)!
    await talk.say('úm ba la xì bùa')
    expect(textOf(await talk.tap(choice))).toContain('không còn dùng được')
    expect(textOf(await talk.tap('w:000000000000'))).toContain('không còn dùng được')
    expect(waiting.people).toEqual([])
  })
})

describe('talk in English (row 33)', () => {
  it('is answered in an English frame with Vietnamese names, also to taps and follow-ups', async () => {
    const { talk } = open()
    const answer = textOf(await talk.say('work permit renewal fee'))
    expect(answer).toContain('Gia hạn giấy phép lao động')
    expect(answer).not.toMatch(/Anh\/Chị|Dữ liệu/)
    const fee = textOf(await talk.tap('p:1.014201:fee'))
    expect(fee).toContain('Fees:')
    expect(fee).toContain('Code 1.014201')
    expect(textOf(await talk.tap('p:1.014201:documents'))).toContain('Documents to submit:')
    expect(textOf(await talk.say('how long does it take?'))).toContain('On the procedure “Gia hạn giấy phép')
    expect(textOf(await talk.restart().tap('p:1.014201:place'))).toContain('Where to submit:')
    expect(textOf(await talk.say('phí bao nhiêu'))).toContain('Phí, lệ phí:')
  })

  it('reaches a person, offers to be told and falls back in English', async () => {
    const { talk, waiting } = open()
    const menu = await talk.say('main menu')
    expect(textOf(menu)).toContain('To reach a person')
    expect(labelled(menu, 'Talk to a person')).toBe('m:officer')
    expect(textOf(await talk.say('talk to a person'))).toContain('You would like to talk to an officer')
    const lost = await talk.say('how do I fly to the moon')
    expect(textOf(lost)).toContain('I found no procedure')
    expect(textOf(await talk.tap(labelled(lost, 'Tell me when there is an answer')!))).toContain('Noted.')
    expect(waiting.people[0]?.language).toBe('en')
    expect(textOf(await talk.say('an officer asked me for money'))).toContain('Reports about officers')
    expect(textOf(await talk.say('my husband is beating me'))).toContain('113')
  })

  it('says in the greeting that English is understood, when nothing Vietnamese was said', async () => {
    expect(textOf(await startTalk().say('hello'))).toContain('in English')
    expect(textOf(await startTalk().say('xin chào'))).not.toContain('English')
  })
})
