import type { ReportSummary } from '../../reports/report.ts'
import { StatusBadge, type Tone } from '../components/badge.tsx'
import type { ReportDeskTexts } from '../report-texts.ts'

/** Where more care is due, the mark is louder. */
export function identityTone({ identityMode }: Pick<ReportSummary, 'identityMode'>): Tone {
  return identityMode === 'named' ? 'plain' : 'warn'
}

/** What an officer must know of a report before reading it. */
export function ReportBadges({ report, texts }: { report: ReportSummary; texts: ReportDeskTexts }) {
  const { state, kind, queue, identityMode, cycle, isSlowLane, hasUnread } = report
  return (
    <p class="badges">
      <StatusBadge label={texts.say(`desk-reports.state.${state}`)} tone="good" />
      <StatusBadge label={texts.say(`desk-reports.kind.${kind}`)} />
      {queue === 'general' ? (
        ''
      ) : (
        <StatusBadge label={texts.say(`desk-reports.queue.${queue}`)} tone="warn" />
      )}
      <StatusBadge label={texts.say(`desk-reports.identity.${identityMode}`)} tone={identityTone(report)} />
      {cycle === 2 ? <StatusBadge label={texts.say('desk-reports.mark.reopened')} tone="warn" /> : ''}
      {isSlowLane ? <StatusBadge label={texts.say('desk-reports.mark.slow-lane')} /> : ''}
      {hasUnread ? <StatusBadge label={texts.say('desk-reports.mark.unread')} tone="good" /> : ''}
    </p>
  )
}
