import { describe, expect, it } from 'vitest'
import { readMemory } from '../../../../src/conversation/dialogs/report/draft.ts'
import type { Reply } from '../../../../src/conversation/message.ts'
import { startTalk, type Talk } from '../../../support/talk.ts'

const coordinates = { latitude: 16.05, longitude: 108.2 }
const shown = '16.05000, 108.20000'
const place = { attachments: [{ kind: 'location' as const, coordinates }] }

const textOf = (replies: readonly Reply[]) => replies.map(({ text }) => text).join('\n')
const labelsOf = (replies: readonly Reply[]) =>
  replies.flatMap(({ buttons = [] }) => buttons.map(({ label }) => label))
const choiceOf = (replies: readonly Reply[], label: string): string =>
  replies.flatMap(({ buttons = [] }) => buttons).find((one) => one.label === label)!.choice!
const draftOf = (talk: Talk) => readMemory(talk.state()).memory.draft!

async function toStory(mode: string): Promise<Talk> {
  const talk = startTalk()
  await talk.say('phản ánh')
  await talk.say('1')
  await talk.say(mode)
  if (mode !== 'không ghi tên') await talk.say('Nguyễn Văn An, 0905 123 456')
  return talk
}
async function toEvidence(mode: string): Promise<Talk> {
  const talk = await toStory(mode)
  await talk.say('nhân viên quầy 2 nói chuyện cộc lốc với người già')
  return talk
}
const contentOf = (talk: Talk) => talk.world.all()[0]!.content

describe('a place that is sent while telling', () => {
  it.each(['ghi tên', 'giữ bí mật'])(
    '"%s": is kept at once, stands in the review, and is filed',
    async (mode) => {
      const talk = await toEvidence(mode)
      const kept = await talk.send(place)
      expect(textOf(kept)).toContain(`Đã ghi vị trí ${shown}`)
      expect(labelsOf(kept)).not.toContain('Ghi vị trí này')
      const review = await talk.say('xong')
      expect(textOf(review)).toMatch(new RegExp(`Ở đâu: vị trí ${shown}`))
      await talk.tap(choiceOf(review, 'Gửi'))
      expect(contentOf(talk).location).toEqual(coordinates)
    },
  )

  it('without a name: nothing is kept before the person agrees; then it is filed', async () => {
    const talk = await toEvidence('không ghi tên')
    const asked = await talk.send(place)
    expect(textOf(asked)).toContain('có thể cho biết Ông/Bà là ai')
    expect(draftOf(talk).location).toBeUndefined()
    expect(textOf(await talk.tap(choiceOf(asked, 'Ghi vị trí này')))).toContain(`Đã ghi vị trí ${shown}`)
    const review = await talk.say('xong')
    await talk.tap(choiceOf(review, 'Gửi'))
    expect(contentOf(talk).location).toEqual(coordinates)
    expect(JSON.stringify(talk.state())).not.toContain('108.2')
  })

  it.each([
    ['by the button', (talk: Talk, asked: Reply[]) => talk.tap(choiceOf(asked, 'Không ghi vị trí'))],
    ['in a word', (talk: Talk) => talk.say('không')],
    ['by going on', (talk: Talk) => talk.say('xong')],
  ])(
    'without a name and not agreed, %s: is not filed, nor left in the draft that was sent',
    async (_, refuse) => {
      const talk = await toEvidence('không ghi tên')
      const refused = await refuse(talk, await talk.send(place))
      const review = labelsOf(refused).includes('Gửi') ? refused : await talk.say('xong')
      expect(textOf(review)).toContain('Ở đâu: chưa ghi')
      await talk.tap(choiceOf(review, 'Gửi'))
      expect(contentOf(talk)).not.toHaveProperty('location')
      expect(JSON.stringify(contentOf(talk))).not.toContain('108.2')
    },
  )

  it('agreed to in a word', async () => {
    const talk = await toEvidence('không ghi tên')
    await talk.send(place)
    await talk.say('có')
    expect(draftOf(talk).location).toEqual(coordinates)
  })

  it('before it is chosen how to file: asked as of somebody who gives no name', async () => {
    const talk = startTalk()
    await talk.say('phản ánh')
    const asked = await talk.send(place)
    expect(labelsOf(asked)).toContain('Ghi vị trí này')
    expect(textOf(asked)).toContain('Góp ý việc phục vụ')
    await talk.tap(choiceOf(asked, 'Ghi vị trí này'))
    // The question that was open is still open.
    expect(draftOf(talk)).toMatchObject({ step: 'kind', location: coordinates })
  })

  it('words beside it are the answer to the question', async () => {
    const talk = await toStory('ghi tên')
    await talk.send({ ...place, text: 'đèn đường trước chợ hỏng cả tuần nay' })
    expect(draftOf(talk)).toMatchObject({
      story: 'đèn đường trước chợ hỏng cả tuần nay',
      location: coordinates,
      step: 'evidence',
    })
  })

  it('is forgotten, and that is said, when somebody who meant to give a name chooses not to', async () => {
    const talk = await toEvidence('ghi tên')
    await talk.send(place)
    await talk.say('xong')
    await talk.say('2')
    expect(textOf(await talk.say('không ghi tên'))).toContain('Vị trí đã gửi được bỏ')
    expect(JSON.stringify(draftOf(talk))).not.toContain('108.2')
  })

  it('answers the question where it was; "bỏ qua" there empties it again', async () => {
    const talk = await toEvidence('ghi tên')
    const review = await talk.say('xong')
    const line = /(\d)\. Ở đâu/.exec(textOf(review))![1]!
    await talk.say(line)
    expect(textOf(await talk.send(place))).toContain(`Ở đâu: vị trí ${shown}`)
    expect(textOf(await talk.say(line))).toContain(shown)
    expect(textOf(await talk.say('cổng trụ sở'))).toContain(`Ở đâu: cổng trụ sở; vị trí ${shown}`)
    await talk.say(line)
    expect(textOf(await talk.say('bỏ qua'))).toContain('Ở đâu: chưa ghi')
    expect(JSON.stringify(draftOf(talk))).not.toContain('108.2')
  })

  it('a tap on a question of before, with no place waiting, says so', async () => {
    const talk = await toEvidence('không ghi tên')
    const asked = await talk.send(place)
    const keep = choiceOf(asked, 'Ghi vị trí này')
    await talk.tap(choiceOf(asked, 'Không ghi vị trí'))
    expect(textOf(await talk.tap(keep))).toContain('Không còn vị trí nào đang chờ')
    expect(draftOf(talk).location).toBeUndefined()
  })
})

