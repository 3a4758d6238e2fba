import { withEnglish } from './catalogue/english/english-search.ts'
import type { LabelledQuestion } from './catalogue/learning/measure-effect.ts'
import { createQuestionWords } from './catalogue/learning/question-words.ts'
import {
  createQuestionReview,
  type QuestionReview,
  type ReviewEvent,
} from './catalogue/learning/review-questions.ts'
import { type AliasStore, type NewWords, withAliases } from './catalogue/learning/search-alias.ts'
import { shippedLabels } from './catalogue/learning/shipped-labels.ts'
import type { WaitingPeople } from './catalogue/learning/waiting-people.ts'
import type { Procedure } from './catalogue/procedure.ts'
import type { SearchIntents } from './catalogue/search/search-intents.ts'
import type { ProcedureSearch } from './catalogue/search-outcome.ts'
import type { ReviewedQuestions } from './catalogue/unanswered-question.ts'
import type { Content } from './content.ts'
import type { LearningParts } from './conversation/dialogs/learning/learning-parts.ts'
import { createTellWaiting } from './conversation/dialogs/learning/tell-waiting.ts'
import type { ConversationStore } from './conversation/turn/conversation.ts'
import type { ConversationNames } from './conversation/turn/names.ts'
import type { AuditLog } from './desk/audit/audit-log.ts'
import type { DeskSection } from './desk/desk-page.ts'
import { questionsSection } from './desk/questions/questions-routes.tsx'
import type { Clock } from './lib/clock.ts'
import type { LiveCatalogue } from './live-catalogue.ts'

/** Everything about learning from questions that were not answered, in one place. */
export interface QuestionOffice {
  /** For the dialogs. */
  talk: LearningParts
  review: QuestionReview
  sections: DeskSection[]
}

/** Questions of a quarter: older ones tell of a catalogue that was. */
const reviewedDays = 90

export function openQuestionOffice(parts: {
  questions: ReviewedQuestions
  aliases: AliasStore
  waiting: WaitingPeople
  conversations: Pick<ConversationStore, 'enqueue'>
  nameOf: ConversationNames
  catalogue: Pick<LiveCatalogue, 'current' | 'refresh' | 'searchWith'>
  audit: Pick<AuditLog, 'append'>
  content: Pick<Content, 'intents' | 'english' | 'talk' | 'answers' | 'reports' | 'questionDesk'>
  clock: Clock
  /** Instead of the test questions of `intents/`. */
  labelled?: readonly LabelledQuestion[] | undefined
}): QuestionOffice {
  const { questions, aliases, waiting, catalogue, audit, content, clock, labelled } = parts
  const wordsOf = createQuestionWords(content.intents)
  const tell = createTellWaiting({
    waiting,
    conversations: parts.conversations,
    nameOf: parts.nameOf,
    talk: { vi: content.talk, en: content.english.talk },
    properNames: content.answers.say('answer.proper-names').split(/,\s*/),
  })
  const review = createQuestionReview({
    questions,
    aliases,
    waiting,
    wordsOf,
    search: () => catalogue.current().search,
    searchWith: (taught) => catalogue.searchWith(taught),
    refresh: () => catalogue.refresh(),
    labelled() {
      const { procedures } = catalogue.current()
      return labelled ?? shippedLabels(content.intents, content.english.words, procedures)
    },
    tell,
    async audit({ by, change, subject, detail }: ReviewEvent) {
      await audit.append({ officer: by, action: 'question-changed', subject, detail: { change, ...detail } })
    },
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    now: () => clock.now(),
    days: reviewedDays,
  })
  return {
    talk: { wordsOf, waiting, waitDays: content.reports.retention.daysOf('waiting-people') },
    review,
    sections: [questionsSection({ review, texts: content.questionDesk, days: reviewedDays })],
  }
}

/**
 * The search that answers people: records and everyday words with what staff taught, in Vietnamese and English.
 * @param build the engine over given records and words
 */
export function buildTaughtSearch(
  content: Pick<Content, 'intents' | 'english'>,
  build: (
    procedures: readonly Procedure[],
    intents: SearchIntents,
  ) => ProcedureSearch | Promise<ProcedureSearch>,
): (procedures: readonly Procedure[], taught: readonly NewWords[]) => Promise<ProcedureSearch> {
  return async (procedures, taught) => {
    const merged = withAliases(procedures, content.intents, taught)
    return withEnglish(await build(merged.procedures, merged.intents), content.english.reader)
  }
}
