import { describe, expect, it } from 'vitest'
import type { Fee } from '../../../../src/catalogue/procedure.ts'
import type { Content } from '../../../../src/content.ts'
import { readMemory } from '../../../../src/conversation/dialogs/report/draft.ts'
import type { Reply } from '../../../../src/conversation/message.ts'
import { splitReply } from '../../../../src/conversation/turn/split-reply.ts'
import { formatReceipt, makeReceipt } from '../../../../src/reports/receipt.ts'
import { phonePhoto, picture } from '../../../reports/evidence/made-files.ts'
import { startTalk, type Talk } from '../../../support/talk.ts'

const textOf = (replies: readonly Reply[]) => replies.map(({ text }) => text).join('\n')
const buttonsOf = (replies: readonly Reply[]) => replies.flatMap(({ buttons }) => buttons ?? [])
const choiceOf = (replies: readonly Reply[], label: string): string => {
  const button = buttonsOf(replies).find((one) => one.label === label)
  if (!button?.choice) throw new Error(`no button "${label}" under: ${textOf(replies)}`)
  return button.choice
}

/** Up to the review of an opinion, in the shortest way. */
async function toReview(talk: Talk, mode = 'không ghi tên'): Promise<Reply[]> {
  await talk.say('phản ánh')
  await talk.say('1')
  await talk.say(mode)
  if (mode !== 'không ghi tên') await talk.say('Nguyễn Văn An, 0905 123 456')
  await talk.say('nhân viên quầy 2 nói chuyện cộc lốc với người già')
  return talk.say('bỏ qua')
}

describe('sending', () => {
  it('row 34: a double tap files one report, and the second tap says so', async () => {
    const talk = startTalk()
    const send = choiceOf(await toReview(talk), 'Gửi')
    expect(textOf(await talk.tap(send))).toContain('MÃ TRA CỨU')
    expect(textOf(await talk.tap(send))).toContain('đã gửi rồi hoặc đã bỏ')
    expect(talk.world.all()).toHaveLength(1)
  })

  it('row 34: a turn that is run again after a crash says the same receipt and files nothing new', async () => {
    const talk = startTalk()
    const send = choiceOf(await toReview(talk), 'Gửi')
    const again = talk.restart()
    const first = await talk.tap(send)
    expect(await again.tap(send)).toEqual(first)
    expect(talk.world.all()).toHaveLength(1)
  })

  it('row 35: the receipt is said once, in one secret message, and stands nowhere in the state', async () => {
    for (const mode of ['không ghi tên', 'ghi tên', 'giữ bí mật']) {
      const talk = startTalk()
      const sent = await talk.tap(choiceOf(await toReview(talk, mode), 'Gửi'))
      const receipt = /\d{4} \d{4} \d{4} \d{4} \d/.exec(textOf(sent))![0].replaceAll(' ', '')
      expect(sent).toHaveLength(1)
      expect(sent[0]!.isSecret).toBe(true)
      expect(splitReply(sent[0]!, { maxTextChars: 2_000, maxButtons: 5 })).toHaveLength(1)
      expect(JSON.stringify([talk.state(), talk.world.all()])).not.toContain(receipt)
      expect(talk.state()).not.toHaveProperty('report')
    }
  })

  it('row 36: after an anonymous report the chat knows nothing but that the person was greeted', async () => {
    const talk = startTalk()
    await talk.say('chị ở quầy 3 vòi tiền tôi 500 nghìn')
    await talk.say('ẩn danh')
    await talk.say('đủ rồi')
    await talk.say('bỏ qua')
    const review = await talk.say('xong')
    await talk.tap(choiceOf(review, 'Gửi'))
    expect(Object.keys(talk.state()).sort()).toEqual(
      ['greetedAt', 'version'].filter((key) => key in talk.state()),
    )
    const [report] = talk.world.all()
    expect(report).toMatchObject({ identityMode: 'anonymous', kind: 'informal-payment', queue: 'restricted' })
    expect(talk.world.identities.size).toBe(0)
    expect(JSON.stringify(report)).not.toContain('citizen-on-web')
    expect(JSON.stringify(talk.state())).not.toContain(report!.ref)
  })

  it('row 34: a name that was given before "không ghi tên" is not filed', async () => {
    const talk = startTalk()
    await toReview(talk, 'ghi tên')
    await talk.say('2')
    const review = await talk.say('không ghi tên')
    expect(textOf(review)).not.toContain('Nguyễn Văn An')
    await talk.tap(choiceOf(review, 'Gửi'))
    expect(talk.world.identities.size).toBe(0)
    expect(JSON.stringify(talk.world.all())).not.toContain('Nguyễn Văn An')
  })

  it('of named and confidential reports puts the identity apart', async () => {
    const talk = startTalk()
    await talk.tap(choiceOf(await toReview(talk, 'giữ bí mật'), 'Gửi'))
    const [report] = talk.world.all()
    expect(report).toMatchObject({ identityMode: 'confidential' })
    expect(talk.world.identities.get(report!.identityRef!)).toEqual({
      name: 'Nguyễn Văn An',
      phone: '0905 123 456',
      conversation: { channel: 'web', conversationId: 'citizen-on-web' },
    })
    expect(JSON.stringify(report)).not.toContain('Nguyễn Văn An')
  })

  it('row 49: the sixth report of an hour is taken too, and told that it waits behind the others', async () => {
    const talk = startTalk()
    for (let sent = 0; sent < 5; sent++) {
      expect(textOf(await talk.tap(choiceOf(await toReview(talk), 'Gửi')))).not.toContain('xử lý sau')
    }
    expect(textOf(await talk.tap(choiceOf(await toReview(talk), 'Gửi')))).toContain('xử lý sau')
    expect(talk.world.all().map(({ isSlowLane }) => isSlowLane)).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
    ])
  })
})

