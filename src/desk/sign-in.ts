import type { Clock } from '../lib/clock.ts'
import type { AuditLog } from './audit/audit-log.ts'
import { networkOf } from './network.ts'
import { foldUsername, type Officer, type OfficerStore } from './officer.ts'
import { createDecoyHash, verifyPassword } from './password.ts'
import { hashRecoveryCode, timeStepOf } from './second-step.ts'
import type { SecretBox } from './secret-box.ts'
import type { Session, Sessions, StartedSession } from './session.ts'
import type { AttemptKind, Throttle } from './throttle.ts'

export interface SignInParts {
  officers: OfficerStore
  sessions: Sessions
  throttle: Throttle
  audit: AuditLog
  clock: Clock
  box: SecretBox
}

export type SignInOutcome =
  | { kind: 'signed-in'; started: StartedSession }
  /** One outcome for no such officer, wrong password, disabled, and an outdated one-time password. */
  | { kind: 'refused' }
  | { kind: 'throttled'; minutes: number }

export type SecondStepOutcome =
  | { kind: 'passed'; started: StartedSession; withRecoveryCode: boolean }
  | { kind: 'refused' }
  | { kind: 'throttled'; minutes: number }

export interface SignIn {
  signIn(given: {
    username: string
    password: string
    address: string
    returnTo?: string
  }): Promise<SignInOutcome>
  /** `typed`: a code of the app or a recovery code. */
  passSecondStep(officer: Officer, session: Session, typed: string): Promise<SecondStepOutcome>
  /** For pages that ask for the password once more. */
  isOwnPassword(
    officer: Officer,
    session: Session,
    password: string,
  ): Promise<{ kind: 'right' | 'wrong' } | { kind: 'throttled'; minutes: number }>
}

export function createSignIn({ officers, sessions, throttle, audit, clock, box }: SignInParts): SignIn {
  const decoyHash = createDecoyHash()

  /** Minutes to wait when that was one try too many. */
  async function attempt(kind: AttemptKind, who: string, officerId: string, network: string) {
    const outcome = await throttle.attempt(kind, who)
    if (outcome.kind === 'allowed') return undefined
    if (outcome.isFirst) {
      await audit.append({
        officer: 'unknown',
        action: 'sign-in-throttled',
        subject: `officer:${officerId}`,
        detail: { limit: kind, network },
      })
    }
    return outcome.minutes
  }

  return {
    async signIn({ username: typed, password, address, returnTo }) {
      const username = foldUsername(typed)
      const network = networkOf(address)
      const found = await officers.findByUsername(username)
      const officerId = found?.officer.id ?? 'unknown'
      const waitMinutes =
        (await attempt('address', network, 'unknown', network)) ??
        (await attempt('username', username, officerId, network))
      if (waitMinutes !== undefined) return { kind: 'throttled', minutes: waitMinutes }

      // The same work whoever is asked for, so that time does not tell who exists.
      const isRight = await verifyPassword(found?.credentials.passwordHash ?? (await decoyHash), password)
      const oneTimeUntil = found?.credentials.oneTimeUntil
      const isOutdated = oneTimeUntil !== undefined && oneTimeUntil <= clock.now()
      if (!found || !isRight || isOutdated || found.officer.disabledAt) {
        await audit.append({
          officer: 'unknown',
          action: 'sign-in-failed',
          subject: `officer:${officerId}`,
          detail: { network },
        })
        return { kind: 'refused' }
      }
      await throttle.takeBack('address', network)
      await throttle.forget('username', username)
      const started = await sessions.start({
        officerId,
        network,
        ...(returnTo === undefined ? {} : { returnTo }),
      })
      await audit.append({
        officer: officerId,
        action: 'sign-in',
        subject: `officer:${officerId}`,
        detail: { network },
      })
      return { kind: 'signed-in', started }
    },

    async passSecondStep(officer, session, typed) {
      const { id } = officer
      const minutes = await attempt('code', id, id, session.network)
      if (minutes !== undefined) return { kind: 'throttled', minutes }
      const secondStep = (await officers.findCredentials(id))?.secondStep
      if (!secondStep) return { kind: 'refused' }
      const timeStep = timeStepOf(typed, box.open(secondStep.secret), clock.now())
      const withCode = timeStep !== undefined && (await officers.useTimeStep(id, timeStep))
      const withRecoveryCode = !withCode && (await officers.useRecoveryHash(id, hashRecoveryCode(typed)))
      if (!withCode && !withRecoveryCode) {
        await audit.append({
          officer: 'unknown',
          action: 'second-step-failed',
          subject: `officer:${id}`,
          detail: { network: session.network },
        })
        return { kind: 'refused' }
      }
      await throttle.forget('code', id)
      if (withRecoveryCode) {
        await audit.append({ officer: id, action: 'recovery-code-used', subject: `officer:${id}` })
      }
      const started = await sessions.renew(session, { secondStepAt: clock.now() })
      return { kind: 'passed', started, withRecoveryCode }
    },

    async isOwnPassword(officer, session, password) {
      const minutes = await attempt('username', officer.username, officer.id, session.network)
      if (minutes !== undefined) return { kind: 'throttled', minutes }
      const credentials = await officers.findCredentials(officer.id)
      if (!credentials || !(await verifyPassword(credentials.passwordHash, password)))
        return { kind: 'wrong' }
      await throttle.forget('username', officer.username)
      return { kind: 'right' }
    },
  }
}
