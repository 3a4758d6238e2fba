import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { loadTexts } from '../src/lib/texts.ts'

const retentionTexts = {
  'retention.help': [],
  'retention.settings-wrong': ['settings'],
  'retention.no-key': [],
  'retention.rule': ['class', 'collections', 'days', 'basis'],
  'retention.rule-always': ['class', 'collections', 'basis'],
  'retention.rule-setting': ['class', 'collections', 'setting', 'basis'],
  'retention.expires': [],
  'retention.erased-count': ['count'],
  'retention.due': ['count'],
  'retention.due-one': ['code'],
  'retention.dry-run': [],
  'retention.done': ['count'],
  'retention.erased': ['code'],
  'retention.wrong-number': ['code'],
  'retention.wrong-reason': ['reasons'],
  'retention.outcome.not-closed': ['code'],
  'retention.outcome.erased-before': ['code'],
  'retention.outcome.no-such-report': ['code'],
  'retention.outcome.would-erase': ['code'],
  'retention.class.closed-reports': [],
  'retention.class.notices': [],
  'retention.class.unanswered-questions': [],
  'retention.class.waiting-people': [],
  'retention.class.web-messages': [],
  'retention.class.closed-dossiers': [],
  'retention.class.dossier-links': [],
  'retention.class.finished-dossier-links': [],
  'retention.class.dossier-slips': [],
  'retention.class.settled-dossier-reviews': [],
  'retention.class.self-reports': [],
  'retention.class.survey-comments': [],
  'retention.class.zalo-contacts': [],
  'retention.class.survey-answers': [],
  'retention.class.questionnaires': [],
  'retention.class.survey-opt-outs': [],
  'retention.class.dossier-imports': [],
  'retention.class.search-aliases': [],
  'retention.class.survey-chats': [],
  'retention.class.survey-contacts': [],
} as const

/** What the command about keeping and erasing says, in `data/texts/retention.yaml`. */
export function readRetentionTexts() {
  return loadTexts(parse(readFileSync('data/texts/retention.yaml', 'utf8')), retentionTexts)
}
