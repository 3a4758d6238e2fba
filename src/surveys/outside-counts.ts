import type { ArchivedForm } from './answer-archive.ts'
import type { Questionnaire } from './questionnaire.ts'

/** How often each answer to a question outside the index was given; part of no figure. */
export interface OutsideCount {
  question: Questionnaire['outsideIndex'][number]
  /** People who were asked, silent ones too. */
  asked: number
  answered: number
  /** In the order of the questionnaire; `tellsOfIt`: after it a report is offered. */
  answers: { words: string; count: number; tellsOfIt: boolean }[]
}

export function countOutside(
  forms: readonly ArchivedForm[],
  { outsideIndex }: Pick<Questionnaire, 'outsideIndex'>,
): OutsideCount[] {
  const byQuestion = new Map<string, { asked: number; given: Map<string, number> }>()
  for (const { poll } of forms) {
    if (!poll?.outside) continue
    const { question, answer } = poll.outside
    const counts = byQuestion.get(question) ?? { asked: 0, given: new Map<string, number>() }
    byQuestion.set(question, counts)
    counts.asked++
    if (answer !== undefined) counts.given.set(answer, (counts.given.get(answer) ?? 0) + 1)
  }
  return outsideIndex.map((question) => {
    const own = byQuestion.get(question.id)
    const answers = Object.entries(question.answers)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, words]) => ({
        words,
        count: own?.given.get(id) ?? 0,
        tellsOfIt: question.offersReport.includes(id),
      }))
    const answered = answers.reduce((sum, { count }) => sum + count, 0)
    return { question, asked: own?.asked ?? 0, answered, answers }
  })
}
