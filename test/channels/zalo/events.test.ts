import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eventTable, treatmentOf } from '../../../src/channels/zalo/events.ts'
import { parseEvent } from '../../../src/channels/zalo/parse.ts'
import { setUp } from './in-bench.ts'

/** Every name that Zalo documents, by group, and what becomes of it. */
const documented: Record<string, string[]> = {
  message: [
    'user_send_text',
    'user_send_image',
    'user_send_link',
    'user_send_audio',
    'user_send_video',
    'user_send_sticker',
    'user_send_location',
    'user_send_business_card',
    'user_send_file',
    'user_send_gif',
    'anonymous_send_text',
    'anonymous_send_image',
    'anonymous_send_file',
    'anonymous_send_sticker',
  ],
  opened: ['follow', 'user_click_chatnow'],
  unfollowed: ['unfollow'],
  info: ['user_submit_info'],
  withdrawn: ['user_withdraw'],
  feedback: ['user_feedback'],
  'own-echo': [
    'oa_send_text',
    'oa_send_image',
    'oa_send_gif',
    'oa_send_list',
    'oa_send_file',
    'oa_send_sticker',
    'oa_send_template',
    'oa_send_anonymous_text',
    'oa_send_anonymous_image',
    'oa_send_anonymous_file',
    'oa_send_anonymous_sticker',
  ],
  receipt: ['user_received_message', 'user_seen_message'],
  reaction: ['user_reacted_message', 'oa_reacted_message'],
  'tag-or-profile': ['add_user_to_tag', 'remove_user_from_tag', 'remove_tag', 'update_user_info'],
  widget: ['widget_interaction_accepted', 'widget_failed_to_sync_user_external_id'],
  call: ['oa_send_consent', 'user_reply_consent', 'user_call_oa', 'oa_call_user'],
  group: [
    'user_send_group_text',
    'oa_send_group_text',
    'create_group',
    'user_join_group',
    'user_out_group',
    'user_leave_group',
    'accept_request_join_group',
    'react_request_join_group_accept',
  ],
  shop: ['shop_has_order', 'extension_purchased'],
  'template-or-quota': [
    'change_template_status',
    'change_template_quality',
    'change_template_quota',
    'change_oa_daily_quota',
    'change_oa_template_tags',
    'event_journey_acknowledged',
    'event_journey_time_out',
  ],
  'template-reply': ['user_click_response_button'],
}
const expectations = Object.entries(documented).flatMap(([what, names]) =>
  names.map((name) => [name, what] as const),
)
const folder = join(import.meta.dirname, 'fixtures')
const fixture = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))

describe('row 1 (Zalo): every documented event', () => {
  it('has a fixture, and every fixture is of a documented event', () => {
    const names = expectations.map(([name]) => `${name}.json`)
    expect(readdirSync(folder).sort()).toEqual(names.sort())
  })

  it('stands in the table, and the table holds no other', () => {
    const named = expectations.map(([name]) => name).filter((name) => !name.includes('_send_group_'))
    expect(Object.keys(eventTable).sort()).toEqual(named.sort())
  })

  it.each(expectations)('%s, signed and over HTTP: 200, %s', async (name, what) => {
    const { oa, outcomes, inbox, clock, logged } = await setUp()
    const event = fixture(name)
    clock.advanceMs(3 * 3_600_000)
    const raw = Buffer.from(JSON.stringify(event))
    const attempt = await oa.webhook.post(raw, oa.webhook.headersFor(raw, String(event.timestamp)))
    expect(attempt.status).toBe(200)
    const [outcome] = outcomes
    const taken = outcome?.kind === 'verified' ? outcome.taken : undefined
    expect(taken?.kind === 'ignored' ? taken.rule : taken?.what).toBe(what)
    const isAccepted = ['message', 'opened', 'info'].includes(what)
    expect(inbox.accepted).toHaveLength(isAccepted ? 1 : 0)
    for (const secret of ['4318000000000007921', '84900000001', 'Trần Thị Thử', 'zdn.vn']) {
      expect(logged()).not.toContain(secret)
    }
  })
})

describe('what the messages of the fixtures say', () => {
  const now = new Date('2027-01-01T00:00:00Z')
  const messageOf = (name: string) => {
    const parsed = parseEvent(fixture(name), { now })
    if (parsed.kind !== 'message') throw new Error(`${name} is no message`)
    return parsed.message
  }

  it('text and captions, with the id that tells repeats apart by kind', () => {
    const text = messageOf('user_send_text')
    expect(text).toEqual({
      channel: 'zalo',
      conversationId: '4318000000000007921',
      messageId: `user_send_text:${(fixture('user_send_text').message as { msg_id: string }).msg_id}`,
      senderId: '4318000000000007921',
      sentAt: new Date(Number(fixture('user_send_text').timestamp)),
      text: 'Cho hỏi đổi giấy phép lái xe cần giấy tờ gì?',
      attachments: [],
    })
    expect(messageOf('user_send_image')).toMatchObject({
      text: 'biên nhận thu tiền không dấu',
      attachments: [{ kind: 'image', reference: expect.stringContaining('anh-bien-nhan.jpg') }],
    })
  })

  it.each([
    ['user_send_gif', 'image'],
    ['user_send_audio', 'audio'],
    ['user_send_video', 'video'],
    ['user_send_sticker', 'sticker'],
    ['user_send_location', 'location'],
    ['user_send_business_card', 'other'],
    ['anonymous_send_file', 'file'],
  ])('%s holds one of kind %s', (name, kind) => {
    expect(messageOf(name).attachments.map((one) => one.kind)).toEqual([kind])
  })

  it('an address that was typed, which Zalo shows as a link beside, as words', () => {
    expect(messageOf('user_send_link')).toMatchObject({ text: 'https://dichvucong.gov.vn/', attachments: [] })
  })

  it('a file with its name and its size, quoted or not', () => {
    expect(messageOf('user_send_file').attachments).toEqual([
      {
        kind: 'file',
        reference: 'https://f21-zpc.zdn.vn/doc/8823/don.pdf',
        fileName: 'Đơn đề nghị.pdf',
        sizeBytes: 48_211,
      },
    ])
    expect(messageOf('anonymous_send_file').attachments[0]?.sizeBytes).toBe(2_048)
  })

  it('of a place where it is', () => {
    const [place] = messageOf('user_send_location').attachments
    expect(place).toEqual({ kind: 'location', coordinates: { latitude: 12.2388, longitude: 109.1967 } })
  })

  it('not the number on a card of somebody else', () => {
    expect(JSON.stringify(messageOf('user_send_business_card'))).not.toContain('84900000001')
  })

  it('a visitor without an account by both ids', () => {
    expect(messageOf('anonymous_send_text').conversationId).toBe('anon:d2f81c0a7b3e4956:c7711b02aa')
  })
})

it.each([
  ['user_send_xyz', 'message'],
  ['user_send_group_xyz', { ignored: 'group' }],
  ['oa_send_xyz', 'echo'],
  ['constructor', { ignored: 'unheard-of' }],
  ['__proto__', { ignored: 'unheard-of' }],
  ['', { ignored: 'unheard-of' }],
])('a name that nobody knows, %j, is %j', (name, treatment) => {
  expect(treatmentOf(name)).toEqual(treatment)
})