describe('a place that is sent to an open report', () => {
  async function opened(mode: string): Promise<Talk> {
    const talk = await toEvidence(mode)
    const review = await talk.say('xong')
    const sent = textOf(await talk.tap(choiceOf(review, 'Gửi')))
    await talk.say(/MÃ TRA CỨU: ([\d ]+)/.exec(sent)![1]!)
    return talk
  }
  const written = (talk: Talk) =>
    talk.world
      .all()[0]!
      .events.flatMap(({ change }) => (change.kind === 'reporter-wrote' ? [change.text] : []))

  it('of somebody with a name goes to the officer in words', async () => {
    const talk = await opened('ghi tên')
    expect(textOf(await talk.send(place))).toContain('Đã gửi')
    expect(written(talk)).toEqual([`Vị trí: ${shown}`])
  })

  it('of somebody without goes when they agree', async () => {
    const talk = await opened('không ghi tên')
    const asked = await talk.send(place)
    expect(textOf(asked)).toContain('có thể cho biết Ông/Bà là ai')
    expect(asked.every(({ isSecret }) => isSecret)).toBe(true)
    expect(written(talk)).toEqual([])
    const keep = choiceOf(asked, 'Ghi vị trí này')
    await talk.tap(keep)
    expect(written(talk)).toEqual([`Vị trí: ${shown}`])
    expect(textOf(await talk.tap(keep))).toContain('Không còn vị trí nào đang chờ')
    expect(written(talk)).toHaveLength(1)
  })
})

it('a place that nobody asked for is not kept', async () => {
  const talk = startTalk()
  expect(textOf(await talk.send(place))).toContain('không lưu lại')
  expect(JSON.stringify([talk.state(), talk.kept])).not.toContain('108.2')
})
