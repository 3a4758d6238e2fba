import { fold } from '../../../catalogue/text/fold.ts'
import { type Level, levels, type Questionnaire } from '../../../surveys/questionnaire.ts'

export interface AnswerInWords {
  answer: Level | 'never-used'
  /** As the button has it. */
  words: string
}

/**
 * An answer that is exactly one of the six of the scale, with or without marks, or a digit from 1 to 5. On Zalo a digit may be
 * the number of a button, which counts the other way round: there it says nothing.
 */
export function readAnswerWords(
  text: string,
  { levels: words, neverUsed }: Questionnaire['scale'],
  channel: string,
): AnswerInWords | undefined {
  const said = keyOf(text)
  const answers: AnswerInWords[] = [
    ...levels.map((level) => ({ answer: level, words: words[level] })),
    { answer: 'never-used', words: neverUsed },
  ]
  const isDigit = (answer: AnswerInWords['answer']) => channel !== 'zalo' && said === String(answer)
  return answers.find((one) => keyOf(one.words) === said || isDigit(one.answer))
}

const keyOf = (text: string): string => (fold(text).match(/[a-z0-9]+/g) ?? []).join(' ')
