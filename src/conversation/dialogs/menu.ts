import type { Button, Reply } from '../message.ts'
import { commandPayload } from './choice-payload.ts'
import type { TalkTexts } from './talk-texts.ts'

/** The ways on that fit under any message. */
export function mainButtons(talk: TalkTexts): Button[] {
  return [
    { label: talk.say('talk.button.search'), choice: commandPayload('search') },
    { label: talk.say('talk.button.fields'), choice: commandPayload('fields') },
    { label: talk.say('talk.button.report'), choice: commandPayload('report') },
    { label: talk.say('talk.button.officer'), choice: commandPayload('officer') },
    { label: talk.say('talk.button.help'), choice: commandPayload('help'), isSpare: true },
  ]
}

export function menuReply(talk: TalkTexts): Reply {
  const followUp = { label: talk.say('talk.button.follow-up'), choice: commandPayload('follow-up') }
  return { text: talk.say('talk.menu'), buttons: [...mainButtons(talk), followUp] }
}