describe('the fee check', () => {
  const withFee = (fee: Fee) => (content: Content) => ({
    ...content,
    procedures: content.procedures.map((procedure) =>
      procedure.code === '1.014199' ? { ...procedure, fee } : procedure,
    ),
  })
  const question = 'Họ thu tôi 500 nghìn làm giấy phép lao động'
  const stated: Fee = {
    kind: 'stated',
    lines: [
      { amountVnd: 200_000, note: 'cấp lại' },
      { amountVnd: 400_000, note: 'cấp mới' },
    ],
  }

  it('row 45: tells the difference to the published fee, with its source and without a judgement', async () => {
    const talk = startTalk(withFee(stated))
    const replies = await talk.say(question)
    expect(textOf(replies)).toContain(
      '500.000 đồng là khác mức công bố: nhiều hơn 100.000 đồng so với mức gần nhất',
    )
    expect(textOf(replies)).toContain('• 400.000 đồng – cấp mới')
    expect(textOf(replies)).toContain('Mã 1.014199 · Quyết định 526/QĐ-BNV')
    expect(textOf(replies)).not.toMatch(/trái luật|vi phạm|không đúng quy định|bất hợp pháp|sai/)
    expect(buttonsOf(replies).map(({ label }) => label)).toEqual([
      'Báo việc này (có thể không ghi tên)',
      'Xem thủ tục này',
    ])
    expect(textOf(await talk.tap(choiceOf(replies, 'Xem thủ tục này')))).toContain('Tóm tắt')
  })

  it('row 45: prefills the report that it offers', async () => {
    const talk = startTalk(withFee(stated))
    await talk.tap(choiceOf(await talk.say(question), 'Báo việc này (có thể không ghi tên)'))
    await talk.say('3')
    const evidence = await talk.say('đủ rồi')
    expect(textOf(evidence)).not.toContain('bao nhiêu tiền')
    await talk.tap(choiceOf(evidence, 'Không có biên lai'))
    const review = await talk.say('xong')
    await talk.tap(choiceOf(review, 'Gửi'))
    expect(talk.world.all()[0]!.content).toMatchObject({
      story: question,
      payment: {
        procedure: { code: '1.014199' },
        askedVnd: 500_000,
        differenceVnd: 100_000,
        receiptGiven: 'no',
        publishedFee: expect.stringMatching(
          /400\.000 đồng \(cấp mới\); nguồn: thủ tục 1\.014199, Quyết định 526/,
        ),
      },
    })
  })

  it.each<[Fee, string]>([
    [{ kind: 'stated', lines: [{ amountVnd: 500_000 }] }, '500.000 đồng bằng mức công bố'],
    [{ kind: 'free' }, 'khác mức công bố: thủ tục này không phải nộp phí'],
    [{ kind: 'unknown' }, 'không ghi mức phí, lệ phí của thủ tục này, nên tôi chưa so sánh được'],
    [{ kind: 'set-by-province' }, 'do Hội đồng nhân dân tỉnh quy định'],
    [{ kind: 'stated', lines: [{ amountVnd: 700_000 }] }, 'ít hơn 200.000 đồng'],
  ])('says what is published and what is not: %o', async (fee, expected) => {
    expect(textOf(await startTalk(withFee(fee)).say(question))).toContain(expected)
  })

  it('asks which procedure when several fit, and compares after the tap', async () => {
    const talk = startTalk(withFee(stated))
    const replies = await talk.say('bị thu 500k tiền gia hạn với cấp giấy phép lao động')
    if (textOf(replies).includes('để làm thủ tục nào')) {
      const [first] = buttonsOf(replies)
      expect(textOf(await talk.tap(first!.choice!))).toMatch(/mức công bố|chưa so sánh được/)
    } else expect(textOf(replies)).toContain('500.000 đồng')
    expect(textOf(replies)).toContain('500.000 đồng')
  })

  it('asks again kindly for what no amount can be', async () => {
    const talk = startTalk()
    await talk.say('cán bộ đòi phong bì')
    await talk.say('ẩn danh')
    expect(textOf(await talk.say('đủ rồi'))).toContain('bao nhiêu tiền')
    for (const amount of [
      '0 đồng',
      '1000000000000000',
      '999999 tỷ',
      'đòi 500',
      '10 usd',
      '300-500k',
      'abc',
      '🙂',
    ]) {
      const replies = await talk.say(amount)
      expect(
        buttonsOf(replies).map(({ label }) => label),
        amount,
      ).toContain('Bỏ qua')
      expect(readMemory(talk.state()).memory.draft).toMatchObject({ step: 'payment' })
      expect(readMemory(talk.state()).memory.draft).not.toHaveProperty('askedVnd')
    }
    const unclear = await talk.say('2 xị')
    expect(textOf(await talk.tap(choiceOf(unclear, '200.000 đồng')))).toContain('biên lai')
    expect(readMemory(talk.state()).memory.draft).toMatchObject({ askedVnd: 200_000 })
  })
})

