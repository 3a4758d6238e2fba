import type { InboundAttachment } from '../../../src/conversation/message.ts'
import { type ChannelHarness, channelContract, type SeenMessage } from '../../contracts/channel.ts'
import type { Bubble } from '../../support/zalo/bubbles.ts'
import { personEvent } from '../../support/zalo/events.ts'
import type { Person } from '../../support/zalo/person.ts'
import type { World } from '../../support/zalo/world.ts'
import { openBench } from './in-bench.ts'

channelContract('zalo', makeHarness)

async function makeHarness(): Promise<ChannelHarness> {
  const bench = await openBench()
  const { oa, channel, contacts, inbox, clock, settings } = bench
  const lan = oa.person({ name: 'CANARY-Lan', follows: true })
  await contacts.change(lan.userId, { lastInteractionAt: clock.now() })
  const attachmentBytes = Buffer.from('%PDF-1.7 đơn có dấu')
  const url = oa.media.keep({ bytes: attachmentBytes, name: 'don1.pdf' })
  let nextId = 9_000

  return {
    channel,
    conversationId: lan.userId,
    accepted: inbox.accepted,
    storageDown: inbox.storageDown,
    async userSends(event) {
      const messageId = `m${event.id ?? nextId++}`
      const at = event.kind === 'text' ? event.sentAt : undefined
      const told = (name: string, message: Record<string, unknown>) => {
        const written = eventOf(oa.identity, clock.now(), lan, name, { msg_id: messageId, ...message })
        return { ...written, ...(at ? { timestamp: String(at.getTime()) } : {}) }
      }
      const delivery = oa.webhook.send(
        event.kind === 'text'
          ? told('user_send_text', { text: event.text })
          : event.kind === 'tap'
            ? told('user_send_text', { text: `v1:${event.choice}` })
            : event.kind === 'attachment'
              ? told(...attachmentMessage(event.attachment, url))
              : { ...told('user_telepathy', { text: 'CANARY-lạ' }), sender: { id: ['not even an id'] } },
        { isRetried: false },
      )
      await delivery.attempt(1)
      return { acknowledged: delivery.state === 'taken' }
    },
    async userSees() {
      return lan.bubbles.filter(({ from }) => from === 'oa').map(seenOf)
    },
    async forge() {
      const event = eventOf(oa.identity, clock.now(), lan, 'user_send_text', { msg_id: 'x', text: 'Giả mạo' })
      return (await oa.forge.wrongMac(event)).status!
    },
    platformFails(failure) {
      settings.hosts.openapi = failure === 'down' ? 'http://127.0.0.1:9' : oa.hosts.openapi
      oa.behaviour.requestsPerMinute = failure === 'busy' ? 0 : 4_000
      lan.state.refusesWith = failure === 'blocked' ? -244 : undefined
      // Who lets us in again has shown it by writing.
      if (failure === undefined) {
        void contacts.change(lan.userId, { lastInteractionAt: clock.now(), unreachableSince: null })
      }
    },
    attachmentBytes,
    logged: bench.logged,
    secrets: [...bench.secrets, lan.userId, lan.state.userIdByApp, 'CANARY-Lan', url],
    clock,
    abilities: {
      name: 'zalo',
      tellsSentAt: true,
      canFetch: true,
      attachments: ['image', 'file', 'audio', 'video', 'sticker', 'location', 'other'],
      failures: ['down', 'busy', 'blocked'],
    },
    close: bench.close,
  }
}

function eventOf(
  identity: World['identity'],
  at: Date,
  person: Person,
  name: string,
  message: Record<string, unknown>,
) {
  // Only who and when are read of the world.
  const world = { identity, clock: { now: () => at } } as unknown as World
  return personEvent(world, name, person.state, message)
}

function attachmentMessage(
  kind: InboundAttachment['kind'],
  url: string,
): [name: string, message: Record<string, unknown>] {
  const one = (type: string, payload: Record<string, unknown>) => ({ attachments: [{ type, payload }] })
  switch (kind) {
    case 'image':
      return ['user_send_image', one('image', { thumbnail: url, url })]
    case 'file':
      return [
        'user_send_file',
        one('file', { url, name: 'đơn có dấu.pdf', size: '1', type: 'pdf', checksum: 'd41d8cd9' }),
      ]
    case 'audio':
      return ['user_send_audio', one('audio', { url })]
    case 'video':
      return ['user_send_video', one('video', { url, thumbnail: url, description: '' })]
    case 'sticker':
      return ['user_send_sticker', one('sticker', { id: 'bfe458bf64fa8da4d4eb', url })]
    case 'location':
      return [
        'user_send_location',
        one('location', { coordinates: { latitude: '16.05', longitude: '108.2' } }),
      ]
    case 'other':
      return [
        'user_send_business_card',
        one('link', { description: '{"phone":"84900000001","qrCodeUrl":""}', thumbnail: '', url }),
      ]
  }
}

function seenOf({ text = '', buttons }: Bubble): SeenMessage {
  return {
    text,
    buttons: buttons.map(({ title }) => title),
    links: buttons.flatMap((button) => (button.type === 'oa.open.url' ? [button.payload.url] : [])),
  }
}
