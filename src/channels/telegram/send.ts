import { Buffer } from 'node:buffer'
import type { InlineKeyboardButton } from 'telegraf/types'
import type { Button, OutboundMessage } from '../../conversation/message.ts'
import type { Log } from '../../lib/log.ts'
import type { SendResult } from '../channel.ts'
import type { ApiOutcome, BotApi } from './bot-api.ts'
import { type GroupPace, maxChoiceBytes } from './limits.ts'

interface SendPart {
  api: BotApi
  groupPace: GroupPace
  log: Log
}

/** Sends one bubble as plain text: no `parse_mode`, so nothing that people or officers wrote can break it. */
export async function sendMessage(
  { api, groupPace, log }: SendPart,
  conversationId: string,
  message: OutboundMessage,
): Promise<SendResult> {
  const fault = faultOf(conversationId, message)
  if (fault !== undefined) {
    log.error({ outboundId: message.id, fault }, 'message that Telegram can never take')
    return { kind: 'rejected', reason: fault }
  }
  const waitMs = groupPace.waitMs(conversationId)
  if (waitMs > 0) return { kind: 'retry', reason: 'twenty messages a minute to a group', afterMs: waitMs }

  const { keyboard, links } = layOut(message.buttons ?? [])
  const outcome = await api.call('sendMessage', {
    chat_id: conversationId,
    text: [message.text, ...links].join('\n'),
    link_preview_options: { is_disabled: true },
    // Cannot be forwarded or saved by an accidental tap; Telegram keeps the chat, which is not ours to forget.
    ...(message.isSecret ? { protect_content: true } : {}),
    ...(keyboard.length > 0 ? { reply_markup: { inline_keyboard: keyboard } } : {}),
  })
  const result = resultOf(outcome)
  if (outcome.kind === 'refused' && isTokenRefused(outcome.status)) {
    log.error({ status: outcome.status }, 'Telegram no longer takes our token; messages wait')
  }
  return result
}

/** 401: a token once valid. 404: nothing that looks like one. */
export function isTokenRefused(status: number): boolean {
  return status === 401 || status === 404
}

/** What is ours to get right, said before Telegram says it less clearly. */
function faultOf(conversationId: string, { text, buttons = [] }: OutboundMessage): string | undefined {
  if (!/^-?\d+$/.test(conversationId)) return 'not the id of a Telegram chat'
  if (text.trim() === '') return 'a message without text'
  for (const { choice, url, label } of buttons) {
    if (label.trim() === '') return 'a button without label'
    if ((choice === undefined) === (url === undefined))
      return 'a button needs a choice or an address, not both'
    if (choice === '') return 'a button with an empty choice'
    if (choice !== undefined && Buffer.byteLength(choice) > maxChoiceBytes) {
      return `the choice of a button has ${Buffer.byteLength(choice)} bytes, Telegram takes ${maxChoiceBytes}`
    }
  }
  return undefined
}

/** So long that two such labels fit side by side on a small phone. */
const shortLabel = 14

function layOut(buttons: Button[]): { keyboard: InlineKeyboardButton[][]; links: string[] } {
  const keyboard: InlineKeyboardButton[][] = []
  const links: string[] = []
  let isOpen = false
  for (const button of buttons) {
    const { label, choice, url } = button
    if (url !== undefined && !isPublicAddress(url)) {
      links.push(`${label}: ${url}`)
      continue
    }
    const key: InlineKeyboardButton =
      url === undefined ? { text: label, callback_data: choice! } : { text: label, url }
    const isShort = label.length <= shortLabel
    if (isOpen && isShort) keyboard.at(-1)!.push(key)
    else keyboard.push([key])
    isOpen = isShort && !isOpen
  }
  return { keyboard, links }
}

/**
 * Telegram refuses a whole message for one button to a host without a dot, such as `localhost`; there the address stands
 * in the text.
 */
function isPublicAddress(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return (protocol === 'https:' || protocol === 'http:') && hostname.includes('.')
}

/**
 * Telegram gives these as 400 and tells them apart by their words only. Seen in public lists of its answers
 * (https://github.com/TelegramBotAPI/errors), read 2026-11-23.
 */
const chatIsGone =
  /chat not found|user not found|peer_id_invalid|group is deactivated|upgraded to a supergroup|not enough rights to send|no rights to send|chat_write_forbidden/i

function resultOf(outcome: ApiOutcome): SendResult {
  switch (outcome.kind) {
    case 'done':
      return { kind: 'sent' }
    case 'failed':
      return { kind: 'retry', reason: outcome.reason }
    case 'refused': {
      const reason = `${outcome.status} ${outcome.description}`.trim()
      if (outcome.status === 429) {
        const { retryAfterMs } = outcome
        return { kind: 'retry', reason, ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }) }
      }
      // A fault of ours and not of the message: it waits until the token is right.
      if (isTokenRefused(outcome.status)) return { kind: 'retry', reason }
      if (outcome.status === 403 || outcome.hasMoved) return { kind: 'unreachable', reason }
      if (outcome.status === 400 && chatIsGone.test(outcome.description))
        return { kind: 'unreachable', reason }
      return { kind: 'rejected', reason }
    }
  }
}
