import type { TextDeclaration, Texts } from '../../src/lib/texts.ts'

/** What stands on a slip and what the command says; in `data/texts/slips.yaml`. */
export const slipTexts = {
  'slip.title': [],
  'slip.code': [],
  'slip.scan': [],
  'slip.telegram': [],
  'slip.web': [],
  'slip.typed': [],
  'slip.keep': [],
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
