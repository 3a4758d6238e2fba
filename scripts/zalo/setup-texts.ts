import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { loadTexts, type TextDeclaration, type Texts } from '../../src/lib/texts.ts'

/** What the commands around Zalo say to an administrator; the words stand in `data/texts/zalo-setup.yaml`. */
const zaloSetupTexts = {
  'zalo-setup.help': [],
  'zalo-setup.settings-wrong': ['settings'],
  'zalo-setup.not-configured': [],
  'zalo-setup.no-key': [],
  'zalo-setup.no-callback': [],
  'zalo-setup.step-open': ['url'],
  'zalo-setup.step-callback': ['url'],
  'zalo-setup.step-listen': ['url'],
  'zalo-setup.step-paste': [],
  'zalo-setup.browser-done': [],
  'zalo-setup.browser-wrong': [],
  'zalo-setup.pasted-unreadable': [],
  'zalo-setup.pasted-wrong-state': [],
  'zalo-setup.pasted-nothing': [],
  'zalo-setup.other-oa': ['given', 'expected'],
  'zalo-setup.granted': ['day'],
  'zalo-setup.retried': ['day'],
  'zalo-setup.unavailable': ['reason'],
  'zalo-setup.exchange-unknown': ['reason'],
  'zalo-setup.code': ['code', 'hint'],
  'zalo-setup.oauth.app-inactive': [],
  'zalo-setup.oauth.wrong-redirect': ['url'],
  'zalo-setup.oauth.token-used': [],
  'zalo-setup.oauth.unknown-grant-error': [],
  'zalo-setup.oauth.other': [],
  'zalo-setup.account': ['name', 'id', 'packageName'],
  'zalo-setup.account-until': ['day'],
  'zalo-setup.account-good': [],
  'zalo-setup.account-failed': ['reason'],
  'zalo-setup.account-no-consent': [],
  'zalo-setup.lack.not-verified': [],
  'zalo-setup.lack.not-government': [],
  'zalo-setup.lack.no-package': [],
  'zalo-setup.lack.no-cloud-account': [],
  'zalo-setup.hint.204': [],
  'zalo-setup.hint.205': [],
  'zalo-setup.hint.209': [],
  'zalo-setup.hint.212': [],
  'zalo-setup.hint.216': [],
  'zalo-setup.hint.219': [],
  'zalo-setup.hint.220': [],
  'zalo-setup.hint.221': [],
  'zalo-setup.hint.223': [],
  'zalo-setup.hint.224': [],
  'zalo-setup.hint.242': [],
  'zalo-setup.hint.320': [],
  'zalo-setup.hint.321': [],
  'zalo-setup.hint.other': [],
  'zalo-setup.next': ['url'],
} as const satisfies TextDeclaration

export type ZaloSetupTexts = Texts<typeof zaloSetupTexts>

export function readZaloSetupTexts(): ZaloSetupTexts {
  return loadTexts(parse(readFileSync('data/texts/zalo-setup.yaml', 'utf8')), zaloSetupTexts)
}

/** What to do about a code of openapi.zalo.me that the office itself can mend. */
export function hintOf(texts: ZaloSetupTexts, code: number): string {
  const key = `zalo-setup.hint.${-code}`
  const hint = key in zaloSetupTexts ? (key as 'zalo-setup.hint.209') : 'zalo-setup.hint.other'
  return texts.say('zalo-setup.code', { code, hint: texts.say(hint) })
}
