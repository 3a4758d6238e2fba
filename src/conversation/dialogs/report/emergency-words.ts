import type { ReportContext } from './report-talk-parts.ts'

/** Whom to call when somebody is in danger; said before anything else. */
export function emergencyWords({ reports }: Pick<ReportContext, 'reports'>): string {
  const { texts, settings } = reports
  const numbers = settings.emergency.map(({ number, who }) =>
    texts.say('report.danger.number', { number, who }),
  )
  return texts.say('report.danger.first', { numbers: numbers.join('\n') })
}
