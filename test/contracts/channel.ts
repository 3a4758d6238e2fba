import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Accept, Channel } from '../../src/channels/channel.ts'
import type { ChannelName, InboundAttachment, InboundMessage } from '../../src/conversation/message.ts'
import type { FakeClock } from '../../src/lib/clock.ts'
import { AppError } from '../../src/lib/errors.ts'
import { createLog, type Log } from '../../src/lib/log.ts'

/**
 * The suite that every channel passes, over real HTTP and against a double of its platform. It never asks which
 * channel it has: what differs is declared in `abilities`.
 *
 * @example
 * channelContract('web', makeWebHarness)
 */
export interface ChannelHarness {
  channel: Channel
  /** The conversation in which `userSends` writes and `userSees` reads. */
  conversationId: string
  /** What accept stored, in order; a repeat is not in it. `recordingInbox()` keeps this list. */
  accepted: InboundMessage[]
  storageDown(down: boolean): void
  /**
   * The person does something and the platform delivers it to us over HTTP. `acknowledged` = we answered such that the
   * platform will not deliver it again. The same `id` twice is the platform repeating itself.
   */
  userSends(event: UserEvent): Promise<{ acknowledged: boolean }>
  /** All that the person has in the conversation from us, oldest first, as the platform would show it. */
  userSees(): Promise<SeenMessage[]>
  /** An unsigned or forged delivery; gives the HTTP status. Absent where nothing can be forged (we poll). */
  forge?(): Promise<number>
  /** From now on the platform treats our sends so; `undefined` mends it. Used with the declared `failures` only. */
  platformFails(failure: PlatformFailure | undefined): void
  /** What the platform holds for every attachment that `userSends` sends. Absent where `canFetch` is false. */
  attachmentBytes?: Uint8Array
  /** All log lines so far, as one string, with the level at its most talkative. */
  logged(): string
  /** Tokens, keys, bearer ids: never to be seen in the log. */
  secrets: string[]
  /** What the channel was given. `sentAt` is this clock's time where the platform does not tell one. */
  clock: FakeClock
  abilities: ChannelAbilities
  close(): Promise<void>
}

export type UserEvent =
  | { kind: 'text'; text: string; id?: string; sentAt?: Date }
  | { kind: 'tap'; choice: string; id?: string }
  | { kind: 'attachment'; attachment: InboundAttachment['kind']; id?: string }
  /** Whatever the platform may deliver that no one has heard of: a new kind of event, a field of another type. */
  | { kind: 'unheard-of'; id?: string }

export interface SeenMessage {
  text: string
  /** Labels, in order. */
  buttons: string[]
  /** Where the link buttons lead, or the addresses in the text where the platform has no such buttons. */
  links: string[]
}

type PlatformFailure = 'down' | 'busy' | 'blocked'

interface ChannelAbilities {
  name: ChannelName
  /** The platform tells when the person wrote. */
  tellsSentAt: boolean
  /** Kinds that reach us as an `InboundAttachment`. */
  attachments: InboundAttachment['kind'][]
  /** The channel gets the bytes of images and files that people sent. */
  canFetch: boolean
  /** Ways in which the double of the platform can refuse a send. */
  failures: PlatformFailure[]
}

/** The inbox as far as a channel can tell: stores once, says `repeat`, rejects while storage is down. */
export function recordingInbox(): {
  accepted: InboundMessage[]
  accept: Accept
  storageDown(down: boolean): void
  isDown(): boolean
} {
  const accepted: InboundMessage[] = []
  let down = false
  return {
    accepted,
    async accept(message) {
      if (down) throw new AppError('STORAGE_UNAVAILABLE', 'the database does not answer', { retryable: true })
      if (accepted.some((known) => known.messageId === message.messageId)) return 'repeat'
      accepted.push(message)
      return 'stored'
    },
    storageDown(isDown) {
      down = isDown
    },
    isDown: () => down,
  }
}

/** A log at level trace that a test can read. */
export function capturingLog(): { log: Log; logged(): string } {
  const lines: string[] = []
  const log = createLog({ level: 'trace', destination: { write: (line: string) => void lines.push(line) } })
  return { log, logged: () => lines.join('') }
}

/** Words people could write, each of which has broken some chat program. */
const texts: Record<string, string> = {
  plain: 'Tôi muốn hỏi lệ phí cấp giấy phép lao động',
  'several lines': 'Dòng một\n- dòng hai\n\ndòng bốn',
  'markup-like': '<b>đậm</b> &amp; <script>alert(1)</script> *sao* _gạch_ [x](y) `mã`',
  'operator-like': '{"$gt": ""} $where a.b \\ "nháy" \'đơn\'',
  'emoji and joined signs': 'Cảm ơn 👨‍👩‍👧‍👦 🇻🇳 👍🏽 ạ',
  'right-to-left and rare letters': 'שלום 漢字 ơ̛ 𠀀',
}

