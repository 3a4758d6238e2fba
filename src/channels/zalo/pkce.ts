import { createHash, randomBytes } from 'node:crypto'

/** 32 random bytes as 43 characters of base64url (zalo-openapi §1.2). */
export const makePkceVerifier = (): string => randomBytes(32).toString('base64url')

/** The `code_challenge` that belongs to a verifier. */
export const pkceChallenge = (verifier: string): string =>
  createHash('sha256').update(verifier, 'ascii').digest('base64url')
