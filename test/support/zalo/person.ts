import { createHash } from 'node:crypto'
import { type Bubble, type Button, showBubble } from './bubbles.ts'
import { type Attachment, eventOf, personEvent } from './events.ts'
import type { KeptMedia, MediaHost } from './media.ts'
import type { Delivery, SendOptions, Webhook } from './webhook.ts'
import type { PersonState, World, ZaloEvent } from './world.ts'

/** Somebody with Zalo on her telephone. What she does is told to the webhook; a promise ends when the first try is over. */
export interface Person {
  userId: string
  /** All that she sees, in order; what she said herself too, save hidden taps. */
  readonly bubbles: readonly Bubble[]
  /** Buttons that can be tapped: those of every message still in the chat, the newest last. */
  readonly buttons: readonly Button[]
  /** Lasting facts, to be changed by a test. */
  state: PersonState
  write(text: string, options?: MessageOptions): Promise<Delivery>
  /**
   * Only a button that she was shown, by its title (the newest of that title) or itself; gives nothing for those that
   * open something outside the chat.
   */
  tap(button: string | Button, options?: SendOptions): Promise<Delivery | undefined>
  sendPhoto(media: KeptMedia, options?: MessageOptions & { caption?: string }): Promise<Delivery>
  sendFile(media: KeptMedia & { name: string }, options?: MessageOptions): Promise<Delivery>
  sendLocation(latitude: number, longitude: number, options?: LocationOptions): Promise<Delivery>
  sendSticker(id?: string): Promise<Delivery>
  sendAudio(media?: KeptMedia): Promise<Delivery>
  sendVideo(media?: KeptMedia): Promise<Delivery>
  sendLink(url: string, description?: string): Promise<Delivery>
  sendBusinessCard(phone: string): Promise<Delivery>
  /** Any `user_send_…` with any attachments. */
  sendOther(eventName: string, attachments: Attachment[], options?: MessageOptions): Promise<Delivery>
  follow(source?: 'oa_profile' | 'message_invite' | 'social_plugin'): Promise<Delivery>
  unfollow(): Promise<Delivery>
  /** Only who never chatted; otherwise Zalo says nothing. */
  clickChat(): Promise<Delivery | undefined>
  submitInfo(info: PersonInfo, form?: 'new' | 'old'): Promise<Delivery>
  withdraw(): Promise<Delivery>
  /** Has seen all that the OA wrote. */
  look(): Promise<Delivery>
  react(messageId: string, icon?: string): Promise<Delivery>
  /** The stars of the last rating template that she was sent. */
  rate(rate: number, options?: RatingOptions): Promise<Delivery | undefined>
  /** The next message of the OA or of an officer that this method has not given yet. Throws after the (wall) time. */
  nextAnswer(timeoutMs?: number): Promise<Bubble>
}

export interface MessageOptions extends SendOptions {
  quotes?: string
  messageId?: string
}

export interface LocationOptions extends MessageOptions {
  /** `message`: `message.location` instead of an attachment; `numbers`: not quoted. */
  form?: 'attachment' | 'numbers' | 'message'
}

export interface PersonInfo {
  name: string
  phone: string
  city: string
  ward: string
  /** Of the old form. */
  district?: string
  address: string
}

export interface RatingOptions {
  note?: string
  feedbacks?: string[]
  isQuoted?: boolean
  /** The event is lost; only `rating/get` knows. */
  isUnheard?: boolean
  messageId?: string
}

