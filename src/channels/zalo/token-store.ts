/**
 * The token pair of the OA. The refresh token works once: whoever uses it must hold the lease, and the pair that comes back
 * must be stored before anything else happens (zalo-openapi §1.5).
 */
export interface TokenPair {
  /** Of the app that the pair belongs to; another app's pair is of no use. */
  appId: string
  /** Absent when the pair began with a refresh token alone. */
  access?: { token: string; expiresAt: Date }
  refreshToken: string
  /** When Zalo gave this refresh token, as far as is known. */
  refreshedAt: Date
  refreshExpiresAt: Date
  /** Digest of the setting `ZALO_REFRESH_TOKEN` that was used up, so that it is not used again. */
  seedDigest?: string
}

export interface StoredPair extends TokenPair {
  /** Counts the pairs: each one that is stored has a number of its own. */
  revision: number
  /** Zalo refused this refresh token for good; somebody must give consent. */
  lost?: { at: Date; code: number }
  /** Refreshes that failed without an answer of Zalo's since the pair was stored; the next not before that time. */
  failing?: { since: Date; count: number; notBefore: Date; reason: string }
}

/** Port; the Mongo one is `storage/zalo-token-store.ts`: one pair an installation, sealed. */
export interface ZaloTokenStore {
  read(): Promise<StoredPair | undefined>
  /**
   * Stores a new pair if the stored one is still number `revision` (`undefined`: if there is none), whoever holds the
   * lease; ends `lost` and `failing`. False: somebody else stored one.
   */
  replace(revision: number | undefined, pair: TokenPair): Promise<boolean>
  /** Only while that pair is still the stored one. */
  markLost(revision: number, lost: { at: Date; code: number }): Promise<boolean>
  markFailing(revision: number, failing: NonNullable<StoredPair['failing']>): Promise<boolean>
  /** One holder at a time over all processes; a dead one's ends at `until`. */
  takeLease(owner: string, now: Date, until: Date): Promise<boolean>
  /** Nothing happens when the lease is somebody else's by now. */
  giveLeaseBack(owner: string): Promise<void>
}
