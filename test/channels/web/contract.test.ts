import { randomUUID } from 'node:crypto'
import { conversationOf } from '../../../src/channels/web/parse.ts'
import {
  type ChannelHarness,
  channelContract,
  type SeenMessage,
  type UserEvent,
} from '../../contracts/channel.ts'
import { MemoryUploads } from './memory-uploads.ts'
import { openWebChat } from './open-web-chat.ts'
import { readEvents } from './read-events.ts'

async function makeWebHarness(): Promise<ChannelHarness> {
  const uploads = new MemoryUploads()
  const chat = await openWebChat({ uploads })
  const sessionId = randomUUID()
  const attachmentBytes = Buffer.from('%PDF-1.7 đơn có dấu')
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${chat.url}/web/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })

  function postFile(kind: string, messageId: string = randomUUID()) {
    const form = new FormData()
    form.append('sessionId', sessionId)
    form.append('messageId', messageId)
    const type = kind === 'image' ? 'image/jpeg' : 'application/pdf'
    form.append('files', new Blob([attachmentBytes], { type }), 'CANARY-đơn.pdf')
    return fetch(`${chat.url}/web/files`, { method: 'POST', body: form })
  }

  function toBody(event: UserEvent): unknown {
    const base = { sessionId, messageId: event.id ?? randomUUID() }
    switch (event.kind) {
      case 'text':
        return { ...base, text: event.text }
      case 'tap':
        return { ...base, choice: event.choice }
      case 'attachment':
        return { ...base, [event.attachment]: { name: 'CANARY.bin', data: 'AAAA' } }
      case 'unheard-of':
        return { ...base, text: { words: 'CANARY' }, location: [12.2, 109.2] }
    }
  }

  return {
    channel: chat.channel,
    conversationId: conversationOf(sessionId),
    accepted: chat.inbox.accepted,
    clock: chat.clock,
    secrets: [sessionId],
    attachmentBytes,
    abilities: {
      name: 'web',
      tellsSentAt: false,
      attachments: ['image', 'file'],
      canFetch: true,
      failures: ['down'],
    },
    storageDown(down) {
      chat.inbox.storageDown(down)
      chat.mailbox.isDown = down
    },
    platformFails(failure) {
      chat.mailbox.isDown = failure === 'down'
    },
    async userSends(event) {
      const isFile =
        event.kind === 'attachment' && (event.attachment === 'image' || event.attachment === 'file')
      const response = await (isFile ? postFile(event.attachment, event.id) : post(toBody(event)))
      await response.text()
      return { acknowledged: response.status === 202 }
    },
    async userSees() {
      const reader = await readEvents(`${chat.url}/web/events?sessionId=${sessionId}`)
      await reader.until('ready')
      reader.close()
      return reader.events.filter(({ event }) => event === 'message').map(({ data }) => toSeen(data as Shown))
    },
    async forge() {
      const response = await post(
        { sessionId, messageId: '1', text: 'Giả mạo' },
        { 'sec-fetch-site': 'cross-site', origin: 'https://example.com' },
      )
      return response.status
    },
    logged: chat.logged,
    close: chat.close,
  }
}

interface Shown {
  text: string
  buttons?: { label: string; url?: string }[]
}

const toSeen = ({ text, buttons = [] }: Shown): SeenMessage => ({
  text,
  buttons: buttons.map(({ label }) => label),
  links: buttons.flatMap(({ url }) => url ?? []),
})

channelContract('web', makeWebHarness)
