import { join } from 'node:path'
import { withEnglish } from '../../src/catalogue/english/english-search.ts'
import { createQuestionWords } from '../../src/catalogue/learning/question-words.ts'
import type { WaitingPeople } from '../../src/catalogue/learning/waiting-people.ts'
import type { Procedure } from '../../src/catalogue/procedure.ts'
import { buildSearch } from '../../src/catalogue/search/build-search.ts'
import { searchOffice } from '../../src/catalogue/search/catalogue-facts.ts'
import type { ProcedureSearch } from '../../src/catalogue/search-outcome.ts'
import type { QuestionStore, UnansweredQuestion } from '../../src/catalogue/unanswered-question.ts'
import { type Content, loadContent } from '../../src/content.ts'
import type { DialogContext } from '../../src/conversation/dialogs/dialog-context.ts'
import type { PollTalkParts } from '../../src/conversation/dialogs/poll/poll-talk-parts.ts'
import { registerDialogs } from '../../src/conversation/dialogs/register-dialogs.ts'
import type { ChannelName, InboundMessage, Reply } from '../../src/conversation/message.ts'
import { createBotkitResponder } from '../../src/conversation/turn/botkit-turn.ts'
import { type ConversationState, emptyState } from '../../src/conversation/turn/conversation.ts'
import { FakeClock } from '../../src/lib/clock.ts'
import { inbound } from './inbound.ts'
import { createReportWorld, type ReportWorld } from './report-world.ts'

export const rootDir = join(import.meta.dirname, '../..')

let loaded: { content: Content; search: ReturnType<typeof buildSearch> } | undefined

/** The shipped content and its search index, built once a test process. */
export function shipped() {
  if (!loaded) {
    const content = loadContent(rootDir, 'data/agency.yaml')
    const office = searchOffice(content.agency)
    const search = buildSearch(content.procedures, content.intents, content.weights, office)
    loaded = { content, search: withEnglish(search, content.english.reader) }
  }
  return loaded
}

export interface Talk {
  clock: FakeClock
  kept: UnansweredQuestion[]
  world: ReportWorld
  say(text: string, more?: Partial<InboundMessage>): Promise<Reply[]>
  tap(choice: string): Promise<Reply[]>
  send(message: Partial<InboundMessage>): Promise<Reply[]>
  state(): ConversationState
  /** The same conversation with the same storage in a new process. */
  restart(): Talk
  /** Somebody on another channel, with the same storage. */
  elsewhere(channel: ChannelName): Talk
}

export interface TalkOptions {
  /** False: an installation without keys, where no reports are taken. */
  takesReports?: boolean
  /** Storage that another talk uses too. */
  world?: ReportWorld
  state?: ConversationState
  channel?: ChannelName
  /** Present: who asks may wait to be told. */
  waiting?: WaitingPeople
  /** Absent: an installation that asks nobody. */
  polls?: PollTalkParts
}

/** One citizen's conversation with the shipped content: dialogs and search are real, storage is the test's memory. */
export function startTalk(
  change: (content: Content) => Content = (content) => content,
  options: TalkOptions = {},
): Talk {
  const { content: original, search: shippedSearch } = shipped()
  const content = change({ ...original })
  const search =
    content.procedures === original.procedures
      ? shippedSearch
      : withRecords(shippedSearch, content.procedures)
  const { takesReports = true, channel = 'web' } = options
  const world = options.world ?? createReportWorld(content, new FakeClock('2026-11-23T02:00:00Z'))
  const { clock } = world
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
    english: content.english,
    ...(options.waiting
      ? {
          learning: { wordsOf: createQuestionWords(content.intents), waiting: options.waiting, waitDays: 30 },
        }
      : {}),
    staleAfterDays: 180,
    questions,
    readCommand: content.readCommand,
    ...(takesReports ? { reports: world.talkParts() } : {}),
    ...(options.polls ? { polls: options.polls } : {}),
  }
  const respond = createBotkitResponder((controller) => registerDialogs(controller, context))
  let state = options.state ?? emptyState()

  async function send(message: Partial<InboundMessage>): Promise<Reply[]> {
    const from = { channel, conversationId: `citizen-on-${channel}` }
    const result = await respond({ inbound: inbound({ ...from, ...message }), arrivedAt: clock.now(), state })
    // What survives between two messages is what survives being stored.
    state = structuredClone(result.state)
    return result.replies
  }
  return {
    clock,
    kept,
    world,
    send,
    say: (text, more) => send({ text, ...more }),
    tap: (choice) => send({ choice }),
    state: () => state,
    restart: () => startTalk(change, { ...options, world, state }),
    elsewhere: (other) => startTalk(change, { takesReports, world, channel: other }),
  }
}

/** The shipped index with changed records of the same procedures: an index of its own costs a second. */
function withRecords(search: ProcedureSearch, procedures: readonly Procedure[]): ProcedureSearch {
  const records = new Map(procedures.map((procedure) => [procedure.code, procedure]))
  const changed = (procedure: Procedure) => records.get(procedure.code) ?? procedure
  return {
    sectionsAsked: (text) => search.sectionsAsked(text),
    byCode(code) {
      const found = search.byCode(code)
      return found && changed(found)
    },
    search(question) {
      const outcome = search.search(question)
      if (outcome.kind === 'answer') return { ...outcome, procedure: changed(outcome.procedure) }
      return outcome.kind === 'choices'
        ? { ...outcome, procedures: outcome.procedures.map(changed) }
        : outcome
    },
  }
}
