import { createHash } from 'node:crypto'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { Grant, GrantOutcome, ZaloOAuth } from './oauth.ts'
import type { StoredPair, TokenPair, ZaloTokenStore } from './token-store.ts'

/** Gives a token that works, or says why there is none. */
export interface AccessTokens {
  current(): Promise<AccessOutcome>
  /**
   * After Zalo refused `refused`: another one, got by one refresh over all processes. `refused-again`: it was got that way
   * just now and its age cannot be the fault; nothing was asked of Zalo.
   */
  renew(refused: string): Promise<AccessOutcome | { kind: 'refused-again' }>
}

export type AccessOutcome =
  | { kind: 'access'; token: string }
  /** Somebody must give consent. */
  | { kind: 'no-consent'; reason: 'never-given' | 'lost' }
  /** Later perhaps. */
  | { kind: 'unavailable'; reason: string }

/** The token pair of the OA, shared by all processes and never lost by any of them (zalo-openapi §1.5). */
export interface ZaloTokens extends AccessTokens {
  /** Stores a pair that was got by consent; from now on it is the one. */
  adopt(grant: Grant): Promise<void>
  /** For the timer: refreshes a pair that is 20 hours old, and raises the alarms of `state`. */
  refreshWhenDue(): Promise<AccessOutcome>
  /** One more try with a refresh token that Zalo refused, after somebody mended the app's settings. */
  tryLostAgain(): Promise<AccessOutcome>
  state(): Promise<TokenState>
  /** Resolves when no refresh is under way: a process that ends in the middle of one may lose the pair. */
  idle(): Promise<void>
}

export type TokenState =
  | { kind: 'never-given' }
  | { kind: 'working'; consentUntil: Date }
  /** Refreshes go unanswered; `accessUntil` is when sending will stop. */
  | { kind: 'failing'; since: Date; reason: string; accessUntil?: Date; consentUntil: Date }
  /** The refresh token ends within a week: somebody must give consent before. */
  | { kind: 'ending'; consentUntil: Date }
  | { kind: 'lost'; since: Date; code: number }

/** Somebody at the office must do something. Raised again for the same cause; `id` tells that it is the same. */
export type TokenAlarm = { id: string } & (
  | { kind: 'lost'; code: number }
  | { kind: 'ending'; consentUntil: Date }
)

