import { createHmac } from 'node:crypto'

/** The header `appsecret_proof` (zalo-openapi §1.6): unlike the `mac` of webhooks a real HMAC. */
export function appSecretProof(appSecret: string, accessToken: string): string {
  return createHmac('sha256', appSecret).update(accessToken).digest('hex')
}
