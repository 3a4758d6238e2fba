import { BotkitConversation } from 'botkit'
import { describe, expect, it } from 'vitest'
import {
  asBeforeHook,
  asHandler,
  createBotkitResponder,
  currentUnit,
} from '../../../src/conversation/turn/botkit-turn.ts'
import { type ConversationState, emptyState } from '../../../src/conversation/turn/conversation.ts'
import { inbound } from '../../support/inbound.ts'

const greetedAt = new Date('2026-11-23T01:00:00Z')
const arrivedAt = new Date('2026-11-23T02:00:00Z')

/** A guided dialog that asks for a story; "Gửi" ends it from outside, as an interruption or as its last answer. */
const respond = createBotkitResponder((controller) => {
  const story = new BotkitConversation('story', controller)
  story.before(
    'default',
    asBeforeHook((unit) => void unit.replies.push({ text: 'Kể đi' })),
  )
  story.ask(
    { text: [''] },
    async (answer, convo) => {
      if (answer !== 'Gửi') return convo.repeat()
      currentUnit().forgetAll = true
    },
    'story',
  )
  story.after(async () => {
    const unit = currentUnit()
    unit.replies.push({ text: 'Mã tra cứu', isSecret: true })
    // Written after the step that asked to forget, as Botkit's own record is.
    unit.state = { ...unit.state, topic: { code: '1.014199', at: arrivedAt } }
  })
  controller.addDialog(story)
  controller.on(
    'message',
    asHandler((_unit, bot) => bot.beginDialog('story')),
  )
})

const say = (text: string, state: ConversationState) =>
  respond({ inbound: inbound({ text }), arrivedAt, state })

describe('a step that sets forgetAll', () => {
  it('leaves an empty state that knows of the greeting only, whatever is written afterwards', async () => {
    const begun = await say('phản ánh', { ...emptyState(), greetedAt })
    expect(begun.state.dialog).toBeDefined()
    expect(begun.forgetAll).toBeUndefined()
    const told = await say('chuyện của tôi', begun.state)
    expect(told.state.dialog).toBeDefined()
    const sent = await say('Gửi', told.state)
    expect(sent.replies).toContainEqual({ text: 'Mã tra cứu', isSecret: true })
    expect(sent.forgetAll).toBe(true)
    expect(sent.state).toStrictEqual({ version: 1, greetedAt })
  })
})
