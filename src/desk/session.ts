import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import type { Sealed } from './secret-box.ts'

/** What the browser's cookie stands for. The cookie's value itself is nowhere but in the browser. */
export interface Session {
  /** Hash of the cookie's value. */
  id: string
  officerId: string
  /** Comes back with every POST, so that no other site can make the browser send one. */
  formToken: string
  createdAt: Date
  lastSeenAt: Date
  /** When the second step was passed. */
  secondStepAt?: Date
  /** The secret that the officer is being asked to add to an app; used once confirmed. */
  enrolling?: Sealed
  /** Where the officer wanted to go before signing in. */
  returnTo?: string
  /** Said once, on the next page. */
  notice?: string
  /** Of the address at sign-in, for the officer to recognise. */
  network: string
}

export type SessionChange = Partial<Pick<Session, 'lastSeenAt' | 'enrolling' | 'returnTo' | 'notice'>>

export interface SessionStore {
  /** `forgetAt`: from then on the session may be removed. */
  insert(session: Session, forgetAt: Date): Promise<void>
  find(id: string): Promise<Session | undefined>
  /** A field that is `undefined` is removed. */
  change(id: string, change: SessionChange): Promise<void>
  remove(id: string): Promise<void>
  removeOfOfficer(officerId: string, exceptId?: string): Promise<void>
  ofOfficer(officerId: string): Promise<Session[]>
}

export const sessionLimits = { idleMs: 30 * 60_000, absoluteMs: 10 * 3_600_000 } as const
/** Not every request needs a write; the idle limit is that much less exact. */
const touchEveryMs = 60_000

export interface Sessions {
  /** A new session; `token` goes into the cookie. */
  start(of: Pick<Session, 'officerId' | 'network' | 'returnTo' | 'secondStepAt'>): Promise<StartedSession>
  /** The living session of a cookie; counts as being seen. */
  find(token: string): Promise<Session | undefined>
  /** The same session under a new id: after every gain of rights. */
  renew(session: Session, gained?: Pick<Session, 'secondStepAt'>): Promise<StartedSession>
  change(session: Session, change: SessionChange): Promise<void>
  end(session: Session): Promise<void>
  endAllOf(officerId: string, except?: Session): Promise<void>
  /** Living ones, the newest first. */
  listOf(officerId: string): Promise<Session[]>
}

export interface StartedSession {
  token: string
  session: Session
}

export function createSessions({ store, clock }: { store: SessionStore; clock: Clock }): Sessions {
  function isAlive(session: Session, nowMs: number): boolean {
    return (
      nowMs < session.lastSeenAt.getTime() + sessionLimits.idleMs &&
      nowMs < session.createdAt.getTime() + sessionLimits.absoluteMs
    )
  }

  async function insert(session: Omit<Session, 'id'>): Promise<StartedSession> {
    const token = randomBytes(32).toString('base64url')
    const stored = { ...session, id: hashToken(token) }
    await store.insert(stored, new Date(session.createdAt.getTime() + sessionLimits.absoluteMs))
    return { token, session: stored }
  }

  return {
    async start(of) {
      const now = clock.now()
      return insert({ ...of, formToken: newFormToken(), createdAt: now, lastSeenAt: now })
    },

    async find(token) {
      const session = await store.find(hashToken(token))
      if (!session) return undefined
      const now = clock.now()
      if (!isAlive(session, now.getTime())) {
        await store.remove(session.id)
        return undefined
      }
      if (now.getTime() - session.lastSeenAt.getTime() >= touchEveryMs) {
        await store.change(session.id, { lastSeenAt: now })
      }
      return session
    },

    async renew(session, gained) {
      const { id, enrolling: _enrolling, ...kept } = session
      const renewed = await insert({ ...kept, ...gained, formToken: newFormToken(), lastSeenAt: clock.now() })
      await store.remove(id)
      return renewed
    },

    change: (session, change) => store.change(session.id, change),
    end: (session) => store.remove(session.id),
    endAllOf: (officerId, except) => store.removeOfOfficer(officerId, except?.id),

    async listOf(officerId) {
      const nowMs = clock.now().getTime()
      return (await store.ofOfficer(officerId)).filter((session) => isAlive(session, nowMs))
    },
  }
}

/** The token has 256 random bits, so a fast hash keeps it. */
function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

const newFormToken = () => randomBytes(24).toString('base64url')

export function isFormToken(session: Session, given: unknown): boolean {
  if (typeof given !== 'string') return false
  const [a, b] = [Buffer.from(given), Buffer.from(session.formToken)]
  return a.length === b.length && timingSafeEqual(a, b)
}
