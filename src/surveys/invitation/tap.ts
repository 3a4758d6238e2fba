import { randomBytes } from 'node:crypto'
import { reservedQuestion } from '../questionnaire.ts'

/**
 * The payload of an answer button, `s1:<invitation>:<question>:<level>`. It needs no dialog: it means the same in any
 * state, in any order and after a restart. At most 64 bytes, Telegram's limit for `callback_data`
 * (https://core.telegram.org/bots/api#inlinekeyboardbutton, as of Bot API 9).
 */
export interface Tap {
  invitation: string
  question: string
  /** `0` is "chưa từng sử dụng"; of a question outside the index the number of its answer. */
  level: string
}

export type ParsedTap =
  | ({ kind: 'tap' } & Tap)
  /** "Do not ask me again", `s1:<invitation>:stop:0`. */
  | { kind: 'opt-out'; invitation: string }
  /** A button of an earlier or later program. */
  | { kind: 'other-version' }
  /** Looks like ours and is not: altered or made up. */
  | { kind: 'malformed' }
  /** Some other button; not for us. */
  | { kind: 'not-a-tap' }

const neverUsedLevel = '0'
const current = /^s1:([A-Za-z0-9_-]{16,24}):([A-Za-z0-9][A-Za-z0-9.-]{0,11}):([0-9])$/

/** 96 random bits: nobody guesses the invitation of another person. */
export function makeInvitationId(random: (bytes: number) => Buffer = randomBytes): string {
  return random(12).toString('base64url')
}

export function tapPayload(invitation: string, question: string, answer: number | 'never-used'): string {
  const payload = `s1:${invitation}:${question}:${answer === 'never-used' ? neverUsedLevel : answer}`
  if (!current.test(payload)) throw new RangeError('not the parts of a tap')
  return payload
}

export function optOutPayload(invitation: string): string {
  return tapPayload(invitation, reservedQuestion, 'never-used')
}

export function parseTap(choice: string): ParsedTap {
  const [, invitation, question, level] = current.exec(choice) ?? []
  if (invitation && question && level) {
    if (question !== reservedQuestion) return { kind: 'tap', invitation, question, level }
    return level === neverUsedLevel ? { kind: 'opt-out', invitation } : { kind: 'malformed' }
  }
  const version = /^s(\d{1,3}):/.exec(choice)?.[1]
  if (version === undefined) return { kind: 'not-a-tap' }
  return version === '1' ? { kind: 'malformed' } : { kind: 'other-version' }
}