describe('an answer in the middle of a report', () => {
  it('is taken for an answer although it could be a command', async () => {
    const talk = startTalk()
    await talk.say('phản ánh')
    await talk.say('1')
    await talk.say('không ghi tên')
    await talk.say('gặp nhân viên tiếp nhận bị la mắng')
    expect(readMemory(talk.state()).memory.draft?.story).toBe('gặp nhân viên tiếp nhận bị la mắng')
    await talk.say('xong')
    await talk.say('6')
    expect(textOf(await talk.say('cán bộ'))).toContain('6. Ai liên quan: cán bộ')
  })

  it('that tells the story where a choice was asked for is kept', async () => {
    const talk = startTalk()
    await talk.say('phản ánh')
    await talk.say('2')
    const replies = await talk.say('hồ sơ của tôi nằm đó ba tháng chưa ai xem')
    expect(textOf(replies)).toContain('Tôi đã ghi điều Ông/Bà vừa kể')
    expect(textOf(replies)).toContain('3. Không ghi tên')
    expect(textOf(await talk.say('3'))).toContain('“hồ sơ của tôi nằm đó ba tháng chưa ai xem”')
  })

  it('by an older button changes that answer alone', async () => {
    const talk = startTalk()
    const kinds = await talk.say('phản ánh')
    await talk.say('1')
    await talk.say('3')
    await talk.tap(choiceOf(kinds, 'Chậm trễ, phiền hà'))
    await talk.say('chờ ba buổi chưa được nhận hồ sơ')
    expect(textOf(await talk.say('xong'))).toContain('1. Loại việc: Chậm trễ, phiền hà')
  })

  it('with an identity number or a code is kept, with a kind word', async () => {
    const talk = startTalk()
    await talk.say('phản ánh')
    await talk.say('1')
    await talk.say('3')
    const replies = await talk.say('nhân viên bắt tôi đọc mã OTP 123456 và số 056099001234')
    expect(textOf(replies)).toContain('không nên đưa cho bất cứ ai')
    expect(textOf(replies)).toContain('12 chữ số')
    expect(readMemory(talk.state()).memory.draft?.story).toContain('056099001234')
  })

  it('about danger brings the emergency numbers first', async () => {
    const talk = startTalk()
    await talk.say('phản ánh')
    await talk.say('1')
    await talk.say('3')
    const [first] = await talk.say('ở cổng cán bộ đang đánh một người dân chảy máu')
    expect(first!.text).toContain('113')
  })

  it('does not lose the report to a look at a procedure', async () => {
    const talk = startTalk()
    await talk.say('phản ánh')
    await talk.say('1')
    const replies = await talk.tap('p:1.014199:fee')
    expect(textOf(replies)).toContain('Mã 1.014199')
    expect(textOf(replies)).toContain('vẫn đang viết dở')
    expect(textOf(await talk.say('3'))).toContain('việc gì, ở đâu')
  })

  it('to a draft of another version of the program begins anew, politely', async () => {
    const talk = startTalk(undefined, {
      state: { version: 1, report: { version: 99, draft: { step: 'gone' } } },
    })
    const replies = await talk.say('phản ánh')
    expect(textOf(replies)).toContain('không mở lại được bản nháp trước')
    expect(textOf(replies)).toContain('Ông/Bà muốn:')
  })

  it('an offer that is declined becomes the question that it may have been', async () => {
    const talk = startTalk()
    const offer = await talk.say('cán bộ đòi phong bì khi làm giấy phép lao động')
    const replies = await talk.tap(choiceOf(offer, 'Không, tôi hỏi việc khác'))
    expect(textOf(replies)).not.toContain('Ông/Bà chọn cách gửi')
    expect(talk.state()).not.toHaveProperty('report')
  })

  it('a second story beside a draft asks what becomes of the draft', async () => {
    const talk = startTalk()
    await talk.say('phản ánh')
    await talk.say('1')
    await talk.say('dừng')
    const offer = await talk.say('cán bộ đòi phong bì mới chịu làm')
    expect(textOf(offer)).toContain('đang có một phản ánh viết dở')
    const begun = await talk.tap(choiceOf(offer, 'Bỏ bản cũ, viết bản mới'))
    expect(textOf(begun)).toContain('Ông/Bà chọn cách gửi')
    expect(readMemory(talk.state()).memory.draft).toMatchObject({
      kind: 'informal-payment',
      story: 'cán bộ đòi phong bì mới chịu làm',
    })
  })
})

