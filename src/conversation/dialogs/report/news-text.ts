import type { ReportEvent } from '../../../reports/report.ts'
import type { ReportTexts } from './report-texts.ts'

/** What happened to a report, in words for whoever reported. Names no officer. */
export function newsText({ change }: Pick<ReportEvent, 'change'>, texts: ReportTexts): string {
  switch (change.kind) {
    case 'asked':
    case 'told':
      return texts.say(`report.news.${change.kind}`, { text: change.text })
    case 'answered': {
      const outcome = texts.say(`report.outcome.${change.outcome}`)
      return texts.say('report.news.answered', { outcome, text: change.text })
    }
    case 'forwarded':
      return texts.say('report.news.forwarded', { to: change.to, reason: change.reason })
    case 'reclassified':
      return texts.say('report.news.reclassified', {
        from: texts.say(`report.kind.${change.from}`),
        to: texts.say(`report.kind.${change.to}`),
        reason: change.reason,
      })
    case 'closed':
      switch (change.because) {
        case 'reporter-satisfied':
          return texts.say('report.news.closed-satisfied')
        case 'silence':
          return texts.say('report.news.closed-silence')
        case 'officer':
          return change.reason === undefined
            ? texts.say('report.news.closed-officer-plain')
            : texts.say('report.news.closed-officer', { reason: change.reason })
      }
      break
    case 'received':
    case 'assigned':
    case 'started':
    case 'reporter-wrote':
    case 'concern-marked':
    case 'joined':
    case 'reopened':
    case 'deadlines-set':
      return texts.say(`report.news.${change.kind}`)
  }
}
