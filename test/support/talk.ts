import { join } from 'node:path'
import { buildSearch } from '../../src/catalogue/search/build-search.ts'
import type { QuestionStore, UnansweredQuestion } from '../../src/catalogue/unanswered-question.ts'
import { type Content, loadContent } from '../../src/content.ts'
import type { DialogContext } from '../../src/conversation/dialogs/dialog-context.ts'
import { registerDialogs } from '../../src/conversation/dialogs/register-dialogs.ts'
import type { InboundMessage, Reply } from '../../src/conversation/message.ts'
import { createBotkitResponder } from '../../src/conversation/turn/botkit-turn.ts'
import { type ConversationState, emptyState } from '../../src/conversation/turn/conversation.ts'
import { FakeClock } from '../../src/lib/clock.ts'
import { inbound } from './inbound.ts'

export const rootDir = join(import.meta.dirname, '../..')

let loaded: { content: Content; search: ReturnType<typeof buildSearch> } | undefined

/** The shipped content and its search index, built once a test process. */
export function shipped() {
  if (!loaded) {
    const content = loadContent(rootDir, 'data/agency.yaml')
    loaded = { content, search: buildSearch(content.procedures, content.intents, content.weights) }
  }
  return loaded
}

export interface Talk {
  clock: FakeClock
  kept: UnansweredQuestion[]
  say(text: string, more?: Partial<InboundMessage>): Promise<Reply[]>
  tap(choice: string): Promise<Reply[]>
  send(message: Partial<InboundMessage>): Promise<Reply[]>
  state(): ConversationState
}

/** One citizen's conversation with the shipped content: dialogs and search are real, storage is the test's memory. */
export function startTalk(change: (content: Content) => Content = (content) => content): Talk {
  const { content: original, search } = shipped()
  const content = change({ ...original })
  const kept: UnansweredQuestion[] = []
  const questions: QuestionStore = {
    record: async (question) => void kept.push(question),
    mostAsked: async () => [],
  }
  const context: DialogContext = {
    catalogue: () => ({ search, procedures: content.procedures }),
    agency: content.agency,
    talk: content.talk,
    answers: content.answers,
    staleAfterDays: 180,
    questions,
    readCommand: content.readCommand,
  }
  const respond = createBotkitResponder((controller) => registerDialogs(controller, context))
  const clock = new FakeClock('2026-11-23T02:00:00Z')
  let state = emptyState()

  async function send(message: Partial<InboundMessage>): Promise<Reply[]> {
    const result = await respond({ inbound: inbound(message), arrivedAt: clock.now(), state })
    // What survives between two messages is what survives being stored.
    state = structuredClone(result.state)
    return result.replies
  }
  return {
    clock,
    kept,
    send,
    say: (text, more) => send({ text, ...more }),
    tap: (choice) => send({ choice }),
    state: () => state,
  }
}