describe('evidence (row 46)', () => {
  const photo = (reference: string) => ({ kind: 'image' as const, reference })

  async function atEvidence(): Promise<Talk> {
    const talk = startTalk()
    await talk.say('phản ánh')
    await talk.say('1')
    await talk.say('3')
    await talk.say('ghế chờ ở tầng hai bị hư')
    return talk
  }

  it('that is refused is told why, and the rest is kept', async () => {
    const talk = await atEvidence()
    const { files } = talk.world
    files.set('good', { bytes: await phonePhoto() })
    files.set('program', {
      bytes: Buffer.from('MZ\x90\x00'.padEnd(600, '\0'), 'latin1'),
      fileName: 'anh.jpg',
    })
    files.set('huge', { kind: 'refused', reason: 'too-large' })
    files.set('broken', { kind: 'failed', reason: 'network' })
    const attachments = ['program', 'good', 'huge', 'broken', 'nowhere'].map(photo)
    const text = textOf(await talk.send({ attachments: [...attachments, { kind: 'audio' }] }))
    expect(text).toContain('tệp chương trình')
    expect(text).toContain('Đã nhận tệp 1/5')
    expect(text).toContain('lớn quá 10 MB')
    expect(text).toContain('Chưa tải được tệp')
    expect(text).toContain('không còn trên ứng dụng nhắn tin')
    expect(text).toContain('không nhận ghi âm')
    expect(talk.world.evidence.size).toBe(1)
    expect(textOf(await talk.say('xong'))).toContain('Hình ảnh, tài liệu: 1 tệp')
  })

  it('that looks like an identity card is asked about and kept only when it is none', async () => {
    const talk = await atEvidence()
    talk.world.files.set('card', { bytes: await (await picture(856, 540)).jpeg().toBuffer() })
    const asked = await talk.send({ attachments: [photo('card')] })
    expect(textOf(asked)).toContain('giống giấy tờ tùy thân')
    expect(talk.world.evidence.size).toBe(0)
    expect(textOf(await talk.tap(choiceOf(asked, 'Đây không phải giấy tờ tùy thân')))).toContain(
      'Đã nhận tệp 1/5',
    )
    expect(talk.world.evidence.size).toBe(1)
  })

  it('may come with words, at any step, and goes when the draft is thrown away', async () => {
    const talk = startTalk()
    await talk.say('phản ánh')
    await talk.say('1')
    await talk.say('3')
    talk.world.files.set('photo', { bytes: await phonePhoto() })
    const replies = await talk.send({ text: 'ghế chờ ở tầng hai bị hư', attachments: [photo('photo')] })
    expect(textOf(replies)).toContain('Đã nhận tệp 1/5')
    expect(readMemory(talk.state()).memory.draft).toMatchObject({ story: 'ghế chờ ở tầng hai bị hư' })
    await talk.say('bỏ bản nháp')
    expect(talk.world.evidence.size).toBe(0)
  })
})

