import type { Accept } from './channels/channel.ts'
import type { Config } from './config.ts'
import type { Content } from './content.ts'
import type { DialogContext } from './conversation/dialogs/dialog-context.ts'
import { registerDialogs } from './conversation/dialogs/register-dialogs.ts'
import { createBotkitResponder } from './conversation/turn/botkit-turn.ts'
import { createInbox } from './conversation/turn/inbox.ts'
import type { ConversationNames, MessageNames } from './conversation/turn/names.ts'
import { createTurnRunner, type TurnRunner } from './conversation/turn/run-turns.ts'
import type { Clock } from './lib/clock.ts'
import type { KeyRing } from './lib/key-ring.ts'
import type { Log } from './lib/log.ts'
import type { LiveCatalogue } from './live-catalogue.ts'
import type { Metrics } from './metrics.ts'
import type { Channels } from './open-channels.ts'
import type { Offices } from './open-offices.ts'
import type { Stores } from './open-stores.ts'

/** From a message that a channel hands over to the answer that its deliverer is told of. */
interface Talk {
  /** Stores a message and wakes its turn. */
  accept: Accept
  /** Not started yet. */
  turns: TurnRunner
}

interface TalkParts {
  stores: Stores
  catalogue: LiveCatalogue
  channels: Channels
  offices: Offices
  names: { conversation: ConversationNames; message: MessageNames }
  keyRing: KeyRing | undefined
  config: Config
  content: Content
  metrics: Metrics
  /** Of this process. */
  owner: string
  clock: Clock
  log: Log
}

export function openTalk(parts: TalkParts): Talk {
  const { stores, channels, names, keyRing, content, metrics, owner, clock, log } = parts
  const context = dialogContext(parts)
  const turns = createTurnRunner({
    inbox: stores.inbox,
    conversations: stores.conversations,
    respond: createBotkitResponder((controller) => registerDialogs(controller, context)),
    apologise: (reference) => ({ text: content.talk.say('talk.failed', { reference }) }),
    limits: (channel) => channels.find(channel)?.limits ?? { maxTextChars: 2_000, maxButtons: 5 },
    moreChoices: content.talk.say('talk.more-choices'),
    clock,
    log,
    owner,
    onQueued: (conversation, leasedUntil) =>
      channels.deliverers.get(conversation.channel)?.notify(conversation, leasedUntil),
    onTurn: metrics.turn,
    fingerprintSecret: keyRing?.deriveKey('double click fingerprints'),
  })
  const inbox = createInbox(stores.inbox, clock, (key) => turns.notify(key), names)
  return {
    async accept(message) {
      const outcome = await inbox.accept(message)
      metrics.inbound(message.channel, outcome)
      return outcome
    },
    turns,
  }
}

function dialogContext({ stores, catalogue, offices, config, content, metrics }: TalkParts): DialogContext {
  const { learning, dossiers, reports, polls } = offices
  return {
    learning: learning.talk,
    english: content.english,
    ...(dossiers.talk ? { dossiers: dossiers.talk } : {}),
    ...(reports ? { reports: reports.talk } : {}),
    ...(polls ? { polls: polls.talk } : {}),
    catalogue: () => catalogue.current(),
    agency: content.agency,
    talk: content.talk,
    answers: content.answers,
    staleAfterDays: config.content.catalogueMaxAgeDays,
    questions: stores.questions,
    readCommand: content.readCommand,
    onQuestion: (kind) => metrics.answer(kind),
  }
}
