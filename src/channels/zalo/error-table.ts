import type { ZaloHost } from './api.ts'

/** What to do about an error of Zalo (`token`: refresh once, repeat once). */
export type ErrorClass =
  | 'token'
  /** Wait and try again, some times. */
  | 'busy'
  /** Out of quota until it is filled again. */
  | 'quota'
  /** Not at night. */
  | 'night'
  /** The uploaded file is gone: upload again, repeat once. */
  | 'upload'
  /** This message will never be taken. */
  | 'message'
  /** This person cannot be reached now, or at all; nothing is wrong with the message. */
  | 'person'
  /** Somebody at the office must mend a setting, pay, or give consent; sending stops. */
  | 'office'

export interface ZaloError {
  errorClass: ErrorClass
  /** In our words, for the log. */
  meaning: string
  /** Of `busy`: no more repeats than this, then it counts as `message`. */
  maxRepeats?: number
  /** Of `message`: somebody must be told all the same. */
  isAlarming?: true
  /** False: the code is in no table; see `findZaloError`. */
  isKnown: boolean
}

type Row = readonly [codes: number | readonly number[], errorClass: ErrorClass, meaning: string]
type Host = Exclude<ZaloHost, 'oauth'>

/** zalo-openapi §7.1 and §7.2: the same number means different things on the two servers. */
const tables: Record<Host, readonly Row[]> = {
  openapi: [
    [-32, 'busy', 'over the limit of calls a minute, of the app or of the OA'],
    [-100, 'upload', 'the attachment id was expired'],
    [-124, 'token', 'the access token is invalid (the code of the other server)'],
    [-200, 'busy', 'sending failed'],
    [-201, 'message', 'a field is invalid'],
    [[-204, -205], 'office', 'the OA is disabled or does not exist'],
    [[-207, -208, -222], 'message', 'an old code without a page'],
    [-209, 'office', 'the app is not activated'],
    [-210, 'message', 'a parameter is over its limit'],
    [-211, 'quota', 'out of quota'],
    [-212, 'office', 'the app has not registered this API'],
    [-213, 'person', 'the person does not follow the OA'],
    [-214, 'message', 'an article is being processed'],
    [-215, 'office', 'the app id is invalid'],
    [-216, 'token', 'the access token is invalid'],
    [-217, 'person', 'the person blocked invitations'],
    [-218, 'person', 'the person received as much as they may'],
    [-219, 'office', 'the app was removed or disabled'],
    [-220, 'token', 'the access token is expired or removed'],
    [-221, 'office', 'the OA must be verified'],
    [-223, 'office', 'the OA has not authorised this API'],
    [-224, 'office', 'the OA must upgrade its package'],
    [-227, 'person', 'the person is banned or inactive'],
    [-230, 'person', 'no interaction within 7 days'],
    [-232, 'person', 'no interaction, or it is expired'],
    [-233, 'message', 'the type of message is invalid or not supported'],
    [-234, 'night', 'not at night'],
    [-235, 'office', 'the type of the OA is not supported by this API'],
    [[-237, -238, -241], 'message', 'the group or the asset cannot be used'],
    [-240, 'message', 'the old message API is shut down'],
    [-242, 'office', 'appsecret_proof is invalid'],
    [-244, 'person', 'the person does not want this type from the OA'],
    [-248, 'message', "the message violates the platform's standards"],
    [-249, 'message', 'the template cannot be sent by user id'],
    [-305, 'person', 'no reply after 48 hours'],
    [-311, 'quota', 'out of quota of replies'],
    [[-320, -321], 'office', 'the Zalo Cloud Account is missing or out of money'],
    [-403, 'message', 'the OA is not in the group'],
    [[-1340, -1341], 'message', 'the form is missing or not open to us'],
    // Seen by others for tokens that were refused.
    [[216, 401, -401], 'token', 'the access token is refused'],
  ],
  business: [
    [-100, 'busy', 'an unknown error, try later'],
    [[-101, -102, -103, -104, -105], 'office', 'the app is invalid, inactive or not linked to the OA'],
    [-106, 'message', 'the method is not supported'],
    [-107, 'message', 'the message id is invalid'],
    [-108, 'message', 'the telephone number is invalid'],
    [-109, 'message', 'the template id is invalid'],
    [-1091, 'message', 'the template cannot be edited'],
    [-110, 'person', "the person's Zalo is too old"],
    [[-111, -112], 'message', 'the data is empty or its type undefined'],
    [-1121, 'message', 'a parameter is too long'],
    [[-1122, -1124], 'message', 'a parameter is missing or of a bad format'],
    [-1123, 'busy', 'the QR code could not be made'],
    [[-113, -1131], 'message', 'a button is invalid'],
    [-114, 'person', 'the person cannot receive'],
    [-115, 'office', 'out of quota or of money'],
    [-116, 'message', 'the content is invalid'],
    [-117, 'office', 'no right to the template'],
    [-118, 'person', 'there is no Zalo account'],
    [-119, 'person', 'the account cannot receive'],
    [[-120, -1201, -1202], 'office', 'the OA lacks a permission'],
    [[-121, -122], 'message', 'the body is empty or not JSON'],
    [-123, 'message', 'RSA decoding failed'],
    [-124, 'token', 'the access token is invalid'],
    [-1241, 'office', 'appsecret_proof is invalid'],
    [-125, 'office', 'the OA id is invalid'],
    [[-126, -127], 'message', 'development mode: wallet empty, or only for admins'],
    [[-128, -129], 'message', 'a key is missing or could not be made'],
    [-130, 'message', 'the content is too long'],
    [-131, 'office', 'the template is not approved'],
    [-132, 'message', 'a parameter is invalid'],
    [-133, 'night', 'not at night'],
    [-134, 'message', 'unused'],
    [[-135, -1351], 'office', 'the OA may not send templates, or is blocked'],
    [[-136, -137], 'office', 'a Zalo Cloud Account is needed, or charging it failed'],
    [[-138, -1381], 'office', 'the app or the extension lacks a permission'],
    [-139, 'person', 'the person refuses this type'],
    [-140, 'person', 'the person is not eligible'],
    [-141, 'person', 'the person refuses this OA'],
    [[-142, -143], 'message', 'the RSA key is missing or there already'],
    [-144, 'quota', 'the daily limit of the OA'],
    [-1441, 'quota', 'the monthly quota of promotion'],
    [-145, 'office', 'the type is not allowed to the OA'],
    [-146, 'office', 'the template is disabled for low quality'],
    [-147, 'quota', 'the daily limit of the template'],
    [[-1471, -1472], 'person', 'the limit of this person by month or day'],
    [[-148, -149, -150, -1491], 'message', 'the journey token'],
    [[-151, -152, -153], 'message', 'end-to-end encryption or the specification of data'],
    [[-158, -159], 'message', 'the file is too large or of a wrong type'],
    [-160, 'quota', 'the daily quota of making and uploading'],
    [[-161, -162], 'message', 'sending_mode is wrong, or not for this tag'],
    [[216, 401, -401], 'token', 'the access token is refused'],
  ],
}

/** "B once, then P" of the table. */
const onceMore = new Set(['openapi:-200', 'business:-1123'])
const alarming = new Set(['openapi:-248'])

const errors = new Map<string, ZaloError>()
for (const host of ['openapi', 'business'] as const) {
  for (const [codes, errorClass, meaning] of tables[host]) {
    for (const code of typeof codes === 'number' ? [codes] : codes) {
      const key = `${host}:${code}`
      errors.set(key, {
        errorClass,
        meaning,
        isKnown: true,
        ...(onceMore.has(key) ? { maxRepeats: 1 } : {}),
        ...(alarming.has(key) ? { isAlarming: true } : {}),
      })
    }
  }
}

/**
 * What a code means on a server. A code that no table holds counts as `message`: nothing is known that a repeat would mend,
 * sending nothing twice is the smaller harm, and the log says that the table lacks it.
 */
export function findZaloError(host: Host, code: number): ZaloError {
  return errors.get(`${host}:${code}`) ?? unknownError
}

const unknownError: ZaloError = {
  errorClass: 'message',
  meaning: 'not in the table',
  isAlarming: true,
  isKnown: false,
}
