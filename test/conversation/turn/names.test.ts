import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createConversationNames, createMessageNames } from '../../../src/conversation/turn/names.ts'

const secret = Buffer.alloc(32, 3)
const chat = (conversationId: string, channel: 'telegram' | 'zalo' = 'telegram') => ({
  channel,
  conversationId,
})

describe('conversation names', () => {
  it('are the same for the same chat, also in the next process', () => {
    expect(createConversationNames(secret)(chat('77007700'))).toBe(
      createConversationNames(Buffer.from(secret))(chat('77007700')),
    )
  })

  it('tell the channel and nothing of the chat', () => {
    const nameFor = createConversationNames(secret)
    fc.assert(
      fc.property(fc.stringMatching(/^\d{6,15}$/), (id) => {
        const name = nameFor(chat(id))
        expect(name).toMatch(/^telegram:[\w-]{22}$/)
        expect(name).not.toContain(id)
      }),
    )
    const different = [
      nameFor(chat('1')),
      nameFor(chat('2')),
      nameFor(chat('1', 'zalo')).replace('zalo', 'telegram'),
      createConversationNames(randomBytes(32))(chat('1')),
      createMessageNames(secret)({ channel: 'telegram', messageId: '1' }),
    ]
    expect(new Set(different).size).toBe(different.length)
  })

  it('are the platform’s own without a key', () => {
    expect(createConversationNames()(chat('77007700'))).toBe('telegram:77007700')
    expect(createMessageNames()({ channel: 'web', messageId: 'm1' })).toBe('web:m1')
  })
})
