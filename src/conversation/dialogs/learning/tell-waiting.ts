import { procedureChoice } from '../../../catalogue/answers/choice-payload.ts'
import { displayName, maxLabelChars, shorten } from '../../../catalogue/answers/display.ts'
import type { WaitingPeople } from '../../../catalogue/learning/waiting-people.ts'
import type { Procedure } from '../../../catalogue/procedure.ts'
import type { ConversationStore } from '../../turn/conversation.ts'
import type { ConversationNames } from '../../turn/names.ts'
import type { TalkTexts } from '../talk-texts.ts'

/** Tells everybody who waits for an answer to these questions that there is one, and forgets them; says how many. */
export type TellWaiting = (
  questionKeys: readonly string[],
  procedure: Procedure,
  now: Date,
) => Promise<number>

/** Longer questions are cut in the message. */
const maxQuotedChars = 160

export function createTellWaiting(parts: {
  waiting: Pick<WaitingPeople, 'of' | 'remove'>
  conversations: Pick<ConversationStore, 'enqueue'>
  nameOf: ConversationNames
  talk: { vi: TalkTexts; en: TalkTexts }
  properNames: readonly string[]
}): TellWaiting {
  const { waiting, conversations, nameOf, talk, properNames } = parts
  return async (questionKeys, procedure, now) => {
    const people = await waiting.of(questionKeys)
    for (const { id, question, conversation, language } of people) {
      const words = talk[language ?? 'vi']
      const name = displayName(procedure.name, properNames)
      await conversations.enqueue(
        { key: nameOf(conversation), ...conversation },
        {
          // Named after the wish: a crash before it is forgotten queues nothing twice.
          id: `question:${id}`,
          text: words.say('talk.ask.answered', {
            question: shorten(question, maxQuotedChars),
            procedure: name,
          }),
          buttons: [
            {
              label: shorten(words.say('talk.ask.answered-button'), maxLabelChars),
              choice: procedureChoice(procedure.code, []),
            },
          ],
          notices: [{ about: 'question', facts: { code: procedure.code } }],
        },
        { now, isBulk: false },
      )
      await waiting.remove(id)
    }
    return people.length
  }
}
