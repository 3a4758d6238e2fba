import type { Texts } from '../../lib/texts.ts'
import type { Similarity } from '../../reports/case/similar-reports.ts'
import type { KeptEvidence } from '../../reports/evidence/keep-evidence.ts'
import type { InternalNote, Report, ReportEvent } from '../../reports/report.ts'
import type { DeskTexts } from '../desk-texts.ts'
import type { Officer } from '../officer.ts'
import type { ReportDeskTexts } from '../report-texts.ts'
import type { FieldErrors, TypedForm } from './action-forms.ts'
import type { DeskAction } from './may-act.ts'
import type { OpenCase, ReportDeskParts } from './report-desk.ts'

/** The form that is shown opened, with what was typed and what is wrong with it. */
export interface OpenForm {
  name: DeskAction | 'note' | 'identity'
  typed: TypedForm
  errors: FieldErrors
}

/** Everything that the page of one report shows. */
export interface CaseView {
  texts: ReportDeskTexts
  deskTexts: Texts<DeskTexts>
  parts: ReportDeskParts
  open: OpenCase
  officers: readonly Officer[]
  notes: readonly InternalNote[]
  similar: readonly { report: Report; similarity: Similarity }[]
  /** Numbers of joined reports that this officer may see too. */
  knownNumbers: ReadonlySet<string>
  /** The one that leads the group, when this officer may see it. */
  lead?: string | undefined
  formToken: string
  /** Until when news reaches whoever reported under their name. */
  reach?: { term: string; text: string } | undefined
  now: Date
  today: string
  form?: OpenForm | undefined
  /** What others did since this officer loaded the page. */
  since?: readonly ReportEvent[] | undefined
}

/** All files of a report in the order in which they came: with it, and with later messages. */
export function evidenceOf({ content, events }: Pick<Report, 'content' | 'events'>): KeptEvidence[] {
  const later = events.flatMap(({ change }) => (change.kind === 'reporter-wrote' ? change.evidence : []))
  return [...content.evidence, ...later]
}
