import { randomBytes } from 'node:crypto'
import type { ZaloApi } from '../../src/channels/zalo/api.ts'
import { type AccountCheck, checkAccount } from '../../src/channels/zalo/check-account.ts'
import { type GrantOutcome, readCallback, type ZaloOAuth } from '../../src/channels/zalo/oauth.ts'
import type { AccessOutcome, ZaloTokens } from '../../src/channels/zalo/tokens.ts'
import { vietnamDay } from '../../src/lib/vietnam-time.ts'
import { hintOf, type ZaloSetupTexts } from './setup-texts.ts'

export interface ConsentParts {
  oauth: ZaloOAuth
  tokens: ZaloTokens
  api: ZaloApi
  callbackUrl: string
  verifier?: string
  /** The setting ZALO_OA_ID. */
  oaId?: string
  webhookUrl?: string
  texts: ZaloSetupTexts
  say(line: string): void
  /** What came back of the browser: pasted, or received on this machine. `undefined`: nothing did. */
  waitForCallback(isGood: (address: string) => boolean): Promise<string | undefined>
}

/** Leads an administrator through consent; true when the bot can speak for the OA afterwards. */
export async function walkConsent(parts: ConsentParts): Promise<boolean> {
  const { oauth, tokens, callbackUrl, verifier, texts, say } = parts
  const state = randomBytes(16).toString('base64url')
  say(texts.say('zalo-setup.step-callback', { url: callbackUrl }))
  say(
    texts.say('zalo-setup.step-open', {
      url: oauth.permissionUrl({ redirectUri: callbackUrl, state, verifier }),
    }),
  )
  const isGood = (address: string) => readCallback(address, state).kind !== 'unreadable'
  const pasted = await parts.waitForCallback(isGood)
  if (pasted === undefined) return no(texts.say('zalo-setup.pasted-nothing'))

  const callback = readCallback(pasted, state)
  if (callback.kind === 'unreadable') return no(texts.say('zalo-setup.pasted-unreadable'))
  if (callback.kind === 'wrong-state') return no(texts.say('zalo-setup.pasted-wrong-state'))
  if (callback.kind === 'refused') {
    const problem = callback.code === -14003 ? 'wrong-redirect' : 'unknown-grant-error'
    return no(wordRefusal({ code: callback.code, problem }))
  }
  const { oaId } = callback
  if (oaId && parts.oaId && oaId !== parts.oaId) {
    return no(texts.say('zalo-setup.other-oa', { given: oaId, expected: parts.oaId }))
  }

  const outcome = await oauth.exchangeCode(callback.code, verifier)
  if (outcome.kind === 'unknown')
    return no(texts.say('zalo-setup.exchange-unknown', { reason: outcome.reason }))
  if (outcome.kind === 'refused') return no(wordRefusal(outcome))
  await tokens.adopt(outcome.grant)
  say(texts.say('zalo-setup.granted', { day: vietnamDay(outcome.grant.refreshExpiresAt) }))
  const isWell = await tellAccount(parts)
  if (parts.webhookUrl) say(texts.say('zalo-setup.next', { url: parts.webhookUrl }))
  return isWell

  function no(line: string): false {
    say(line)
    return false
  }

  function wordRefusal({
    code,
    problem,
  }: Pick<GrantOutcome & { kind: 'refused' }, 'code' | 'problem'>): string {
    const hint =
      problem === 'wrong-redirect'
        ? texts.say('zalo-setup.oauth.wrong-redirect', { url: callbackUrl })
        : texts.say(`zalo-setup.oauth.${problem}`)
    return texts.say('zalo-setup.code', { code, hint })
  }
}

/** Says what kind of OA it is and what it lacks; true when calls work at all. */
export async function tellAccount({
  api,
  texts,
  say,
}: Pick<ConsentParts, 'api' | 'texts' | 'say'>): Promise<boolean> {
  const check = await checkAccount(api)
  for (const line of wordAccount(texts, check)) say(line)
  return check.kind === 'account'
}

/** One line each for who the OA is and for what must be done. */
export function wordAccount(texts: ZaloSetupTexts, check: AccountCheck): string[] {
  switch (check.kind) {
    case 'refused':
      return [hintOf(texts, check.code)]
    case 'no-consent':
      return [texts.say('zalo-setup.account-no-consent')]
    case 'failed':
      return [texts.say('zalo-setup.account-failed', { reason: check.reason })]
    case 'account': {
      const { account, lacks } = check
      const { name, oaId: id, packageName, packageUntil } = account
      return [
        texts.say('zalo-setup.account', { name, id, packageName: packageName || '–' }),
        ...(packageUntil ? [texts.say('zalo-setup.account-until', { day: packageUntil })] : []),
        ...(lacks.length === 0 ? [texts.say('zalo-setup.account-good')] : []),
        ...lacks.map((lack) => texts.say(`zalo-setup.lack.${lack}`)),
      ]
    }
  }
}

/** One more try with what Zalo refused. */
export async function tryAgain({
  tokens,
  texts,
  say,
}: Pick<ConsentParts, 'tokens' | 'texts' | 'say'>): Promise<boolean> {
  const outcome: AccessOutcome = await tokens.tryLostAgain()
  if (outcome.kind === 'access') {
    const state = await tokens.state()
    const day = 'consentUntil' in state ? vietnamDay(state.consentUntil) : '–'
    say(texts.say('zalo-setup.retried', { day }))
    return true
  }
  say(
    outcome.kind === 'no-consent'
      ? texts.say('zalo-setup.account-no-consent')
      : texts.say('zalo-setup.unavailable', { reason: outcome.reason }),
  )
  return false
}
