import type { TextDeclaration, Texts } from '../../../lib/texts.ts'

/** What polls say in the chat; the words stand in `data/texts/poll.yaml`. */
export const pollTexts = {
  'poll.invite': ['agency', 'question'],
  'poll.remind': ['question'],
  'poll.next': ['question'],
  'poll.thanks': ['hours'],
  'poll.report': [],
  'poll.typed': [],
  'poll.typed-kept': ['answer'],
  'poll.opted-out': [],
  'poll.opted-in': [],
  'poll.comment.ask': [],
  'poll.comment.kept': [],
  'poll.comment.too-long': ['max'],
  'poll.comment.busy': [],
  'poll.comment.over': [],
  'poll.button.comment': [],
  'poll.button.no-comment': [],
  'poll.button.report': [],
  'poll.button.opt-out': [],
} as const satisfies TextDeclaration

export type PollTexts = Texts<typeof pollTexts>
