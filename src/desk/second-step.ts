import { createHash } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { newCode } from './password.ts'

/** Time-based codes (RFC 6238) as every authenticator app makes them: SHA-1, six digits, 30 seconds. */
const stepSeconds = 30
const settings = { algorithm: 'SHA1', digits: 6, period: stepSeconds } as const

/** Base32, 160 bits as RFC 4226 recommends. */
export function newSecondStepSecret(): string {
  return new Secret({ size: 20 }).base32
}

/** What the QR code says to the app. */
export function enrolmentUri(secret: string, labels: { issuer: string; username: string }): string {
  const { issuer, username } = labels
  return new TOTP({ ...settings, issuer, label: username, secret: Secret.fromBase32(secret) }).toString()
}

/**
 * The time step that a code stands for, when it is the one of now or of a neighbouring half minute (clocks of phones
 * differ). The caller sees to it that a step is used once.
 */
export function timeStepOf(code: string, secret: string, now: Date): number | undefined {
  const token = code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return undefined
  const totp = new TOTP({ ...settings, secret: Secret.fromBase32(secret) })
  const delta = totp.validate({ token, timestamp: now.getTime(), window: 1 })
  return delta === null ? undefined : Math.floor(now.getTime() / 1000 / stepSeconds) + delta
}

const recoveryCodes = 8

/** To be noted on paper, each for one sign-in without the phone. 79 bits each, so a plain hash keeps them. */
export function newRecoveryCodes(): { codes: string[]; hashes: string[] } {
  const codes = Array.from({ length: recoveryCodes }, () => newCode(4))
  return { codes, hashes: codes.map(hashRecoveryCode) }
}

export function hashRecoveryCode(typed: string): string {
  const letters = typed.toLowerCase().replace(/[^a-z0-9]/g, '')
  return createHash('sha256').update(letters).digest('base64url')
}
