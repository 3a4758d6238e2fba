import type { ReportContext } from './report-talk-parts.ts'

/** What is said first to whoever was asked for money; the province's line only when its number is known. */
export function informalIntro({ reports }: Pick<ReportContext, 'reports'>): string {
  const { texts, settings } = reports
  const { name, phone } = settings.provincialHotline
  const hotline = phone ? [texts.say('report.informal.hotline', { name, phone })] : []
  return [texts.say('report.informal.intro'), ...hotline].join('\n')
}
