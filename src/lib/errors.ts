/**
 * Broken promises: the network, the database, our own bugs. Foreseen outcomes are values instead (a union with
 * `kind`). Each edge decides in one place what follows: retry, apologise, alert.
 */
export const errorCodes = {
  CONFIG_INVALID: 'settings are missing or wrong',
  CONTENT_INVALID: 'a file in data/ or intents/ is wrong',
  STORAGE_UNAVAILABLE: 'the database does not answer',
  SEALED_UNREADABLE: 'a sealed record does not open: another key, another place or a changed byte',
  TURN_TIMED_OUT: 'a dialog did not finish in time',
  CHANNEL_SEND_FAILED: 'a platform did not take a message',
  START_FAILED: 'a part of the service did not start',
} as const

export type ErrorCode = keyof typeof errorCodes

export interface AppErrorOptions {
  retryable?: boolean
  cause?: unknown
}

/** `message` is English, for the log; people get a Vietnamese text chosen by key. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly retryable: boolean

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.retryable = options.retryable ?? false
  }
}
