import type { Bubble } from './bubbles.ts'
import type { PersonState, World, ZaloEvent } from './world.ts'

export interface Attachment {
  type: string
  payload: Record<string, unknown>
}

/** Fields that every event begins with. */
export const eventOf = (world: World, name: string, fields: Record<string, unknown>): ZaloEvent => ({
  app_id: world.identity.appId,
  event_name: name,
  timestamp: String(world.clock.now().getTime()),
  ...fields,
})

export const personEvent = (
  world: World,
  name: string,
  person: PersonState,
  message: Record<string, unknown>,
): ZaloEvent =>
  eventOf(world, name, {
    sender: { id: person.userId },
    ...(person.anonymousConversation ? {} : { user_id_by_app: person.userIdByApp }),
    recipient: { id: world.identity.oaId },
    message: person.anonymousConversation
      ? { ...message, conversation_id: person.anonymousConversation }
      : message,
  })

/** What comes back of a message of the OA; `adminId` when a human wrote it in the console. */
export function echoOf(world: World, person: PersonState, bubble: Bubble, adminId?: string): ZaloEvent {
  const kind = kindOf(bubble)
  const name = person.anonymousConversation ? `oa_send_anonymous_${kind}` : `oa_send_${kind}`
  const attachments = attachmentsOf(bubble)
  return eventOf(world, name, {
    sender: { id: world.identity.oaId, ...(adminId ? { admin_id: adminId } : {}) },
    recipient: { id: person.userId },
    ...(person.anonymousConversation ? {} : { user_id_by_app: person.userIdByApp }),
    message: {
      msg_id: bubble.messageId,
      ...(bubble.text === undefined ? {} : { text: bubble.text }),
      ...(attachments.length > 0 ? { attachments } : {}),
      ...(person.anonymousConversation ? { conversation_id: person.anonymousConversation } : {}),
    },
  })
}

function kindOf({ image, file, buttons, infoForm, template }: Bubble): string {
  if (template || infoForm || buttons.length > 0) return 'template'
  if (image) return image.kind
  return file ? 'file' : 'text'
}

function attachmentsOf({ image, file, buttons, infoForm, template, text, messageId }: Bubble): Attachment[] {
  if (template || infoForm || buttons.length > 0)
    return [
      { type: 'template', payload: { zinstant_id: `z${messageId}`, text: text ?? infoForm?.title ?? '' } },
    ]
  if (image?.url) return [{ type: image.kind, payload: { thumbnail: image.url, url: image.url } }]
  if (file) return [{ type: 'file', payload: { name: file.name, size: String(file.size ?? 0) } }]
  return []
}
