import { shorten } from '../../../catalogue/answers/display.ts'
import type { Clock } from '../../../lib/clock.ts'
import { vietnamDay } from '../../../lib/vietnam-time.ts'
import type { Report, ReportEvent, ReporterIdentity } from '../../../reports/report.ts'
import type { IdentityStore } from '../../../reports/report-store.ts'
import type { ReportListener } from '../../../reports/reports.ts'
import type { OutboundMessage } from '../../message.ts'
import type { ConversationStore } from '../../turn/conversation.ts'
import type { ConversationNames } from '../../turn/names.ts'
import { commandPayload } from '../choice-payload.ts'
import { newsText } from './news-text.ts'
import type { ReportTexts } from './report-texts.ts'

interface ReporterNewsParts {
  identities: Pick<IdentityStore, 'get'>
  conversations: Pick<ConversationStore, 'enqueue'>
  nameOf: ConversationNames
  texts: ReportTexts
  clock: Clock
}

/** Within what every channel takes in one message. */
const maxNewsChars = 1_200

/**
 * Hands news of a report to the outbox of whoever reported under a name. For anonymous reports nothing is pushed: their
 * news wait behind the receipt. Told twice of an event it sends once, since the event names the message.
 */
export function createReporterNews(parts: ReporterNewsParts): ReportListener {
  const { identities, conversations, nameOf, texts, clock } = parts
  return {
    async reportChanged(report, event) {
      if (!event.isNews || event.by.kind === 'reporter') return
      if (report.identityMode === 'anonymous' || report.identityRef === undefined) return
      const identity = await identities.get(report.identityRef)
      if (!identity) return
      const { channel, conversationId } = identity.conversation
      await conversations.enqueue(
        { key: nameOf(identity.conversation), channel, conversationId },
        pushOf(report, event, texts, clock.now()),
        { now: clock.now(), isBulk: false },
      )
    },
  }
}

/** Of a report whose words are erased. */
export function createNewsWithdrawal({
  conversations,
  nameOf,
}: {
  conversations: Pick<ConversationStore, 'withdraw'>
  nameOf: ConversationNames
}): (report: Pick<Report, 'events'>, conversation: ReporterIdentity['conversation']) => Promise<void> {
  return ({ events }, conversation) => conversations.withdraw(nameOf(conversation), events.map(newsId))
}

const newsId = ({ id }: Pick<ReportEvent, 'id'>): string => `news:${id}`

/** Who asked for secrecy gets no word of the case into a chat that others may look at. */
function pushOf(
  report: Pick<Report, 'caseNumber' | 'identityMode'>,
  event: Pick<ReportEvent, 'id' | 'change'>,
  texts: ReportTexts,
  now: Date,
): OutboundMessage {
  const { caseNumber: number } = report
  const text =
    report.identityMode === 'named'
      ? [...newsLines(number, event, texts), texts.say('report.push.read')].join('\n')
      : texts.say('report.push.secret', { number })
  const lookUp = { label: texts.say('report.button.look-up'), choice: commandPayload('follow-up') }
  const isSecret = report.identityMode !== 'named'
  const facts = {
    code: number,
    ...(isSecret ? {} : { status: statusFact(event, texts), day: shownDay(now) }),
  }
  return { id: newsId(event), text, buttons: [lookUp], notices: [{ about: 'report', facts }] }
}

/** "23/11/2026" */
const shownDay = (now: Date): string => vietnamDay(now).split('-').reverse().join('/')

/** For a template of a platform: a few words. */
function statusFact({ change: { kind } }: Pick<ReportEvent, 'change'>, texts: ReportTexts): string {
  switch (kind) {
    case 'asked':
    case 'answered':
    case 'forwarded':
    case 'closed':
      return texts.say(`report.fact.${kind}`)
    default:
      return texts.say('report.fact.other')
  }
}

function newsLines(number: string, event: Pick<ReportEvent, 'change'>, texts: ReportTexts): string[] {
  const news = shorten(newsText(event, texts), maxNewsChars)
  switch (event.change.kind) {
    case 'asked':
    case 'answered':
      return [texts.say(`report.push.${event.change.kind}`, { number }), news]
    default:
      return [texts.say('report.push.plain', { number, text: news })]
  }
}
