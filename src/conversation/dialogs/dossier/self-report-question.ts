import { vietnameseDay } from '../../../dossiers/say-day.ts'
import type { KeptSelfReport } from '../../../dossiers/shadow-store.ts'
import type { Reply } from '../../message.ts'
import type { ConversationStore } from '../../turn/conversation.ts'
import type { ConversationNames } from '../../turn/names.ts'
import { dossierChoice, type SelfReportAnswerTap } from './dossier-choice.ts'
import type { DossierTalkTexts } from './dossier-talk-texts.ts'

type Asked = Pick<KeptSelfReport, 'id' | 'procedureName' | 'filedDay' | 'dueDay'>

/** The answers stand in the buttons, so they are understood at any time and in any dialog. */
export function questionReply(
  { id, procedureName, filedDay, dueDay }: Asked,
  words: DossierTalkTexts,
): Reply {
  const button = (answer: SelfReportAnswerTap, label: string) => ({
    label,
    choice: dossierChoice({ action: 'answer', report: id, answer }),
  })
  return {
    text: words.say('dossier-talk.filing.ask', {
      procedure: procedureName,
      filed: vietnameseDay(filedDay),
      due: vietnameseDay(dueDay),
    }),
    buttons: [
      button('in-time', words.say('dossier-talk.button.came')),
      button('late', words.say('dossier-talk.button.came-late')),
      button('not-yet', words.say('dossier-talk.button.not-yet')),
      button('no-more', words.say('dossier-talk.button.no-more')),
    ],
  }
}

/** Puts the question into the outbox of whoever wanted to be asked; once, however often it is called. */
export function createSelfReportQuestions(parts: {
  conversations: Pick<ConversationStore, 'enqueue'>
  nameOf: ConversationNames
  words: DossierTalkTexts
}): (report: KeptSelfReport, now: Date) => Promise<void> {
  const { conversations, nameOf, words } = parts
  return async (report, now) => {
    const { conversation } = report
    await conversations.enqueue(
      { key: nameOf(conversation), ...conversation },
      { id: `shadow:${report.id}`, ...questionReply(report, words) },
      { now, isBulk: true },
    )
  }
}