describe('reading what came of it', () => {
  async function filed(): Promise<{ talk: Talk; receipt: string }> {
    const talk = startTalk()
    const sent = await talk.tap(choiceOf(await toReview(talk), 'Gửi'))
    return { talk, receipt: /\d{4} \d{4} \d{4} \d{4} \d/.exec(textOf(sent))![0] }
  }

  it('row 35: ten wrong receipts an hour, then a wait that is told in minutes', async () => {
    const { talk, receipt } = await filed()
    const wrong = formatReceipt(makeReceipt())
    for (let tries = 0; tries < 10; tries++)
      expect(textOf(await talk.say(wrong))).toContain('Không có phản ánh nào')
    expect(textOf(await talk.say(wrong))).toMatch(/thử lại sau \d+ phút/)
    expect(textOf(await talk.elsewhere('telegram').say(receipt))).toContain('Phản ánh PA-')
  })

  it('row 36, 38: nothing in the state tells which report was read, and every word of it is secret', async () => {
    const { talk, receipt } = await filed()
    const other = talk.elsewhere('telegram')
    const before = JSON.stringify(other.state())
    const found = await other.say(receipt)
    expect(found.every(({ isSecret }) => isSecret)).toBe(true)
    const wrote = [...(await other.tap(choiceOf(found, 'Nhắn thêm'))), ...(await other.say('chị ấy tên Lan'))]
    expect(wrote.every(({ isSecret }) => isSecret)).toBe(true)
    expect(JSON.stringify(other.state())).toBe(before)
    expect(talk.world.all()[0]!.events.at(-1)!.change).toMatchObject({
      kind: 'reporter-wrote',
      text: 'chị ấy tên Lan',
    })
  })

  it('a message that is run again is written once', async () => {
    const { talk, receipt } = await filed()
    const found = await talk.say(receipt)
    await talk.tap(choiceOf(found, 'Nhắn thêm'))
    await talk.say('chị ấy tên Lan', { messageId: 'm-again' })
    await talk.say('chị ấy tên Lan', { messageId: 'm-again' })
    expect(talk.world.all()[0]!.events.filter(({ change }) => change.kind === 'reporter-wrote')).toHaveLength(
      1,
    )
  })

  it('a photo belongs to the report that is being written, not to the one that was looked at before', async () => {
    const { talk, receipt } = await filed()
    await talk.say(receipt)
    await talk.say('phản ánh')
    await talk.say('1')
    talk.world.files.set('photo', { bytes: await phonePhoto() })
    await talk.send({ attachments: [{ kind: 'image', reference: 'photo' }] })
    expect(readMemory(talk.state()).memory.draft?.evidence).toHaveLength(1)
    expect(talk.world.all()[0]!.evidenceNames).toHaveLength(0)
  })

  it('is over after a quarter of an hour: the receipt is asked for again', async () => {
    const { talk, receipt } = await filed()
    const found = await talk.say(receipt)
    talk.clock.advanceMs(15 * 60_000 + 1)
    expect(textOf(await talk.tap(choiceOf(found, 'Nhắn thêm')))).toContain('gõ lại mã tra cứu')
  })

  it('long news are told in pages that each channel takes whole', async () => {
    const { talk, receipt } = await filed()
    const [report] = talk.world.all()
    const officer = { kind: 'officer', officerId: 'o1' } as const
    await talk.world.reports.act(report!.ref, officer, { kind: 'assign', to: 'o1' })
    const text = 'Nội dung trả lời rất dài. '.repeat(200)
    await talk.world.reports.act(report!.ref, officer, { kind: 'answer', text, outcome: 'undetermined' })
    let page = await talk.say(receipt)
    let pages = 1
    for (; buttonsOf(page).some(({ label }) => label === 'Đọc tiếp'); pages++) {
      expect(splitReply(page[0]!, { maxTextChars: 2_000, maxButtons: 20 })).toHaveLength(1)
      page = await talk.tap(choiceOf(page, 'Đọc tiếp'))
    }
    expect(pages).toBeGreaterThan(3)
  })
})

it('where no reports are taken, that is said and nothing is begun', async () => {
  const talk = startTalk(undefined, { takesReports: false })
  for (const text of ['phản ánh', 'tra cứu phản ánh', 'cán bộ đòi phong bì mới chịu làm']) {
    expect(textOf(await talk.say(text))).toContain('chưa nhận phản ánh')
  }
  expect(textOf(await talk.tap('r:0123abcd:kind.delay'))).toContain('chưa nhận phản ánh')
})
