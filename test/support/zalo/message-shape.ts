import { type Answer, invalid, openapi } from './answers.ts'
import type { Bubble, Button } from './bubbles.ts'
import { record } from './serve.ts'
import { codePoints, type World } from './world.ts'

/** What a person would see of a message, or why the message is refused. */
export type Shape =
  | { kind: 'good'; content: Pick<Bubble, 'text' | 'buttons' | 'image' | 'file' | 'infoForm' | 'quotes'> }
  | { kind: 'bad'; answer: Answer }

const maxTextChars = 2000
const maxButtons = 5

const bad = (answer: Answer): Shape => ({ kind: 'bad', answer })

/** Reads the `message` of a consultation send. */
export function readMessage(world: World, message: Record<string, unknown>): Shape {
  const text = message.text
  if (text !== undefined && typeof text !== 'string') return bad(invalid('text'))
  // Zalo counts characters of the composed form; the decomposed one of Vietnamese is longer and counts as it stands.
  if (text !== undefined && codePoints(text) > maxTextChars) return bad(openapi.overLimit)
  if (message.attachment === undefined) {
    if (!text?.trim()) return bad(invalid('text'))
    const quotes = typeof message.quote_message_id === 'string' ? message.quote_message_id : undefined
    return { kind: 'good', content: { text, buttons: [], quotes } }
  }
  const attachment = record(message.attachment)
  const payload = record(attachment.payload)
  if (attachment.type === 'file') return readFile(world, payload)
  if (attachment.type !== 'template') return bad(invalid('attachment'))
  return readTemplate(world, payload, text)
}

function readTemplate(world: World, payload: Record<string, unknown>, text: string | undefined): Shape {
  const { buttonForm } = world.behaviour
  switch (payload.template_type) {
    case undefined:
      return buttonForm === 'without-template-type' ? readButtons(payload, text) : bad(openapi.badType)
    case 'button': {
      const inner = typeof payload.text === 'string' ? payload.text : text
      return buttonForm === 'template-type-button' ? readButtons(payload, inner) : bad(openapi.badType)
    }
    case 'media':
      return readMedia(world, payload, text)
    case 'request_user_info':
      return readInfoForm(payload)
    default:
      return bad(openapi.badType)
  }
}

function readButtons(payload: Record<string, unknown>, text: string | undefined): Shape {
  if (!text?.trim()) return bad(invalid('text'))
  const buttons = buttonsOf(payload.buttons)
  return buttons ? { kind: 'good', content: { text, buttons } } : bad(invalid('buttons'))
}

function readMedia(world: World, payload: Record<string, unknown>, text: string | undefined): Shape {
  const elements = Array.isArray(payload.elements) ? payload.elements.map(record) : []
  if (elements.length !== 1) return bad(invalid('elements'))
  const { media_type: kind, url, attachment_id: attachmentId, width, height } = elements[0]!
  if (kind !== 'image' && kind !== 'gif' && kind !== 'sticker') return bad(invalid('media_type'))
  if (kind === 'gif' && !(Number(width) > 0 && Number(height) > 0)) return bad(invalid('width'))
  if ((url === undefined) === (attachmentId === undefined)) return bad(invalid('url'))
  if (url !== undefined && !isWebAddress(url)) return bad(invalid('url'))
  let buttons: Button[] | undefined = []
  if (payload.buttons !== undefined) {
    if (!world.behaviour.takesButtonsWithMedia) return bad(openapi.badType)
    buttons = buttonsOf(payload.buttons)
    if (!buttons) return bad(invalid('buttons'))
  }
  if (kind === 'sticker') {
    if (typeof attachmentId !== 'string' || !attachmentId) return bad(invalid('attachment_id'))
    return { kind: 'good', content: { text, buttons, image: { attachmentId, kind } } }
  }
  if (attachmentId !== undefined) {
    const upload = world.uploads.get(String(attachmentId))
    if (!upload || upload.expiresAt <= world.clock.now()) return bad(openapi.expiredUpload)
    if (upload.kind !== kind) return bad(invalid('attachment_id'))
    return { kind: 'good', content: { text, buttons, image: { attachmentId: String(attachmentId), kind } } }
  }
  return { kind: 'good', content: { text, buttons, image: { url: String(url), kind } } }
}

function readFile(world: World, payload: Record<string, unknown>): Shape {
  const key = payload[world.behaviour.fileKey]
  if (typeof key !== 'string') return bad(invalid(world.behaviour.fileKey))
  const upload = world.uploads.get(key)
  if (!upload || upload.expiresAt <= world.clock.now()) return bad(openapi.expiredUpload)
  if (upload.kind !== 'file') return bad(invalid(world.behaviour.fileKey))
  const file = { name: upload.name, size: upload.bytes.length }
  return { kind: 'good', content: { buttons: [], file } }
}

function readInfoForm(payload: Record<string, unknown>): Shape {
  const elements = Array.isArray(payload.elements) ? payload.elements.map(record) : []
  const { title, subtitle, image_url: image } = elements[0] ?? {}
  if (elements.length !== 1) return bad(invalid('elements'))
  if (!isText(title, 100)) return bad(invalid('title'))
  if (!isText(subtitle, 500)) return bad(invalid('subtitle'))
  if (!isWebAddress(image)) return bad(invalid('image_url'))
  return { kind: 'good', content: { buttons: [], infoForm: { title, subtitle } } }
}

/** Undefined: not to be taken. */
function buttonsOf(value: unknown): Button[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > maxButtons) return undefined
  const buttons = value.map((button) => buttonOf(record(button)))
  return buttons.every((button) => button !== undefined) ? buttons : undefined
}

function buttonOf({ title, type, payload }: Record<string, unknown>): Button | undefined {
  if (!isText(title, 100)) return undefined
  const inner = record(payload)
  switch (type) {
    case 'oa.query.show':
    case 'oa.query.hide':
      return isText(payload, 1000) ? { title, type, payload } : undefined
    case 'oa.open.url':
      return isWebAddress(inner.url) ? { title, type, payload: { url: inner.url } } : undefined
    case 'oa.open.phone':
      return isPhone(inner.phone_code)
        ? { title, type, payload: { phone_code: inner.phone_code } }
        : undefined
    case 'oa.open.sms':
      return isPhone(inner.phone_code) && isText(inner.content, 160)
        ? { title, type, payload: { phone_code: inner.phone_code, content: inner.content } }
        : undefined
    default:
      return undefined
  }
}

const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && codePoints(value) <= max

const isPhone = (value: unknown): value is string => typeof value === 'string' && /^\+?\d{3,15}$/.test(value)

function isWebAddress(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
}
