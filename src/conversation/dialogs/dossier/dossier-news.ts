import type { Dossier, DossierEvent } from '../../../dossiers/dossier.ts'
import type { DossierLink, LinkStore } from '../../../dossiers/dossier-links.ts'
import type { DossierTexts } from '../../../dossiers/dossier-texts.ts'
import { vietnameseDay } from '../../../dossiers/say-day.ts'
import { sayEvent } from '../../../dossiers/say-dossier.ts'
import { vietnamDay } from '../../../lib/vietnam-time.ts'
import type { ConversationStore } from '../../turn/conversation.ts'
import type { ConversationNames } from '../../turn/names.ts'
import { dossierChoice } from './dossier-choice.ts'
import type { DossierTalkTexts } from './dossier-talk-texts.ts'

/** Puts news of a dossier into the outboxes of the conversations that are linked to it; says which they are. */
export type TellLinked = (event: DossierEvent, dossier: Dossier, now: Date) => Promise<DossierLink[]>

/** Puts a text about a dossier into the outboxes of the conversations that are linked to it; queued once for each id. */
export type SendToLinked = (
  news: {
    id: string
    code: Dossier['code']
    text: string
    /** In a few words, for a template of a platform. */
    facts?: { status: string; day: string }
  },
  now: Date,
) => Promise<DossierLink[]>

/**
 * The message is named after the event or the review, so it is queued once. The name stands in plain beside the
 * conversation, hence a keyed one: the id itself holds the code of the dossier.
 */
export function createLinkedSender(parts: {
  links: Pick<LinkStore, 'ofDossier'>
  conversations: Pick<ConversationStore, 'enqueue'>
  nameOf: ConversationNames
  messageName: (eventId: string) => string
  words: DossierTalkTexts
}): SendToLinked {
  const { links, conversations, nameOf, messageName, words } = parts
  return async (news, now) => {
    const linked = await links.ofDossier(news.code)
    for (const { id, conversation } of linked) {
      const unfollow = dossierChoice({ action: 'unfollow', link: id })
      await conversations.enqueue(
        { key: nameOf(conversation), ...conversation },
        {
          id: `dossier:${messageName(news.id)}`,
          text: news.text,
          buttons: [{ label: words.say('dossier-talk.button.unfollow'), choice: unfollow }],
          notices: [{ about: 'dossier', facts: { code: news.code, ...news.facts } }],
        },
        { now, isBulk: false },
      )
    }
    return linked
  }
}

/** News of what the records changed, worded here. */
export function createDossierNews(parts: { send: SendToLinked; texts: DossierTexts }): TellLinked {
  return async (event, dossier, now) => {
    const text = sayEvent(event, dossier, parts.texts)
    if (text === undefined) return []
    const status = parts.texts.say(`dossier.fact.${event.status?.to ?? dossier.status}`)
    const facts = { status, day: vietnameseDay(vietnamDay(now)) }
    return parts.send({ id: event.id, code: dossier.code, text, facts }, now)
  }
}
