import { checkTexts } from '../../lib/check-texts.ts'
import type { TextDeclaration, Texts } from '../../lib/texts.ts'

/** What the readers of catalogue files and their two commands say, in `data/texts/checks.yaml`. */
export const formatTexts = {
  ...checkTexts,
  'check.not-json': [],
  'check.duplicate-code': ['code', 'place'],
  'check.spoilt-code': ['code'],
  'check.unknown-format': [],
  'check.left-out': ['count'],
  'check.unknown-body': ['body', 'bodies'],
  'check.csv-header': ['columns'],
  'check.csv-row': [],
  'check.source-date': [],
  'check.not-list': [],
  'check.other-province': ['code', 'locality'],
  'check.no-such-file': [],
  'check.moved-date': [],
  'check.summary-good': ['files', 'procedures'],
  'check.summary-bad': ['problems'],
  'check.diff-added': ['code', 'name'],
  'check.diff-changed': ['code', 'name', 'parts'],
  'check.diff-removed': ['code', 'name'],
  'check.diff-more': ['count'],
  'check.diff-summary': ['added', 'changed', 'removed', 'total'],
  'check.version': ['mark', 'number', 'date', 'source', 'total'],
  'check.no-such-version': ['number'],
  'check.went-back': ['number', 'total'],
  'check.help-diff': [],
  'check.help-check': [],
  'check.help-import': [],
  'check.import-done': ['version', 'added', 'changed', 'removed', 'total'],
  'check.import-same': ['total'],
  'check.import-dry': ['added', 'changed', 'removed', 'total'],
} as const satisfies TextDeclaration

export type FormatTexts = Texts<typeof formatTexts>
