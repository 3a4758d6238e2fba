/** The addresses of Zalo's servers; others in tests and in the sandbox. */
export interface ZaloHosts {
  oauth: string
  openapi: string
  business: string
}

export const zaloHosts: ZaloHosts = {
  oauth: 'https://oauth.zaloapp.com',
  openapi: 'https://openapi.zalo.me',
  business: 'https://business.openapi.zalo.me',
}

export interface ZaloSettings {
  appId: string
  appSecret: string
  /** Signs webhooks; not the app secret. */
  oaSecretKey: string
  /** Second candidate in the signature and sender of our own echoes; learnt from `getoa` and webhooks when absent. */
  oaId?: string
  hosts: ZaloHosts
  /** Sends the header `appsecret_proof` with every call; the app may demand it. */
  sendsProof: boolean
  /** Billed answers between 48 hours and seven days after the last interaction. */
  mayPay: boolean
}
