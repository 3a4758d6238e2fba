import type { TextDeclaration, Texts } from '../../../lib/texts.ts'

/** What stands on a slip, beside it on the screen, and what the command says; in `data/texts/slips.yaml`. */
export const slipTexts = {
  'slip.title': [],
  'slip.code': [],
  'slip.scan': [],
  'slip.telegram': [],
  'slip.web': [],
  'slip.zalo': [],
  'slip.typed': [],
  'slip.keep': [],
  'slip.back': [],
  'slip.print': ['count'],
  'slip.help': [],
  'slip.no-such-file': [],
  'slip.wrong-code': ['line', 'code'],
  'slip.wrong-name': [],
  'slip.no-link': [],
  'slip.no-key': [],
  'slip.no-codes': [],
  'slip.done': ['count', 'out'],
} as const satisfies TextDeclaration

export type SlipTexts = Texts<typeof slipTexts>
