import type { OutboundMessage } from '../../conversation/message.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { SendResult } from '../channel.ts'
import type { EventStreams } from './event-streams.ts'
import { webSendLimits } from './limits.ts'
import type { Mailbox, StoredLine } from './mailbox.ts'

/** Long enough to copy a code on paper; a page that shows the message keeps it until it is left. */
const secretLifeMs = 10 * 60_000

/** Sent means: kept in the mailbox, from where every page of the conversation fetches it, now or after a reconnect. */
export async function sendToMailbox(
  parts: { mailbox: Mailbox; streams: EventStreams; clock: Clock; log: Log },
  conversationId: string,
  message: OutboundMessage,
): Promise<SendResult> {
  if (message.text.length > webSendLimits.maxTextChars) return { kind: 'rejected', reason: 'text too long' }
  if ((message.buttons?.length ?? 0) > webSendLimits.maxButtons) {
    return { kind: 'rejected', reason: 'too many buttons' }
  }
  const { mailbox, clock } = parts
  try {
    if (message.isSecret) {
      await mailbox.forget(conversationId)
      const expiresAt = new Date(clock.now().getTime() + secretLifeMs)
      await mailbox.append(conversationId, { from: 'bot', message }, { expiresAt })
    } else {
      await mailbox.append(conversationId, { from: 'bot', message })
    }
  } catch (error) {
    parts.log.warn({ err: error }, 'web message not kept, to be sent again')
    return { kind: 'retry', reason: 'mailbox does not answer' }
  }
  parts.streams.wake(conversationId)
  return { kind: 'sent' }
}

/**
 * One event of `GET /web/events`: a message of ours as a plain event, the person's own line as an event named `own`
 * whose id is the one that the page chose.
 */
export function toEvent(line: StoredLine): string {
  if (line.from === 'bot') {
    const { id, text, buttons, isSecret } = line.message
    const rest = { ...(buttons?.length ? { buttons } : {}), ...(isSecret ? { isSecret } : {}) }
    return frame(line.sequence, undefined, { id, text, ...rest })
  }
  const { id, text, choice } = line.message
  const ownId = id.slice(id.indexOf(':') + 1)
  return frame(line.sequence, 'own', text === undefined ? { id: ownId, choice } : { id: ownId, text })
}

/**
 * Tells the page that what it was told before is forgotten here and is to be forgotten there. The empty id makes a
 * browser reconnect without one, so that it is shown all that there is.
 */
export const clearEvent = 'id:\nevent: clear\ndata: {}\n\n'

function frame(sequence: number, name: string | undefined, data: unknown): string {
  // JSON has no raw line ends, so one data line is enough.
  return `id: ${sequence}\n${name ? `event: ${name}\n` : ''}data: ${JSON.stringify(data)}\n\n`
}
