import type { Actor, ReportEvent } from '../../reports/report.ts'
import type { CaseView } from './case-view.ts'

type Words = Pick<CaseView, 'texts' | 'officers' | 'knownNumbers'>

export function sayActor({ texts, officers }: Pick<Words, 'texts' | 'officers'>, by: Actor): string {
  switch (by.kind) {
    case 'officer':
      return sayOfficer({ texts, officers }, by.officerId)
    case 'reporter':
      return texts.say('desk-reports.case.by-reporter')
    case 'system':
      return texts.say('desk-reports.case.by-system')
  }
}

export function sayOfficer({ texts, officers }: Pick<Words, 'texts' | 'officers'>, id: string): string {
  return officers.find((officer) => officer.id === id)?.name ?? texts.say('desk-reports.case.by-unknown')
}

/** What happened, in one line; what was written stands apart (`textOf`). */
export function sayEvent(words: Words, { change }: ReportEvent): string {
  const { texts } = words
  switch (change.kind) {
    case 'received':
    case 'started':
    case 'asked':
    case 'told':
    case 'reporter-wrote':
    case 'concern-marked':
    case 'reopened':
    case 'deadlines-set':
      return texts.say(`desk-reports.event.${change.kind}`)
    case 'assigned': {
      const to = sayOfficer(words, change.to)
      return change.from === undefined
        ? texts.say('desk-reports.event.assigned', { to })
        : texts.say('desk-reports.event.reassigned', { from: sayOfficer(words, change.from), to })
    }
    case 'answered':
      return texts.say('desk-reports.event.answered', {
        outcome: texts.say(`desk-reports.outcome.${change.outcome}`),
      })
    case 'forwarded':
      return texts.say('desk-reports.event.forwarded', { to: change.to })
    case 'reclassified':
      return texts.say('desk-reports.event.reclassified', {
        from: texts.say(`desk-reports.kind.${change.from}`),
        to: texts.say(`desk-reports.kind.${change.to}`),
      })
    case 'joined':
      return words.knownNumbers.has(change.caseNumber)
        ? texts.say('desk-reports.event.joined', { number: change.caseNumber })
        : texts.say('desk-reports.event.joined-elsewhere')
    case 'closed':
      return texts.say(`desk-reports.event.closed-${change.because}`)
  }
}

/** What somebody wrote with it. */
export function textOf({ change }: ReportEvent): { kind: 'message' | 'reason'; text: string } | undefined {
  switch (change.kind) {
    case 'asked':
    case 'told':
    case 'answered':
    case 'reporter-wrote':
      return { kind: 'message', text: change.text }
    case 'forwarded':
    case 'reclassified':
    case 'concern-marked':
    case 'reopened':
      return { kind: 'reason', text: change.reason }
    case 'closed':
      return change.reason === undefined ? undefined : { kind: 'reason', text: change.reason }
    case 'received':
    case 'assigned':
    case 'started':
    case 'joined':
    case 'deadlines-set':
      return undefined
  }
}
