/** What one of Zalo's servers says. A string body goes out as it is, anything else as JSON. */
export interface Answer {
  status?: number
  headers?: Record<string, string>
  body: unknown
}

export const success = (data?: unknown): Answer => ({
  body: { error: 0, message: 'Success', ...(data === undefined ? {} : { data }) },
})

export const refusal = (error: number, message: string): Answer => ({ body: { error, message } })

/** The other shape of an error, on the OAuth host. */
export const oauthRefusal = (error: number, errorName: string, reason = ''): Answer => ({
  body: {
    error,
    error_name: errorName,
    error_reason: reason,
    error_description: reason,
    ref_doc: 'https://developers.zalo.me/docs/official-account',
  },
})

export const invalid = (field: string) => refusal(-201, `${field} is invalid!`)

/** Texts of openapi.zalo.me that more than one place answers. */
export const openapi = {
  rateLimit: refusal(-32, 'Your application reached limit call api'),
  expiredUpload: refusal(-100, 'attachment_id was expired'),
  sendFailed: refusal(-200, 'Send message failed'),
  disabled: refusal(-204, 'Official Account is disabled'),
  appInactive: refusal(-209, 'Not supported this api'),
  overLimit: refusal(-210, 'Parameter exceeds allowable limit'),
  outOfQuota: refusal(-211, 'Out of quota'),
  notRegistered: refusal(-212, 'App has not registered this api'),
  notFollower: refusal(-213, 'User has not followed OA'),
  badToken: refusal(-216, 'Access token is invalid'),
  deadToken: refusal(-220, 'access_token is expired or removed'),
  notVerified: refusal(-221, 'OA is not verified'),
  notAuthorised: refusal(-223, 'OA has not authorized the application to use this api'),
  noPackage: refusal(-224, 'OA needs to upgrade its package to use this feature'),
  windowClosed: refusal(-230, 'User has not interacted with the OA in the past 7 days'),
  neverInteracted: refusal(-232, 'User has not interacted with the OA, or the interaction has expired'),
  badType: refusal(-233, 'message type is invalid or not support'),
  night: refusal(-234, 'This message type is not allowed to be sent at night'),
  oldApi: refusal(-240, 'Message API v2 has been shut down'),
  badProof: refusal(-242, 'appsecret_proof is invalid'),
  notByUid: refusal(-249, 'Template cannot be sent by user id'),
  noZca: refusal(-320, 'Zalo Cloud Account is not linked'),
  noMoney: refusal(-321, 'Zalo Cloud Account is out of money'),
}
