import { createHash } from 'node:crypto'
import type { TextDeclaration, Texts } from '../../../lib/texts.ts'

/** What is said around looking a dossier up; the words stand in `data/texts/dossier-talk.yaml`. */
export const dossierTalkTexts = {
  'dossier-talk.ask-code': [],
  'dossier-talk.ask-digits': ['code'],
  'dossier-talk.slip-digits': ['code'],
  'dossier-talk.slip-unknown': [],
  'dossier-talk.no-code': [],
  'dossier-talk.not-a-code': [],
  'dossier-talk.code-day': [],
  'dossier-talk.code-letter-o': ['suggestion'],
  'dossier-talk.not-four-digits': [],
  'dossier-talk.no-match': [],
  'dossier-talk.too-many': ['minutes'],
  'dossier-talk.consent': ['agency'],
  'dossier-talk.linked': [],
  'dossier-talk.links-full': [],
  'dossier-talk.linked-already': [],
  'dossier-talk.unlinked': [],
  'dossier-talk.not-linked': [],
  'dossier-talk.look-up-again': [],

  'dossier-talk.filing.confirm': ['procedure', 'filed', 'time', 'due'],
  'dossier-talk.filing.confirm-overdue': ['procedure', 'filed', 'time', 'due'],
  'dossier-talk.filing.consent': ['agency'],
  'dossier-talk.filing.which': ['filed'],
  'dossier-talk.filing.which-procedure': ['filed'],
  'dossier-talk.filing.impossible': ['day'],
  'dossier-talk.filing.future': ['day'],
  'dossier-talk.filing.too-old': ['day'],
  'dossier-talk.filing.no-time': ['procedure'],
  'dossier-talk.filing.agreed': ['day'],
  'dossier-talk.filing.ask': ['procedure', 'filed', 'due'],
  'dossier-talk.filing.thanks': [],
  'dossier-talk.filing.not-yet': [],
  'dossier-talk.filing.withdrawn': [],
  'dossier-talk.filing.gone': [],

  'dossier-talk.button.look-up': [],
  'dossier-talk.button.follow': [],
  'dossier-talk.button.unfollow': [],
  'dossier-talk.button.suggested': ['code'],
  'dossier-talk.button.ask-me': [],
  'dossier-talk.button.came': [],
  'dossier-talk.button.came-late': [],
  'dossier-talk.button.not-yet': [],
  'dossier-talk.button.no-more': [],
  'dossier-talk.button.report': [],
} as const satisfies TextDeclaration

export type DossierTalkTexts = Texts<typeof dossierTalkTexts>

/** Names the wording that somebody agreed to: another wording has another version. */
export function noticeVersion(notice: string): string {
  return createHash('sha256').update(notice).digest('hex').slice(0, 12)
}