export function createPerson(world: World, webhook: Webhook, media: MediaHost, state: PersonState): Person {
  let readBubbles = 0

  async function tell(event: ZaloEvent, options?: SendOptions): Promise<Delivery> {
    const delivery = webhook.send(event, options)
    if (delivery.state === 'under way') await delivery.attempt(1)
    return delivery
  }

  /** A message, a follow, a tap, the chat button: the 48 hours begin anew. */
  function interact(): void {
    state.lastInteractionAt = world.clock.now()
    state.hasChatted = true
    state.hasLeft = false
  }

  function say(
    kind: string,
    content: Partial<Bubble>,
    attachments: Attachment[],
    { quotes, messageId, ...sending }: MessageOptions = {},
    extra: Record<string, unknown> = {},
  ): Promise<Delivery> {
    interact()
    const id = messageId ?? world.nextMessageId()
    showBubble(state, {
      messageId: id,
      from: 'person',
      at: world.clock.now(),
      buttons: [],
      quotes,
      ...content,
    })
    const message = {
      ...(content.text === undefined ? {} : { text: content.text }),
      msg_id: id,
      ...(quotes ? { quote_msg_id: quotes } : {}),
      ...(attachments.length > 0 ? { attachments } : {}),
      ...extra,
    }
    const name = state.anonymousConversation ? `anonymous_send_${kind}` : `user_send_${kind}`
    return tell(personEvent(world, name, state, message), sending)
  }

  const buttons = () => state.bubbles.flatMap((bubble) => bubble.buttons)

  function tapped(payload: string, isShown: boolean, options?: SendOptions): Promise<Delivery> {
    if (isShown) return say('text', { text: payload }, [], options)
    interact()
    const message = { text: payload, msg_id: world.nextMessageId() }
    return tell(personEvent(world, 'user_send_text', state, message), options)
  }

  return {
    userId: state.userId,
    state,
    get bubbles() {
      return state.bubbles
    },
    get buttons() {
      return buttons()
    },
    write: (text, options) => say('text', { text }, [], options),
    async tap(wanted, options) {
      const button = buttons().findLast((shown) => shown === wanted || shown.title === wanted)
      if (!button) {
        const title = typeof wanted === 'string' ? wanted : wanted.title
        const shown = buttons().map((one) => one.title)
        throw new Error(`no button "${title}" was shown; there are: ${shown.join(', ') || 'none'}`)
      }
      if (button.type !== 'oa.query.show' && button.type !== 'oa.query.hide') return undefined
      return tapped(button.payload, button.type === 'oa.query.show', options)
    },
    sendPhoto(given, { caption, ...options } = {}) {
      const url = media.keep({ type: 'image/jpeg', name: 'anh.jpg', ...given })
      const attachment = { type: 'image', payload: { thumbnail: url, url } }
      return say('image', { text: caption, image: { url, kind: 'image' } }, [attachment], options)
    },
    sendFile(given, options) {
      const url = media.keep({ type: 'application/pdf', ...given })
      const bytes = given.bytes ?? new Uint8Array()
      const payload = {
        url,
        size: String(bytes.length),
        name: given.name,
        checksum: createHash('md5').update(bytes).digest('hex'),
        type: given.name.split('.').at(-1)!,
      }
      const file = { name: given.name, url, size: bytes.length }
      return say('file', { file }, [{ type: 'file', payload }], options)
    },
    sendLocation(latitude, longitude, { form = 'attachment', ...options } = {}) {
      const place = { latitude, longitude }
      if (form === 'message') return say('location', { location: place }, [], options, { location: place })
      const quoted = { latitude: String(latitude), longitude: String(longitude) }
      const coordinates = form === 'numbers' ? place : quoted
      const attachment = { type: 'location', payload: { coordinates } }
      return say('location', { location: place }, [attachment], options)
    },
    sendSticker(id = 'bfe458bf64fa8da4d4eb') {
      const url = media.keep({ type: 'image/png', name: 'sticker.png' })
      return say('sticker', { image: { url, kind: 'sticker' } }, [{ type: 'sticker', payload: { id, url } }])
    },
    sendAudio(given = {}) {
      const url = media.keep({ type: 'audio/amr', name: 'ghi-am.amr', ...given })
      return say('audio', { audio: url }, [{ type: 'audio', payload: { url } }])
    },
    sendVideo(given = {}) {
      const url = media.keep({ type: 'video/mp4', name: 'phim.mp4', ...given })
      const payload = { url, thumbnail: url, description: '' }
      return say('video', { video: url }, [{ type: 'video', payload }])
    },
    sendLink(url, description = '') {
      return say('link', { text: url }, [{ type: 'link', payload: { thumbnail: '', description, url } }])
    },
    sendBusinessCard(phone) {
      const description = JSON.stringify({ phone, qrCodeUrl: `${media.url}/qr` })
      const payload = { thumbnail: '', description, url: '' }
      return say('business_card', {}, [{ type: 'link', payload }])
    },
    sendOther(eventName, attachments, options) {
      return say(eventName.replace(/^(user|anonymous)_send_/, ''), {}, attachments, options)
    },
    follow(source = 'oa_profile') {
      interact()
      state.hasFollowed = true
      return tell(followEvent(world, 'follow', state, source))
    },
    unfollow() {
      state.hasFollowed = false
      state.hasLeft = true
      return tell(followEvent(world, 'unfollow', state, 'oa_profile'))
    },
    async clickChat() {
      if (state.hasChatted) return undefined
      interact()
      const fields = { oa_id: world.identity.oaId, user_id: state.userId, user_id_by_app: state.userIdByApp }
      return tell(eventOf(world, 'user_click_chatnow', fields))
    },
    submitInfo(info, form = 'new') {
      const { name, phone, city, district, ward, address } = info
      state.sharedInfo = { name, phone, city, district: district ?? '', address }
      const fullAddress = { user_city: city, user_ward: ward, user_address: address }
      const fields =
        form === 'old'
          ? { name, phone, address, city, district: district ?? '', ward }
          : { name, phone, user_dob: '', gender: '', full_address: fullAddress }
      return tell(
        eventOf(world, 'user_submit_info', {
          sender: { id: state.userId },
          user_id_by_app: state.userIdByApp,
          recipient: { id: world.identity.oaId },
          info: fields,
        }),
      )
    },
    withdraw() {
      const fields = { user_id: state.userId, user_id_by_app: state.userIdByApp }
      return tell(eventOf(world, 'user_withdraw', fields))
    },
    look() {
      const ids = state.bubbles.filter(({ from }) => from !== 'person').map(({ messageId }) => messageId)
      return tell(personEvent(world, 'user_seen_message', state, { msg_ids: ids }))
    },
    react(messageId, icon = '/-strong') {
      const message = { msg_id: messageId, react_icon: icon }
      return tell(personEvent(world, 'user_reacted_message', state, message))
    },
    async rate(rate, options = {}) {
      const event = rateTemplate(world, state, rate, options)
      return options.isUnheard ? undefined : tell(event)
    },
    nextAnswer: (timeoutMs = 5000) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const index = state.bubbles.findIndex(({ from }, at) => at >= readBubbles && from !== 'person')
          if (index < 0) return
          readBubbles = index + 1
          finish()
          resolve(state.bubbles[index]!)
        }
        const timer = setTimeout(() => {
          finish()
          reject(new Error(`no answer came within ${timeoutMs} ms`))
        }, timeoutMs)
        const finish = () => {
          clearTimeout(timer)
          state.watchers.delete(check)
        }
        state.watchers.add(check)
        check()
      }),
  }
}

