/** What the console of the app and of the OA says; a test hands the same to the service. */
export interface OaIdentity {
  appId: string
  appSecret: string
  /** Signs webhooks; not the app secret. */
  oaSecretKey: string
  oaId: string
  /** "Official Account Callback Url"; the permission page wants it byte by byte. */
  redirectUri: string
  name: string
}

/** Points at which public sources contradict each other, and switches of the console; all may be changed while it runs. */
export interface Behaviour {
  /** The app's switch "appsecret_proof". */
  demandsProof: boolean
  /** Requests a minute of the app. */
  requestsPerMinute: number
  /** What an answered send says of its quota; the field was to disappear in 2026. */
  answersQuota: 'absent' | 'numbers' | 'strings'
  /** Form in which buttons of a text are taken; the other form is refused with -233. */
  buttonForm: 'without-template-type' | 'template-type-button' | 'none'
  /** Media and buttons in one message (one source says that it works). */
  takesButtonsWithMedia: boolean
  /** The key that an uploaded document is named by. */
  fileKey: 'token' | 'attachment_id'
  /** Where a template by person id names the person. */
  templateRecipient: 'flat' | 'recipient'
  ratingMethod: 'GET' | 'POST'
  /** A template by phone without `tracking_id` is refused. */
  demandsTrackingId: boolean
  /** Every send through the interface comes back as `oa_send_*` without `admin_id`. */
  echoesOwnSends: boolean
  /** `user_received_message` (and, of templates by phone, always) after every send. */
  sendsReceipts: boolean
  /** The challenge saved in the console, where one is: then the one in the permission link does not count. */
  consoleChallenge?: string
  /** Fetches the address of a picture twice, as its sister platform does; unreachable: -200. */
  fetchesImages: boolean
  /** Form of signed webhooks. */
  macTerm: 'app' | 'oa'
  macPrefix: 'mac=' | ''
  json: JsonForm
  /** Delays of the retry ladder counted from the first try, or each from the one before. */
  ladderFrom: 'first' | 'previous'
  /** What is tried again: only what could not be connected to, or everything but 200 within two seconds. */
  retriesAfter: 'no-connection' | 'any-failure'
  /** How long the webhook may take; wall time. */
  webhookTimeoutMs: number
}

/** `escaped`: `\u00e0`; `spaced`: blanks between; `reversed`: keys in the opposite order; `numbers`: timestamp not quoted. */
export type JsonForm = 'plain' | 'escaped' | 'spaced' | 'reversed' | 'numbers'

/** What may be wrong with the account, each with the code that Zalo answers. All is well at first. */
export interface Account {
  /** -209 */
  isAppActive: boolean
  /** -212 */
  isApiRegistered: boolean
  /** -204 */
  isDisabled: boolean
  /** -223 */
  isAuthorised: boolean
  /** -221 */
  isVerified: boolean
  /** -224 on messages */
  mayMessage: boolean
  /** -320; by phone -136 */
  isZcaLinked: boolean
  /** -321; by phone -115 */
  zcaBalanceVnd: number
  /** Billed consultation messages of the package, used before money is; then -211 unless a ZCA is linked. */
  packageQuota: number
  /** Templates by phone a day: -144 */
  dailyTemplateQuota: number
  /** Uploads a month: -211 */
  monthlyUploads: number
  packageName: string
  /** 4: state agency */
  oaType: 2 | 4
  quality: 'HIGH' | 'MEDIUM' | 'LOW' | 'UNDEFINED'
}

export const testIdentity: OaIdentity = {
  appId: '1234567890123456789',
  appSecret: 'app-secret-for-tests',
  oaSecretKey: 'oa-secret-key-for-tests',
  oaId: '9876543210987654321',
  redirectUri: 'https://motcua.example.vn/zalo/callback',
  name: 'Một cửa phường Thử Nghiệm',
}

export const usualBehaviour = (): Behaviour => ({
  demandsProof: false,
  requestsPerMinute: 4000,
  answersQuota: 'numbers',
  buttonForm: 'without-template-type',
  takesButtonsWithMedia: false,
  fileKey: 'token',
  templateRecipient: 'flat',
  ratingMethod: 'GET',
  demandsTrackingId: true,
  echoesOwnSends: true,
  sendsReceipts: false,
  fetchesImages: false,
  macTerm: 'app',
  macPrefix: 'mac=',
  json: 'plain',
  ladderFrom: 'previous',
  retriesAfter: 'any-failure',
  webhookTimeoutMs: 2000,
})

export const goodAccount = (): Account => ({
  isAppActive: true,
  isApiRegistered: true,
  isDisabled: false,
  isAuthorised: true,
  isVerified: true,
  mayMessage: true,
  isZcaLinked: true,
  zcaBalanceVnd: 1_000_000,
  packageQuota: 0,
  dailyTemplateQuota: 500,
  monthlyUploads: 5000,
  packageName: 'Growth',
  oaType: 4,
  quality: 'HIGH',
})
