import type { Button, OutboundMessage } from '../../conversation/message.ts'
import { maxPayloadChars, maxTitleChars } from './limits.ts'
import { writeTap } from './tap-payload.ts'
import type { ZaloTexts } from './texts.ts'

/**
 * [disputed, zalo-openapi §3.2] Buttons under a text: without `template_type` (`{ buttons }`) has three witnesses, with
 * `template_type: 'button'` and the text inside is an older form. To change it, change this one function; when Zalo answers
 * -233 to it, the log says so and the same goes out as numbered text.
 */
const withButtons = (text: string, buttons: ZaloButton[]): Record<string, unknown> => ({
  text,
  attachment: { type: 'template', payload: { buttons } },
})

type ZaloButton =
  | { title: string; type: 'oa.query.hide'; payload: string }
  | { title: string; type: 'oa.open.url'; payload: { url: string } }
  | { title: string; type: 'oa.open.phone'; payload: { phone_code: string } }

export interface MessageBody {
  /** `message` of a request; sent one after the other. Only a text that leaves no room for its numbers needs two. */
  parts: Record<string, unknown>[]
  /** What the numbers mean that stand in the text, 1 first; absent without numbers. */
  numberedChoices?: string[]
}

export const maxTextPoints = 2000
const maxButtons = 5

/**
 * @param form `numbered`: for who cannot take buttons. A message of more than five buttons, which only those have that
 * nobody asked for, carries the rest as numbers in either form.
 */
export function messageBody(
  { text: given, buttons = [] }: Pick<OutboundMessage, 'text' | 'buttons'>,
  form: 'buttons' | 'numbered',
  texts: ZaloTexts,
): MessageBody {
  const text = given.normalize('NFC')
  const links = buttons.filter((button) => button.url !== undefined && !isOpenable(button.url))
  const shown = buttons.filter((button) => !links.includes(button))
  const asButtons = form === 'buttons' ? shown.slice(0, maxButtons) : []
  const asText = shown.slice(asButtons.length)
  const choices = shown.flatMap(({ choice }) => (choice === undefined ? [] : [choice]))
  const numbers = asText.flatMap(({ choice, label }) =>
    choice === undefined ? [] : [`${choices.indexOf(choice) + 1}. ${label}`],
  )
  const addresses = [...links, ...asText].flatMap(({ url, label }) =>
    url === undefined ? [] : [`${label}: ${url.replace(/^tel:/, '')}`],
  )
  const more = [...addresses, ...(numbers.length > 0 ? [numbered(numbers, asButtons.length > 0, texts)] : [])]
    .join('\n')
    .normalize('NFC')
  const [first, second] = joined(text, more)
  const last = second ?? first
  const body = asButtons.length > 0 ? withButtons(last, asButtons.map(toZalo)) : { text: last }
  return {
    parts: second === undefined ? [body] : [{ text: first }, body],
    ...(numbers.length > 0 ? { numberedChoices: choices } : {}),
  }
}

function joined(text: string, more: string): [string, string?] {
  if (more === '') return [text]
  const both = `${text}\n\n${more}`
  return [...both].length <= maxTextPoints ? [both] : [text, more]
}

function numbered(lines: string[], isMore: boolean, texts: ZaloTexts): string {
  const choices = lines.join('\n')
  return isMore ? texts.say('zalo.numbered-more', { choices }) : texts.say('zalo.numbered', { choices })
}

function toZalo({ label, choice, url }: Button): ZaloButton {
  const title = shortened(label.normalize('NFC'))
  if (choice !== undefined) return { title, type: 'oa.query.hide', payload: writeTap(choice) }
  return url!.startsWith('tel:')
    ? { title, type: 'oa.open.phone', payload: { phone_code: url!.slice('tel:'.length) } }
    : { title, type: 'oa.open.url', payload: { url: url! } }
}

function shortened(label: string): string {
  const points = [...label]
  return points.length <= maxTitleChars ? label : `${points.slice(0, maxTitleChars - 1).join('')}…`
}

const isOpenable = (url: string): boolean => url.startsWith('https://') || url.startsWith('tel:')

/** What is ours to get right, found before Zalo says it less clearly. */
export function faultOf({ text, buttons = [] }: OutboundMessage): string | undefined {
  if (text.trim() === '') return 'a message without text'
  const points = [...text.normalize('NFC')].length
  if (points > maxTextPoints) return `a text of ${points} characters, Zalo takes ${maxTextPoints}`
  for (const { label, choice, url } of buttons) {
    if (label.trim() === '') return 'a button without label'
    if ((choice === undefined) === (url === undefined))
      return 'a button needs a choice or an address, not both'
    if (choice !== undefined && [...writeTap(choice)].length > maxPayloadChars) {
      return 'the choice of a button is longer than Zalo takes'
    }
  }
  return undefined
}
