/** What one invitation brought; one document a dossier. `A`: a level, "chưa từng sử dụng", or an answer outside the index. */
export interface SurveyResponse<A = unknown> {
  questions: Readonly<Record<string, QuestionAnswers<A>>>
}

export interface QuestionAnswers<A> {
  /** In the order of arrival; the last one counts. Never empty. */
  history: readonly { answer: A; at: Date; tapId: string }[]
}

export type RecordedAnswer<A> =
  | { kind: 'first' | 'changed'; response: SurveyResponse<A> }
  /** The same answer again, or the same tap delivered twice: nothing to store, thanks all the same. */
  | { kind: 'same'; response: SurveyResponse<A> }
  /** The time for changes is over; the first answers stand. */
  | { kind: 'too-late'; response: SurveyResponse<A> }

/**
 * Stores a tap at once. Until `changeWithinHours` after a question's first answer the last change wins, and all of them
 * are kept. Every question has its own clock.
 *
 * @param tap.id of the inbound message; running a turn again changes nothing
 */
export function recordAnswer<A>(
  response: SurveyResponse<A>,
  tap: { id: string; question: string; answer: A; at: Date },
  { changeWithinHours }: { changeWithinHours: number },
): RecordedAnswer<A> {
  const known = Object.hasOwn(response.questions, tap.question)
    ? response.questions[tap.question]!.history
    : []
  const entry = { answer: tap.answer, at: tap.at, tapId: tap.id }
  const first = known[0]
  if (!first) return { kind: 'first', response: withHistory(response, tap.question, [entry]) }
  if (known.some(({ tapId }) => tapId === tap.id) || known.at(-1)!.answer === tap.answer) {
    return { kind: 'same', response }
  }
  if (tap.at.getTime() >= first.at.getTime() + changeWithinHours * 3_600_000) {
    return { kind: 'too-late', response }
  }
  return { kind: 'changed', response: withHistory(response, tap.question, [...known, entry]) }
}

/** What counts, per question. */
export function answersThatCount<A>({ questions }: SurveyResponse<A>): Map<string, A> {
  return new Map(
    Object.entries(questions).map(([question, { history }]) => [question, history.at(-1)!.answer]),
  )
}

function withHistory<A>(
  response: SurveyResponse<A>,
  question: string,
  history: QuestionAnswers<A>['history'],
): SurveyResponse<A> {
  return { questions: { ...response.questions, [question]: { history } } }
}
