import { z } from 'zod'
import type { FakeOa } from '../../test/support/zalo/fake-oa.ts'
import type { Person } from '../../test/support/zalo/person.ts'
import type { JumpClock } from './jump-clock.ts'
import { type SampleDossiers, sampleStatuses } from './sample-dossiers.ts'

const text = z.string().min(1).max(10_000)
const words = z.string().max(200)

/** What can be done on the page. */
export const actionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('write'), text }),
  z.object({ kind: z.literal('tap'), messageId: text, index: z.number().int().min(0).max(4) }),
  z.object({ kind: z.literal('location'), latitude: z.number(), longitude: z.number() }),
  z.object({ kind: z.enum(['sticker', 'audio', 'follow', 'unfollow', 'chat', 'withdraw', 'webhook']) }),
  z.object({ kind: z.literal('info'), name: words, phone: words, ward: words, address: words }),
  z.object({ kind: z.literal('rate'), messageId: text, rate: z.number().int().min(1).max(5) }),
  z.object({ kind: z.literal('officer'), text }),
  z.object({ kind: z.literal('dossier'), code: words, to: z.enum(sampleStatuses) }),
  z.object({
    kind: z.literal('jump'),
    hours: z
      .number()
      .positive()
      .max(24 * 366),
  }),
  z.object({ kind: z.literal('trouble'), trouble: z.enum(['500', 'timeout', 'rate', 'token', 'buttons']) }),
])
export type Action = z.infer<typeof actionSchema>

const hourMs = 3_600_000
const sending = /\/oa\/message\//

/** Resolves when the webhook has answered for the first time. */
export async function doAction(
  { oa, clock, dossiers }: { oa: FakeOa; clock: JumpClock; dossiers: SampleDossiers | undefined },
  person: Person,
  action: Action,
): Promise<unknown> {
  switch (action.kind) {
    case 'write':
      return person.write(action.text)
    case 'tap': {
      const bubble = person.bubbles.find(({ messageId }) => messageId === action.messageId)
      const button = bubble?.buttons[action.index]
      return button && person.tap(button)
    }
    case 'location':
      return person.sendLocation(action.latitude, action.longitude)
    case 'sticker':
      return person.sendSticker()
    case 'audio':
      return person.sendAudio()
    case 'follow':
      return person.follow()
    case 'unfollow':
      return person.unfollow()
    case 'chat':
      return person.clickChat()
    case 'withdraw':
      return person.withdraw()
    case 'webhook':
      return oa.webhook.url && oa.webhook.save(oa.webhook.url)
    case 'info': {
      const { name, phone, ward, address } = action
      return person.submitInfo({ name, phone, ward, address, city: 'Khánh Hòa' })
    }
    case 'rate':
      return person.rate(action.rate, { messageId: action.messageId })
    case 'officer':
      return oa.officer.write(person, action.text)
    case 'dossier':
      return dossiers?.move(action.code, action.to)
    case 'jump':
      return clock.jump(action.hours * hourMs)
    case 'trouble':
      return oa.queueAnswer(sending, troubles[action.trouble])
  }
}

const troubles = {
  500: { status: 502, body: '<html><h1>502 Bad Gateway</h1></html>' },
  timeout: { end: 'reset' },
  rate: { body: { error: -32, message: 'Your application reached limit call api' } },
  token: { body: { error: -220, message: 'access_token is expired or removed' } },
  buttons: { body: { error: -233, message: 'message type is invalid or not support' } },
} as const
