import type { PaperKind } from './draft.ts'
import type { ReportContext } from './report-talk-parts.ts'

/** What a complaint or a denunciation needs that a chat is not, and where it is taken: only what the office has entered. */
export function paperWords(paper: PaperKind, { reports }: Pick<ReportContext, 'reports'>): string {
  const { texts, settings } = reports
  const { name, address, phone } = settings.citizenReception
  return [
    texts.say(`report.paper.${paper}`),
    texts.say('report.paper.where', { name }),
    ...(address ? [texts.say('report.paper.where-address', { address })] : []),
    ...(phone ? [texts.say('report.paper.where-phone', { phone })] : []),
    ...(address || phone ? [] : [texts.say('report.paper.where-unknown')]),
  ].join('\n')
}