export interface ZaloTokensParts {
  appId: string
  oauth: ZaloOAuth
  store: ZaloTokenStore
  /** The setting ZALO_REFRESH_TOKEN: begins the first pair, and another one after the consent was lost. */
  seed?: string | undefined
  /** Of this process. */
  owner: string
  clock: Clock
  log: Log
  onAlarm?: (alarm: TokenAlarm) => void | Promise<void>
  random?: () => number
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** An access token lives 25 hours. */
const dueAfterMs = 20 * hourMs
/** Less is left than a call may take. */
const tooShortMs = 30_000
/**
 * Two exchanges of ten seconds, the pause between, and as much again for a slow database: longer than a holder that is alive
 * can need. One that was stopped for so long sends no request any more.
 */
const leaseMs = 45_000
const exchangeMs = 12_000
/** How long one waits for a refresh of another process. */
const patienceMs = 60_000
const endingMs = 7 * dayMs
const renewedRecentlyMs = 10 * minuteMs
const cacheMs = 20_000
const longestPauseMs = 10 * minuteMs
const storingMs = 2_000
/** 0.2 + 0.4 + … + 5 s: about a minute in all. */
const saveTries = 16

export function createZaloTokens(parts: ZaloTokensParts): ZaloTokens {
  const { appId, oauth, store, seed, owner, clock, log, random = Math.random } = parts
  let cached: { pair: StoredPair; atMs: number } | undefined
  let underWay: Promise<AccessOutcome> | undefined
  /** Given by Zalo and not stored yet: the only copy there is. */
  let unsaved: { over: number; pair: TokenPair } | undefined
  let renewedRecently: { token: string; atMs: number } | undefined

  const nowMs = () => clock.now().getTime()

  async function read(): Promise<StoredPair | undefined> {
    const found = await store.read()
    const pair = found?.appId === appId ? found : undefined
    cached = pair && { pair, atMs: nowMs() }
    if (seed === undefined) return pair
    if (pair && !(pair.lost && pair.seedDigest !== digestOf(seed))) return pair
    return plant(seed, found)
  }

  /** The setting becomes the pair when there is none, or when the one there is worth nothing any more. */
  async function plant(token: string, over: StoredPair | undefined): Promise<StoredPair | undefined> {
    const refreshedAt = clock.now()
    const pair = {
      appId,
      refreshToken: token,
      refreshedAt,
      // Its true age is not known; the first refresh follows at once and tells.
      refreshExpiresAt: new Date(refreshedAt.getTime() + dayMs),
      seedDigest: digestOf(token),
    }
    await store.replace(over?.revision, pair)
    const planted = await store.read()
    return planted?.appId === appId ? planted : undefined
  }

  function accessOf(pair: StoredPair | undefined): AccessOutcome | undefined {
    if (!pair?.access || pair.access.expiresAt.getTime() - nowMs() <= tooShortMs) return undefined
    cached = { pair, atMs: nowMs() }
    return { kind: 'access', token: pair.access.token }
  }

  /** One refresh at a time in this process, too. */
  function refresh(seen: number | undefined, options?: { ignoresLost: true }): Promise<AccessOutcome> {
    underWay ??= refreshOnce(seen, options).finally(() => {
      underWay = undefined
    })
    return underWay
  }

  /** @param seen the number of the pair that is to be replaced; a newer one is taken as it is */
  async function refreshOnce(
    seen: number | undefined,
    options?: { ignoresLost: true },
  ): Promise<AccessOutcome> {
    const endMs = nowMs() + patienceMs
    for (;;) {
      const early = await withoutAsking(seen, options)
      if (early.kind !== 'ask') return early
      const untilMs = nowMs() + leaseMs
      if (await store.takeLease(owner, clock.now(), new Date(untilMs))) {
        try {
          return await refreshUnderLease(seen, untilMs, options)
        } finally {
          await store.giveLeaseBack(owner).catch((err: unknown) => {
            log.warn({ err }, 'zalo: the lease of the tokens was not given back; it ends by itself')
          })
        }
      }
      if (nowMs() > endMs) return { kind: 'unavailable', reason: 'refresh-under-way' }
      await clock.sleep(100 + Math.floor(150 * random()))
    }
  }

  /** What the store says already. `ask`: Zalo must be asked, with this pair. */
  async function withoutAsking(
    seen: number | undefined,
    options?: { ignoresLost: true },
  ): Promise<AccessOutcome | { kind: 'ask'; pair: StoredPair }> {
    if (unsaved && !(await save())) return { kind: 'unavailable', reason: 'not-stored' }
    const pair = await read()
    if (!pair) return { kind: 'no-consent', reason: 'never-given' }
    const access = pair.revision === seen ? undefined : accessOf(pair)
    if (access) return access
    if (options?.ignoresLost) return { kind: 'ask', pair }
    if (pair.lost) return { kind: 'no-consent', reason: 'lost' }
    const { failing } = pair
    if (failing && failing.notBefore > clock.now()) return { kind: 'unavailable', reason: failing.reason }
    return { kind: 'ask', pair }
  }

  async function refreshUnderLease(
    seen: number | undefined,
    untilMs: number,
    options?: { ignoresLost: true },
  ): Promise<AccessOutcome> {
    const again = await withoutAsking(seen, options)
    if (again.kind !== 'ask') return again
    const { pair } = again
    for (let attempt = 1; ; attempt++) {
      if (nowMs() + exchangeMs > untilMs) return { kind: 'unavailable', reason: 'lease-over' }
      const outcome = await oauth.refresh(pair.refreshToken)
      if (outcome.kind === 'granted') return keep(pair, outcome.grant)
      if (outcome.kind === 'refused') return afterRefusal(pair, outcome)
      log.warn({ reason: outcome.reason, attempt }, 'zalo: a refresh was not answered')
      // Zalo may have used the token up; one more try with the same one tells.
      if (attempt === 2) return fail(pair, outcome.reason)
      await clock.sleep(500 + Math.floor(1000 * random()))
    }
  }

  async function keep(over: StoredPair, grant: Grant): Promise<AccessOutcome> {
    unsaved = { over: over.revision, pair: pairOf(grant, over.seedDigest) }
    if (!(await save())) return { kind: 'unavailable', reason: 'not-stored' }
    const pair = await read()
    log.info({ revision: pair?.revision }, 'zalo: tokens refreshed')
    return accessOf(pair) ?? { kind: 'unavailable', reason: 'already-over' }
  }

  /** Stored before it is used. While storage is down the only copy is here, so this does not give up soon. */
  async function save(): Promise<boolean> {
    for (let tries = 1; unsaved; tries++) {
      const { over, pair } = unsaved
      try {
        // False: a newer consent was stored meanwhile, or our own write whose answer was lost.
        await store.replace(over, pair)
        unsaved = undefined
      } catch (err) {
        log.error({ err, tries }, 'zalo: a new token pair could not be stored')
        if (tries >= saveTries) return false
        await clock.sleep(Math.min(5_000, 200 * 2 ** (tries - 1)))
      }
    }
    return true
  }

  async function afterRefusal(
    pair: StoredPair,
    { code, name, problem }: GrantOutcome & { kind: 'refused' },
  ): Promise<AccessOutcome> {
    let later = await read()
    if (later?.revision === pair.revision) {
      // Somebody whose lease ran out may hold the new pair in its hands and be about to store it.
      await clock.sleep(storingMs)
      later = await read()
    }
    if (later && later.revision !== pair.revision) {
      log.info({ code }, 'zalo: another process refreshed the tokens first')
      return accessOf(later) ?? { kind: 'unavailable', reason: 'lost-race' }
    }
    if (problem === 'other') return fail(pair, `refused-${code}`)
    log.error({ code, reason: name }, 'zalo: the consent is lost; run npm run zalo:authorize')
    const at = clock.now()
    if (await store.markLost(pair.revision, { at, code })) await raise(lostAlarm(at, code))
    return { kind: 'no-consent', reason: 'lost' }
  }

  async function fail(pair: StoredPair, reason: string): Promise<AccessOutcome> {
    const now = clock.now()
    const count = (pair.failing?.count ?? 0) + 1
    const pauseMs = Math.min(longestPauseMs, 15_000 * 2 ** (count - 1))
    const since = pair.failing?.since ?? now
    await store.markFailing(pair.revision, {
      since,
      count,
      reason,
      notBefore: new Date(now.getTime() + pauseMs),
    })
    const told = { reason, count, since }
    if (accessOf(pair)) log.warn(told, 'zalo: tokens could not be refreshed; the old ones work still')
    else log.error(told, 'zalo: tokens could not be refreshed; nothing can be sent')
    return { kind: 'unavailable', reason }
  }

  function pairOf(grant: Grant, seedDigest = seed && digestOf(seed)): TokenPair {
    return {
      appId,
      access: { token: grant.accessToken, expiresAt: grant.accessExpiresAt },
      refreshToken: grant.refreshToken,
      refreshedAt: grant.grantedAt,
      refreshExpiresAt: grant.refreshExpiresAt,
      ...(seedDigest === undefined ? {} : { seedDigest }),
    }
  }

  async function raise(alarm: TokenAlarm): Promise<void> {
    try {
      await parts.onAlarm?.(alarm)
    } catch (err) {
      log.error({ err, kind: alarm.kind }, 'zalo: an alarm about the tokens could not be passed on')
    }
  }

  function stateOf(pair: StoredPair | undefined): TokenState {
    if (!pair) return { kind: 'never-given' }
    const { lost, failing, access, refreshExpiresAt: consentUntil } = pair
    if (lost) return { kind: 'lost', since: lost.at, code: lost.code }
    if (failing) {
      const { since, reason } = failing
      return {
        kind: 'failing',
        since,
        reason,
        consentUntil,
        ...(access ? { accessUntil: access.expiresAt } : {}),
      }
    }
    const isEnding = access !== undefined && consentUntil.getTime() - nowMs() < endingMs
    return { kind: isEnding ? 'ending' : 'working', consentUntil }
  }

  return {
    async current() {
      const isFresh = cached && nowMs() - cached.atMs < cacheMs && !unsaved
      const pair = isFresh ? cached?.pair : await read()
      return accessOf(pair) ?? refresh(pair?.revision)
    },

    async renew(refused) {
      if (renewedRecently?.token === refused && nowMs() - renewedRecently.atMs < renewedRecentlyMs) {
        return { kind: 'refused-again' }
      }
      const pair = await read()
      if (pair?.access?.token !== refused) return accessOf(pair) ?? refresh(pair?.revision)
      const outcome = await refresh(pair.revision)
      if (outcome.kind === 'access') renewedRecently = { token: outcome.token, atMs: nowMs() }
      return outcome
    },

    async adopt(grant) {
      for (;;) {
        const stored = await store.read()
        if (await store.replace(stored?.revision, pairOf(grant, stored?.seedDigest))) return
      }
    },

    async refreshWhenDue() {
      const pair = await read()
      const isDue = !pair?.access || nowMs() - pair.refreshedAt.getTime() >= dueAfterMs
      const outcome = (isDue ? undefined : accessOf(pair)) ?? (await refresh(pair?.revision))
      const state = stateOf(await read())
      if (state.kind === 'lost') await raise(lostAlarm(state.since, state.code))
      const consentUntil = 'consentUntil' in state ? state.consentUntil : undefined
      if (consentUntil && pair?.access && consentUntil.getTime() - nowMs() < endingMs) {
        log.error({ consentUntil }, 'zalo: the consent ends soon; run npm run zalo:authorize')
        await raise({ kind: 'ending', id: `ending:${consentUntil.toISOString()}`, consentUntil })
      }
      return outcome
    },

    async tryLostAgain() {
      return refresh((await read())?.revision, { ignoresLost: true })
    },

    state: async () => stateOf(await read()),

    async idle() {
      await underWay?.catch(() => {})
    },
  }
}

const lostAlarm = (at: Date, code: number): TokenAlarm => ({
  kind: 'lost',
  id: `lost:${at.toISOString()}`,
  code,
})

const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex')