export function channelContract(name: string, makeHarness: () => Promise<ChannelHarness>): void {
  describe(`${name}: what every channel does`, () => {
    let harness: ChannelHarness

    beforeEach(async () => {
      harness = await makeHarness()
    })
    afterEach(async () => {
      await harness.close()
    })

    describe('what people write reaches us', () => {
      it.each(Object.entries(texts))('keeps the text as written: %s', async (_, text) => {
        expect(await harness.userSends({ kind: 'text', text })).toEqual({ acknowledged: true })
        expect(harness.accepted).toHaveLength(1)
        expect(harness.accepted[0]!.text).toBe(text.normalize('NFC'))
      })

      it('fills in every field that the contract names, ids as strings', async () => {
        const sentAt = new Date(harness.clock.now().getTime() - 5_000)
        await harness.userSends({ kind: 'text', text: 'Xin chào', id: '71', sentAt })
        const message = harness.accepted[0]!
        expect(message).toEqual({
          channel: harness.abilities.name,
          conversationId: harness.conversationId,
          messageId: expect.any(String),
          senderId: expect.any(String),
          sentAt: expect.any(Date),
          text: 'Xin chào',
          attachments: [],
        })
        expect(message.messageId).not.toBe('')
        expect(message.senderId).not.toBe('')
        const expected = harness.abilities.tellsSentAt ? sentAt : harness.clock.now()
        expect(Math.abs(message.sentAt.getTime() - expected.getTime())).toBeLessThan(1_000)
      })

      it('composes letters that arrive in pieces (NFC)', async () => {
        const decomposed = 'Thủ tục đất đai ở Khánh Hòa'.normalize('NFD')
        await harness.userSends({ kind: 'text', text: decomposed })
        expect(harness.accepted[0]!.text).toBe('Thủ tục đất đai ở Khánh Hòa'.normalize('NFC'))
      })

      it('hands over a tap as the choice exactly as sent, without a text', async () => {
        await harness.userSends({ kind: 'tap', choice: 's1:abc_DEF-9:q03:5' })
        expect(harness.accepted).toHaveLength(1)
        expect(harness.accepted[0]!.choice).toBe('s1:abc_DEF-9:q03:5')
        expect(harness.accepted[0]!.text).toBeUndefined()
      })

      it('keeps different messages with the same words apart, in order', async () => {
        for (const id of ['101', '102', '103']) await harness.userSends({ kind: 'text', text: 'Có', id })
        await harness.userSends({ kind: 'tap', choice: 'menu', id: '104' })
        expect(harness.accepted.map((message) => message.text ?? message.choice)).toEqual([
          'Có',
          'Có',
          'Có',
          'menu',
        ])
        expect(new Set(harness.accepted.map((message) => message.messageId)).size).toBe(4)
      })

      it('acknowledges a repeated delivery and takes it once', async () => {
        for (let n = 0; n < 3; n++) {
          expect(await harness.userSends({ kind: 'text', text: 'Một lần', id: '55' })).toEqual({
            acknowledged: true,
          })
        }
        for (let n = 0; n < 2; n++) await harness.userSends({ kind: 'tap', choice: 'yes', id: '56' })
        expect(harness.accepted.map((message) => message.text ?? message.choice)).toEqual(['Một lần', 'yes'])
      })

      it('takes twenty copies at once as one', async () => {
        const copies = Array.from({ length: 20 }, () =>
          harness.userSends({ kind: 'text', text: 'Gấp', id: '60' }),
        )
        expect(await Promise.all(copies)).toEqual(Array(20).fill({ acknowledged: true }))
        expect(harness.accepted).toHaveLength(1)
      })

      it('does not acknowledge what is not stored, and takes it when the platform tries again', async () => {
        harness.storageDown(true)
        expect(await harness.userSends({ kind: 'text', text: 'Đừng mất', id: '77' })).toEqual({
          acknowledged: false,
        })
        expect(harness.accepted).toHaveLength(0)
        harness.storageDown(false)
        expect(await harness.userSends({ kind: 'text', text: 'Đừng mất', id: '77' })).toEqual({
          acknowledged: true,
        })
        expect(harness.accepted.map((message) => message.text)).toEqual(['Đừng mất'])
      })

      it('refuses a forged delivery', async (context) => {
        if (!harness.forge) return context.skip(`${name} takes no deliveries that could be forged`)
        expect([401, 403]).toContain(await harness.forge())
        expect(harness.accepted).toHaveLength(0)
      })

      it('takes the attachments that it declares', async () => {
        for (const [n, attachment] of harness.abilities.attachments.entries()) {
          const result = await harness.userSends({ kind: 'attachment', attachment, id: String(200 + n) })
          expect(result).toEqual({ acknowledged: true })
        }
        expect(harness.accepted.map((message) => message.attachments.map(({ kind }) => kind))).toEqual(
          harness.abilities.attachments.map((attachment) => [attachment]),
        )
      })

      it('lives through attachments and events that it does not know', async () => {
        const kinds: InboundAttachment['kind'][] = [
          'image',
          'file',
          'audio',
          'video',
          'sticker',
          'location',
          'other',
        ]
        for (const [n, attachment] of kinds.entries()) {
          await harness.userSends({ kind: 'attachment', attachment, id: String(300 + n) })
        }
        await harness.userSends({ kind: 'unheard-of', id: '390' })
        expect(harness.accepted.filter((message) => message.text !== undefined)).toEqual([])
        expect(await harness.userSends({ kind: 'text', text: 'Còn đó chứ?', id: '391' })).toEqual({
          acknowledged: true,
        })
        expect(harness.accepted.at(-1)!.text).toBe('Còn đó chứ?')
      })
    })

    describe('what people attach can be fetched', () => {
      const kinds = ['image', 'file'] as const
      const sendAndFetch = async (kind: (typeof kinds)[number], maxBytes: number) => {
        await harness.userSends({
          kind: 'attachment',
          attachment: kind,
          id: kind === 'image' ? '701' : '702',
        })
        const attachment = harness.accepted.at(-1)!.attachments[0]!
        expect(attachment.kind).toBe(kind)
        return { attachment, fetched: await harness.channel.fetchAttachment!(attachment, maxBytes) }
      }

      it.each(kinds)('gives the bytes of an %s as sent, and again when the turn runs again', async (kind) => {
        if (!harness.abilities.canFetch) return expect(harness.channel.fetchAttachment).toBeUndefined()
        const bytes = harness.attachmentBytes!
        const { attachment, fetched } = await sendAndFetch(kind, bytes.length)
        expect(fetched.kind).toBe('fetched')
        if (fetched.kind !== 'fetched') return
        expect(Buffer.from(fetched.bytes).equals(bytes)).toBe(true)
        expect(fetched.fileName).toBe(attachment.fileName)
        expect(await harness.channel.fetchAttachment!(attachment, bytes.length)).toEqual(fetched)
      })

      it('refuses what is larger than asked for, and what nobody sent', async () => {
        if (!harness.abilities.canFetch) return expect(harness.channel.fetchAttachment).toBeUndefined()
        const { attachment, fetched } = await sendAndFetch('file', harness.attachmentBytes!.length - 1)
        expect(fetched).toEqual({ kind: 'refused', reason: 'too-large' })
        const fetch = (reference?: string) =>
          harness.channel.fetchAttachment!({ kind: 'file', ...(reference ? { reference } : {}) }, 1_000_000)
        expect(await fetch()).toEqual({ kind: 'refused', reason: 'not-allowed' })
        for (const foreign of ['https://example.com/', 'file:///etc/passwd', '../../etc/passwd', 'a b\nc']) {
          expect(await fetch(foreign)).toEqual({ kind: 'refused', reason: 'not-allowed' })
        }
        // The last sign may carry no information; the one before it does.
        const other = attachment.reference!.replace(/.(?=.$)/, (sign) => (sign === '1' ? '2' : '1'))
        expect((await fetch(other)).kind).toBe('refused')
      })
    })

    describe('what we say reaches people', () => {
      const send = (id: string, text: string, buttons?: { label: string; choice?: string; url?: string }[]) =>
        harness.channel.send(harness.conversationId, { id, text, ...(buttons ? { buttons } : {}) })

      it.each(Object.entries(texts))('shows the text as it stands: %s', async (_, text) => {
        expect(await send('m#1', text)).toEqual({ kind: 'sent' })
        expect(await harness.userSees()).toEqual([{ text, buttons: [], links: [] }])
      })

      it('shows buttons with their labels in order, and link buttons with their address', async () => {
        const url = 'https://dichvucong.gov.vn/p/home/dvc-chi-tiet.html?ma=1.000105&x=%C3%A1'
        const result = await send('m#1', 'Anh/Chị chọn:', [
          { label: 'Hồ sơ & lệ phí <1>', choice: 'ask:fee' },
          { label: 'Nộp trực tuyến', url },
          { label: 'Quay lại', choice: 'menu' },
        ])
        expect(result).toEqual({ kind: 'sent' })
        const [seen] = await harness.userSees()
        expect(seen!.text).toContain('Anh/Chị chọn:')
        expect(seen!.links).toEqual([url])
        expect(seen!.buttons.filter((label) => label !== 'Nộp trực tuyến')).toEqual([
          'Hồ sơ & lệ phí <1>',
          'Quay lại',
        ])
      })

      it('takes a text and a number of buttons at its declared limits', async () => {
        const { maxTextChars, maxButtons } = harness.channel.limits
        expect(maxTextChars).toBeGreaterThan(0)
        expect(maxButtons).toBeGreaterThan(0)
        const text = 'Một dòng có dấu. '
          .repeat(Math.ceil(maxTextChars / 17))
          .slice(0, maxTextChars - 1)
          .concat('.')
        const labels = Array.from({ length: maxButtons }, (_, n) => `Nút ${n + 1}`)
        const buttons = labels.map((label, n) => ({ label, choice: `c:${n}` }))
        expect(await send('m#1', text, buttons)).toEqual({ kind: 'sent' })
        const seen = await harness.userSees()
        expect(seen[0]!.text).toBe(text)
        expect(seen.flatMap((message) => message.buttons)).toEqual(labels)
      })

      it('keeps the order of what is sent', async () => {
        for (let n = 1; n <= 5; n++) expect(await send(`m#${n}`, `Câu ${n}`)).toEqual({ kind: 'sent' })
        const seen = await harness.userSees()
        expect(seen.map((message) => message.text)).toEqual(['Câu 1', 'Câu 2', 'Câu 3', 'Câu 4', 'Câu 5'])
      })

      it('shows a secret message like any other, and goes on afterwards', async () => {
        await send('m#1', 'Trước đó')
        const secret = { id: 'm#2', text: 'Mã tra cứu: 1234 5678', isSecret: true as const }
        expect(await harness.channel.send(harness.conversationId, secret)).toEqual({ kind: 'sent' })
        expect(await send('m#3', 'Còn gì nữa không?')).toEqual({ kind: 'sent' })
        const seen = (await harness.userSees()).map(({ text }) => text)
        expect(seen.slice(-2)).toEqual(['Mã tra cứu: 1234 5678', 'Còn gì nữa không?'])
      })

      it('says what a refusal of the platform means, and never throws for it', async () => {
        const meaning = { down: 'retry', busy: 'retry', blocked: 'unreachable' } as const
        for (const failure of harness.abilities.failures) {
          harness.platformFails(failure)
          expect((await send(`m#${failure}`, 'Có đến không?')).kind).toBe(meaning[failure])
        }
        harness.platformFails(undefined)
        expect(await send('m#after', 'Đã thông')).toEqual({ kind: 'sent' })
      })
    })

    it('logs neither what people write, nor what we answer, nor secrets', async () => {
      const words = ['CANARY-hỏi', 'CANARY-chọn', 'CANARY-hỏng', 'CANARY-đáp', 'CANARY-nút', 'CANARY-rớt']
      await harness.userSends({ kind: 'text', text: words[0]!, id: '501' })
      await harness.userSends({ kind: 'tap', choice: words[1]!, id: '502' })
      await harness.userSends({ kind: 'unheard-of', id: '503' })
      if (harness.abilities.canFetch) {
        await harness.userSends({ kind: 'attachment', attachment: 'file', id: '505' })
        const attachment = harness.accepted.at(-1)!.attachments[0]!
        await harness.channel.fetchAttachment!(attachment, 1_000_000)
        await harness.channel.fetchAttachment!({ ...attachment, reference: 'CANARY-đâu' }, 1_000_000)
        await harness.channel.fetchAttachment!({ ...attachment, reference: 'CANARY.CANARY' }, 1_000_000)
      }
      harness.storageDown(true)
      await harness.userSends({ kind: 'text', text: words[2]!, id: '504' })
      harness.storageDown(false)
      await harness.forge?.()
      await harness.channel.send(harness.conversationId, {
        id: 'm#1',
        text: words[3]!,
        buttons: [{ label: words[4]!, choice: 'menu' }],
      })
      for (const failure of harness.abilities.failures) {
        harness.platformFails(failure)
        await harness.channel.send(harness.conversationId, { id: `m#${failure}`, text: words[5]! })
      }
      harness.platformFails(undefined)
      await harness.userSees()

      const logged = harness.logged()
      expect(logged).not.toContain('CANARY')
      for (const secret of harness.secrets) expect(logged).not.toContain(secret)
    })

    it('takes nothing more after it has stopped', async () => {
      await harness.channel.stop()
      const outcome = await harness
        .userSends({ kind: 'text', text: 'Quá muộn', id: '601' })
        .catch(() => undefined)
      expect(outcome?.acknowledged ?? false).toBe(false)
      expect(harness.accepted).toHaveLength(0)
    })
  })
}
