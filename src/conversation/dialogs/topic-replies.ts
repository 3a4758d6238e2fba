import type { Reply } from '../message.ts'
import type { DialogContext } from './dialog-context.ts'
import { mainButtons } from './menu.ts'
import { officerCard } from './officer-card.ts'

/** What is said to a question that is not for the catalogue; `topic` is a key of `intents/topics.yaml`. */
export function topicReplies(topic: string, { agency, talk }: DialogContext, now: Date): Reply[] {
  const { name: portal, url } = agency.portal
  switch (topic) {
    case 'dossier-status':
      return [
        {
          text: talk.say('talk.topic.dossier-status', { portal, url }),
          buttons: [{ label: talk.say('talk.button.portal', { portal }), url }],
        },
      ]
    case 'agency-info':
      return [officerCard(agency, talk, now)]
    case 'report': {
      const phone = agency.hotlines.report
      const lines = [talk.say('talk.topic.report')]
      if (phone) lines.push(talk.say('talk.topic.report-phone', { phone }))
      return [
        { text: lines.join('\n'), buttons: mainButtons(talk).filter(({ choice }) => choice === 'm:officer') },
      ]
    }
    case 'danger':
      return [{ text: talk.say('talk.topic.danger') }]
    case 'complaint':
    case 'off-topic':
    case 'legal-advice':
    case 'retired':
    case 'loan':
      return [{ text: talk.say(`talk.topic.${topic}`), buttons: mainButtons(talk) }]
    default:
      return [{ text: talk.say('talk.topic.off-topic'), buttons: mainButtons(talk) }]
  }
}
