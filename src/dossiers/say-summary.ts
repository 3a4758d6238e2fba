import type { ColumnMapping } from './column-mapping.ts'
import type { DossierTexts } from './dossier-texts.ts'
import type { ImportOutcome } from './import-dossiers.ts'
import type { ImportSummary } from './import-summary.ts'

/** What came of an import, line by line; a dry run tells the same of what would come. Problems are listed apart. */
export function sayOutcome(outcome: ImportOutcome, mapping: ColumnMapping, texts: DossierTexts): string[] {
  switch (outcome.kind) {
    case 'busy':
      return [texts.say('dossier.import.busy')]
    case 'problems': {
      const more = outcome.count - outcome.problems.length
      return [
        ...(more > 0 ? [texts.say('dossier.import.more', { count: more })] : []),
        texts.say('dossier.import.bad', { count: outcome.count }),
      ]
    }
    case 'dry-run':
      return [
        texts.say('dossier.import.dry', { rows: outcome.summary.rows }),
        ...saySummary(outcome.summary, mapping, texts),
      ]
    case 'unchanged':
      return [
        texts.say('dossier.import.unchanged', { rows: outcome.summary.rows }),
        ...saySummary(outcome.summary, mapping, texts),
      ]
    case 'imported': {
      const { number, summary } = outcome.import
      return [
        texts.say('dossier.import.done', { number, rows: summary.rows }),
        ...saySummary(summary, mapping, texts),
      ]
    }
  }
}

export function saySummary(summary: ImportSummary, mapping: ColumnMapping, texts: DossierTexts): string[] {
  const { new: added, changed, unchanged, older } = summary
  const lines = [texts.say('dossier.import.counts', { new: added, changed, unchanged, older })]
  for (const { from, to, count } of summary.statusChanges) {
    const names = { from: mapping.statusName(from), to: mapping.statusName(to) }
    lines.push(texts.say('dossier.import.status-change', { ...names, count }))
  }
  if (summary.backward > 0) lines.push(texts.say('dossier.import.backward', { count: summary.backward }))
  if (summary.dueMoved > 0) lines.push(texts.say('dossier.import.due-moved', { count: summary.dueMoved }))
  if (summary.withoutTelephone > 0) {
    lines.push(texts.say('dossier.import.without-telephone', { count: summary.withoutTelephone }))
  }
  if (summary.unknownColumns.length > 0) {
    lines.push(texts.say('dossier.import.unknown-columns', { columns: summary.unknownColumns.join(', ') }))
  }
  return lines
}
