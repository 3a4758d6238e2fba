import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reply } from '../../../src/conversation/message.ts'
import { startTalk } from '../../support/talk.ts'

const textOf = (replies: readonly Reply[]) => replies.map(({ text }) => text).join('\n')
const choicesOf = (replies: readonly Reply[]) =>
  replies.flatMap(({ buttons }) => buttons ?? []).flatMap(({ choice }) => choice ?? [])

describe('a question', () => {
  it('is answered with code, name, decision, date of data and link (feature 23)', async () => {
    const answer = textOf(await startTalk().say('1.014199'))
    expect(answer).toContain('Mã 1.014199')
    expect(answer).toContain('Cấp giấy phép lao động đối với người lao động nước ngoài làm việc tại Việt Nam')
    expect(answer).toContain('Quyết định 526/QĐ-BNV')
    expect(answer).toContain('Dữ liệu tháng 07/2026')
    expect(answer).toMatch(/Chi tiết: https:\/\/dichvucong\.gov\.vn\/thu-tuc-hanh-chinh\//)
  })

  it('that fits several procedures gets two to five choices, and a tap answers (feature 26)', async () => {
    const talk = startTalk()
    const replies = await talk.say('giấy phép lao động')
    const procedures = choicesOf(replies).filter((choice) => choice.startsWith('p:'))
    expect(procedures.length).toBeGreaterThanOrEqual(2)
    expect(procedures.length).toBeLessThanOrEqual(5)
    for (const choice of procedures)
      expect(textOf(await talk.tap(choice))).toContain(`Mã ${choice.slice(2, 10)}`)
  })

  it('asks back once at most, then leads to a person (feature 26)', async () => {
    const talk = startTalk()
    await talk.say('giấy phép lao động')
    expect(textOf(await talk.tap('m:none-of-these'))).toContain('tả lại')
    const second = textOf(await talk.say('xin giấy cho người ở xa về quê làm ăn'))
    expect(second).toContain('mời Anh/Chị hỏi cán bộ')
    expect(talk.state().dialog).toBeUndefined()
  })
})

describe('a follow-up (feature 27)', () => {
  it('speaks of the procedure of the last answer and names it', async () => {
    const talk = startTalk()
    await talk.tap('p:1.014199:documents')
    for (const [question, title] of [
      ['phí bao nhiêu', 'Phí, lệ phí:'],
      ['con le phi?', 'Phí, lệ phí:'],
      ['nộp ở đâu vậy ạ', 'Nơi nộp hồ sơ:'],
      ['mất bao lâu', 'Thời hạn giải quyết:'],
    ]) {
      const answer = textOf(await talk.say(question!))
      expect(answer).toContain('Về thủ tục “Cấp giấy phép lao động')
      expect(answer).toContain(title)
    }
  })

  it('answers several needs in the order asked', async () => {
    const talk = startTalk()
    await talk.tap('p:1.014199:overview')
    const answer = textOf(await talk.say('cần giấy tờ gì và nộp ở đâu, mất bao lâu?'))
    const places = ['Giấy tờ cần nộp:', 'Nơi nộp hồ sơ:', 'Thời hạn giải quyết:'].map((title) =>
      answer.indexOf(title),
    )
    expect(places.every((place) => place >= 0)).toBe(true)
    expect([...places].sort((a, b) => a - b)).toEqual(places)
  })

  it('is forgotten after fifteen minutes and by "dừng"', async () => {
    const talk = startTalk()
    await talk.tap('p:1.014199:documents')
    talk.clock.advanceMs(15 * 60_000)
    expect(textOf(await talk.say('phí bao nhiêu'))).toContain('Về thủ tục')
    talk.clock.advanceMs(15 * 60_000 + 1)
    expect(textOf(await talk.say('phí bao nhiêu'))).toContain('Anh/Chị đang hỏi về thủ tục nào?')
    await talk.tap('p:1.014199:documents')
    await talk.say('dừng')
    expect(textOf(await talk.say('phí bao nhiêu'))).toContain('Anh/Chị đang hỏi về thủ tục nào?')
  })
})

describe('what is kept of a question that was not answered (feature 32)', () => {
  it('is masked and without who asked', async () => {
    const talk = startTalk()
    await talk.say('xin phép phóng tàu vũ trụ, cccd 056099001234, gọi 0905 123 456')
    expect(talk.kept).toHaveLength(1)
    const kept = JSON.stringify(talk.kept)
    expect(kept).not.toContain('056099001234')
    expect(kept).not.toContain('0905')
    expect(kept).not.toContain('citizen-1')
  })
})

describe('odd input', () => {
  it.each([
    ['a sticker', { attachments: [{ kind: 'sticker' as const }] }, 'chỉ đọc được chữ'],
    ['a photo', { attachments: [{ kind: 'image' as const }] }, 'không gửi ảnh căn cước'],
    ['a voice message', { attachments: [{ kind: 'audio' as const }] }, 'chưa nghe được'],
    ['a place', { attachments: [{ kind: 'location' as const }] }, 'không lưu lại'],
    ['a contact', { contact: { phone: '0905123456' } }, 'không lưu lại'],
    ['emoji', { text: '😀👍🏽' }, 'bằng chữ'],
    ['a forged button', { choice: 'admin:delete-all' }, 'không còn dùng được'],
    ['a button of a procedure that is gone', { choice: 'p:9.999999:fee' }, 'không có thủ tục mã 9.999999'],
    ['talk in a group', { text: 'phí bao nhiêu', chatKind: 'group' as const }, 'trò chuyện riêng'],
  ])('%s gets a kind sentence', async (_, message, expected) => {
    expect(textOf(await startTalk().send(message))).toContain(expected)
  })

  it('never throws and never answers with more than the limit of buttons, whatever is typed', async () => {
    const talk = startTalk()
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (text) => {
        const replies = await talk.say(text)
        expect(replies.length).toBeGreaterThan(0)
      }),
      { numRuns: 100 },
    )
  })
})
