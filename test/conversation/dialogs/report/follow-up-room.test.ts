import { describe, expect, it } from 'vitest'
import { receiptTyped } from '../../../../src/conversation/dialogs/report/follow-up.ts'
import { parseFollowUpChoice } from '../../../../src/conversation/dialogs/report/follow-up-choice.ts'
import { createFollowUpRoom, followUpMs } from '../../../../src/conversation/dialogs/report/follow-up-room.ts'
import { formatReceipt, makeReceipt } from '../../../../src/reports/receipt.ts'

const at = (ms: number) => new Date(Date.parse('2026-11-23T02:00:00Z') + ms)

describe('which report a conversation has open', () => {
  it('is known for a quarter of an hour after the last use', () => {
    const room = createFollowUpRoom()
    room.open('chat', 'ref-1', at(0))
    expect(room.find('chat', at(followUpMs))?.ref).toBe('ref-1')
    expect(room.find('chat', at(2 * followUpMs))?.ref).toBe('ref-1')
    expect(room.find('chat', at(3 * followUpMs + 1))).toBeUndefined()
    expect(room.find('chat', at(3 * followUpMs + 2))).toBeUndefined()
  })

  it('is the last one, under a number of its own', () => {
    const room = createFollowUpRoom()
    const first = room.open('chat', 'ref-1', at(0))
    const second = room.open('chat', 'ref-2', at(1))
    expect(room.find('chat', at(2))).toBe(second)
    expect(second.nonce).not.toBe(first.nonce)
    expect(room.find('another chat', at(2))).toBeUndefined()
  })

  it('gives a message that is run again the same meaning and the same event', () => {
    const room = createFollowUpRoom()
    const followUp = room.open('chat', 'ref-1', at(0))
    followUp.expects = 'reason'
    const first = room.take('chat', 'm1', at(1))!
    delete followUp.expects
    const again = room.take('chat', 'm1', at(2))!
    expect(again).toEqual(first)
    const next = room.take('chat', 'm2', at(3))!
    expect(next.expects).toBeUndefined()
    expect(next.eventId).not.toBe(first.eventId)
  })

  it('names events by more than the message, so that an event leads to no message', () => {
    const events = [1, 2].map(() => {
      const room = createFollowUpRoom()
      room.open('chat', 'ref-1', at(0))
      return room.take('chat', 'm1', at(1))!.eventId
    })
    expect(new Set(events).size).toBe(2)
  })
})

describe('a typed receipt (row 35)', () => {
  const receipt = formatReceipt(makeReceipt())
  it.each([
    [receipt, 'receipt'],
    [receipt.replaceAll(' ', ''), 'receipt'],
    [`mã tra cứu của tôi là ${receipt}`, 'receipt'],
    ['1234 5678 9012 3456', 'mistyped'],
    ['PA-261123-ABCD-E', 'case-number'],
    ['0905 123 456', undefined],
    ['056099001234', undefined],
    ['giấy phép lao động cần gì', undefined],
    [`số tài khoản họ bắt tôi chuyển tiền vào là ${receipt} của bà Lan ở quầy 3`, undefined],
  ])('is told from other numbers: %s', (text, expected) => {
    expect(receiptTyped(text)).toBe(expected)
  })
})

describe('buttons of an open report', () => {
  it.each([
    ['q:0123abcd:write', { nonce: '0123abcd', action: 'write', page: 1 }],
    ['q:0123abcd:page.2', { nonce: '0123abcd', action: 'page', page: 2 }],
    ['q:0123abcd:delete', undefined],
    ['q:0123:write', undefined],
  ])('%s', (choice, expected) => {
    expect(parseFollowUpChoice(choice)).toEqual(expected)
  })
})
