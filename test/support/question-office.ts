import type mongoose from 'mongoose'
import type { LabelledQuestion } from '../../src/catalogue/learning/measure-effect.ts'
import type { AliasStore } from '../../src/catalogue/learning/search-alias.ts'
import type { WaitingPeople } from '../../src/catalogue/learning/waiting-people.ts'
import { buildSearch } from '../../src/catalogue/search/build-search.ts'
import { searchOffice } from '../../src/catalogue/search/catalogue-facts.ts'
import type { ProcedureSearch } from '../../src/catalogue/search-outcome.ts'
import type { ReviewedQuestions } from '../../src/catalogue/unanswered-question.ts'
import type { ConversationStore } from '../../src/conversation/turn/conversation.ts'
import { createConversationNames } from '../../src/conversation/turn/names.ts'
import type { AuditEvent, AuditLog } from '../../src/desk/audit/audit-log.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { buildTaughtSearch, openQuestionOffice, type QuestionOffice } from '../../src/question-office.ts'
import { createAliasStore } from '../../src/storage/alias-store.ts'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
import { createQuestionStore } from '../../src/storage/question-store.ts'
import { plainRecords, type RecordCodec } from '../../src/storage/record-codec.ts'
import { createWaitingStore } from '../../src/storage/waiting-store.ts'
import { shipped } from './talk.ts'

export interface TestQuestionOffice extends QuestionOffice {
  stores: {
    questions: ReviewedQuestions
    aliases: AliasStore
    waiting: WaitingPeople
    conversations: ConversationStore
  }
  search(): ProcedureSearch
}

/** The office over a real database and the shipped catalogue; the search is made anew when something was taught. */
export function openTestQuestionOffice(
  connection: mongoose.Connection,
  parts: {
    clock: Clock
    audit: Pick<AuditLog, 'append'> | { append(event: AuditEvent): Promise<unknown> }
    records?: RecordCodec
    labelled?: readonly LabelledQuestion[]
  },
): TestQuestionOffice {
  const { content, search: shippedSearch } = shipped()
  const { records = plainRecords, clock } = parts
  const stores = {
    questions: createQuestionStore(connection, { records }),
    aliases: createAliasStore(connection),
    waiting: createWaitingStore(connection, { records }),
    conversations: createConversationStore(connection, records),
  }
  const build = buildTaughtSearch(content, (procedures, intents) =>
    intents === content.intents
      ? shippedSearch
      : buildSearch(procedures, intents, content.weights, searchOffice(content.agency)),
  )
  let search: ProcedureSearch = shippedSearch
  const office = openQuestionOffice({
    ...stores,
    nameOf: createConversationNames(),
    catalogue: {
      current: () => ({ search, procedures: content.procedures }),
      async refresh() {
        search = await build(content.procedures, await stores.aliases.kept())
      },
      searchWith: async (taught) => build(content.procedures, [...(await stores.aliases.kept()), taught]),
    },
    audit: parts.audit as Pick<AuditLog, 'append'>,
    content,
    clock,
    labelled: parts.labelled,
  })
  return { ...office, stores, search: () => search }
}