const followEvent = (world: World, name: 'follow' | 'unfollow', state: PersonState, source: string) =>
  eventOf(world, name, {
    oa_id: world.identity.oaId,
    follower: { id: state.userId },
    user_id_by_app: state.userIdByApp,
    source,
  })

/** Kept for `rating/get`, and the event of it. */
function rateTemplate(world: World, state: PersonState, rate: number, options: RatingOptions): ZaloEvent {
  const { note = '', feedbacks = [], isQuoted = false } = options
  const sent = world.sentTemplates.findLast(
    ({ userId, messageId, templateId }) =>
      userId === state.userId &&
      (options.messageId === undefined || options.messageId === messageId) &&
      world.templates.get(templateId)?.type === 'rating',
  )
  if (!sent) throw new Error('she was sent no rating template')
  const { templateId, messageId, trackingId } = sent
  const submittedAt = world.clock.now()
  world.ratings.push({ templateId, messageId, trackingId, rate, note, feedbacks, submittedAt })
  return eventOf(world, 'user_feedback', {
    oa_id: world.identity.oaId,
    message: {
      note,
      rate: isQuoted ? String(rate) : rate,
      submit_time: String(submittedAt.getTime()),
      msg_id: messageId,
      feedbacks,
      tracking_id: trackingId,
    },
  })
}
