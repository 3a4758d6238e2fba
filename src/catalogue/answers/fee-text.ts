import type { Procedure } from '../procedure.ts'
import type { AnswerContext } from './answer-card.ts'
import type { AnswerTexts } from './answer-texts.ts'
import { askLine } from './ask-line.ts'
import { displayAmount, shorten } from './display.ts'

const maxNoteChars = 240

/** Never "free" unless the source says so; an unknown fee says that it is unknown and where to ask. */
export function feeText(procedure: Procedure, context: AnswerContext): string {
  const { fee } = procedure
  const { texts } = context
  switch (fee.kind) {
    case 'unknown':
      return [texts.say('answer.fee.unknown'), askLine(procedure, context)].join('\n')
    case 'set-by-province':
      return [texts.say('answer.fee.set-by-province'), askLine(procedure, context)].join('\n')
    case 'free':
      return texts.say('answer.fee.free')
    case 'stated':
      return fee.lines
        .map((line) => texts.say('answer.bullet', { text: amountText(line, texts, maxNoteChars) }))
        .join('\n')
  }
}

/** The fee in one line, for the overview. */
export function feeInShort({ fee }: Procedure, texts: AnswerTexts): string {
  switch (fee.kind) {
    case 'unknown':
      return texts.say('answer.fee.unknown-short')
    case 'set-by-province':
      return texts.say('answer.fee.set-by-province-short')
    case 'free':
      return texts.say('answer.fee.free-short')
    case 'stated': {
      const shown = fee.lines.slice(0, 2).map((line) => amountText(line, texts, 80))
      return shown.join('; ') + (fee.lines.length > shown.length ? '; …' : '')
    }
  }
}

type FeeLine = Extract<Procedure['fee'], { kind: 'stated' }>['lines'][number]

function amountText({ amountVnd, note }: FeeLine, texts: AnswerTexts, maxNote: number): string {
  const amount = displayAmount(amountVnd)
  if (!note) return texts.say('answer.fee.amount', { amount })
  return texts.say('answer.fee.amount-note', { amount, note: shorten(note, maxNote) })
}
