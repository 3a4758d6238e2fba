import { describe, expect, it } from 'vitest'
import { commandPayload, parseChoicePayload } from '../../../src/conversation/dialogs/choice-payload.ts'
import { commandNames } from '../../../src/conversation/dialogs/commands.ts'
import { shipped } from '../../support/talk.ts'

const read = (text: string) => shipped().content.readCommand(text)

describe('short sayings', () => {
  it.each([
    ['Xin chào', 'greeting'],
    ['chào ad ạ', 'greeting'],
    ['XIN CHÀO!!!', 'greeting'],
    ['xin chao', 'greeting'],
    ['/start', 'greeting'],
    ['/start@motcua_bot', 'greeting'],
    ['/batdau', 'greeting'],
    ['Menu', 'menu'],
    ['/trogiup', 'help'],
    ['Dừng', 'stop'],
    ['dung', 'stop'],
    ['thôi', 'stop'],
    ['cám ơn em nhé', 'thanks'],
    ['Gặp cán bộ', 'officer'],
    ['cho tôi gặp cán bộ với ạ', 'officer'],
    ['tôi muốn nói chuyện với người thật', 'officer'],
    ['Xem theo lĩnh vực', 'fields'],
    ['không phải', 'none-of-these'],
  ])('%s → %s', (text, command) => {
    expect(read(text)).toBe(command)
  })

  it.each([
    'xin giấy phép lao động',
    'chào bán chứng khoán ra công chúng',
    'dừng hưởng trợ cấp thất nghiệp',
    'hủy đăng ký kết hôn',
    'thôi hưởng chế độ',
    'giúp em làm giấy khai sinh',
    'hướng dẫn làm lý lịch tư pháp',
    'thủ tục liên hệ người thân liệt sĩ',
    'ạ',
    '',
    '???',
  ])('is no command: %s', (text) => {
    expect(read(text)).toBeUndefined()
  })
})

describe('button payloads', () => {
  it('of every command come back as they went', () => {
    for (const command of commandNames) {
      expect(parseChoicePayload(commandPayload(command))).toEqual({ kind: 'command', command })
      expect(Buffer.byteLength(commandPayload(command))).toBeLessThanOrEqual(64)
    }
  })

  it.each(['', 'm:', 'm:constructor', 'm:__proto__', 'p:1.014199', 'p:1.014199:secret', 'x', '{"$gt":""}'])(
    'that we never sent mean nothing: %s',
    (choice) => {
      expect(parseChoicePayload(choice)).toBeUndefined()
    },
  )
})
