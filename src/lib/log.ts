import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger

/**
 * Fields that could carry what people write or who they are. They must not be logged at all; the list is the second
 * net under that rule (a test sends canaries through every route and greps the log).
 */
const personalFields = ['text', 'name', 'phone', 'token', 'secret', 'password', 'senderId', 'conversationId']

export interface LogOptions {
  level: string
  destination?: DestinationStream
}

/** error = someone must act; warn = worse but coping; info = worth counting; debug = for developers. */
export function createLog({ level, destination }: LogOptions): Log {
  const options = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: personalFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[removed]',
    },
    serializers: { err: serializeError },
  }
  return destination ? pino(options, destination) : pino(options)
}

/**
 * Platform errors carry tokens in URLs and people's words in payloads, so only what we know to be harmless is kept:
 * class, code, and the stack's frames without the message line.
 */
function serializeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const code: unknown = 'code' in error ? error.code : undefined
  return {
    type: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(error.name === 'AppError' ? { message: error.message } : {}),
    stack: frames.slice(0, 8).join('\n'),
    ...(error.cause === undefined ? {} : { cause: serializeError(error.cause) }),
  }
}
