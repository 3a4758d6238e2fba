import type { TextDeclaration } from '../../lib/texts.ts'

/** What the page and the routes say; the words stand in `data/texts/web.yaml`. */
export const webTexts = {
  'web.title': ['agency'],
  'web.role': [],
  'web.skip': [],
  'web.log': [],
  'web.welcome': [],
  'web.welcome-more': ['agency'],
  'web.notice': [],
  'web.hotline': ['hotline'],
  'web.no-script': [],

  'web.suggestions': [],
  'web.suggestion-1': [],
  'web.suggestion-1-more': [],
  'web.suggestion-2': [],
  'web.suggestion-2-more': [],
  'web.suggestion-3': [],
  'web.suggestion-3-more': [],
  'web.suggestion-4': [],
  'web.suggestion-4-more': [],

  'web.input': [],
  'web.placeholder': [],
  'web.hint': [],
  'web.send': [],
  'web.attach': [],
  'web.attached': [],
  'web.detach': ['name'],
  'web.file-too-large': ['name', 'size'],
  'web.file-empty': ['name'],
  'web.file-wrong': ['name'],
  'web.files-too-many': ['count'],
  'web.sent-files': ['count'],
  'web.uploading': [],
  'web.cancel-upload': [],
  'web.characters-left': ['count'],
  'web.characters-over': ['count'],

  'web.you': [],
  'web.bot': [],
  'web.typing': [],
  'web.chosen': [],
  'web.tapped': [],
  'web.new-tab': [],
  'web.newest': [],
  'web.waiting': [],
  'web.refused': [],

  'web.offline': [],
  'web.reconnecting': [],
  'web.reconnected': [],

  'web.clear': [],
  'web.clear-question': [],
  'web.clear-explained': [],
  'web.clear-yes': [],
  'web.clear-no': [],
  'web.cleared': [],

  'web.forgotten': [],

  'web.widget-open': [],
  'web.widget-close': [],

  'web.error-invalid': [],
  'web.error-too-long': ['count'],
  'web.error-file-too-large': ['size'],
  'web.error-too-many-files': ['count'],
  'web.error-no-files': [],
  'web.error-too-much': [],
  'web.error-too-many': [],
  'web.error-unavailable': [],
  'web.error-foreign': [],
} as const satisfies TextDeclaration

export type WebTexts = typeof webTexts
