import type { Dossier, DossierEvent } from '../../../dossiers/dossier.ts'
import type { DossierLink, LinkStore } from '../../../dossiers/dossier-links.ts'
import type { DossierTexts } from '../../../dossiers/dossier-texts.ts'
import { sayEvent } from '../../../dossiers/say-dossier.ts'
import type { ConversationStore } from '../../turn/conversation.ts'
import type { ConversationNames } from '../../turn/names.ts'
import { dossierChoice } from './dossier-choice.ts'
import type { DossierTalkTexts } from './dossier-talk-texts.ts'

/** Puts news of a dossier into the outboxes of the conversations that are linked to it; says which they are. */
export type TellLinked = (event: DossierEvent, dossier: Dossier, now: Date) => Promise<DossierLink[]>

/**
 * The message is named after the event, so it is queued once. The name stands in plain beside the conversation, hence a
 * keyed one: the event's own id holds the code of the dossier.
 */
export function createDossierNews(parts: {
  links: Pick<LinkStore, 'ofDossier'>
  conversations: Pick<ConversationStore, 'enqueue'>
  nameOf: ConversationNames
  messageName: (eventId: string) => string
  texts: DossierTexts
  words: DossierTalkTexts
}): TellLinked {
  const { links, conversations, nameOf, messageName, texts, words } = parts
  return async (event, dossier, now) => {
    const text = sayEvent(event, dossier, texts)
    if (text === undefined) return []
    const linked = await links.ofDossier(dossier.code)
    for (const { id, conversation } of linked) {
      const unfollow = dossierChoice({ action: 'unfollow', link: id })
      await conversations.enqueue(
        { key: nameOf(conversation), ...conversation },
        {
          id: `dossier:${messageName(event.id)}`,
          text,
          buttons: [{ label: words.say('dossier-talk.button.unfollow'), choice: unfollow }],
        },
        { now, isBulk: false },
      )
    }
    return linked
  }
}
