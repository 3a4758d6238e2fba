import { expect, it } from 'vitest'
import { withContactForm } from '../../../src/channels/zalo/ask-contact.ts'
import { createZaloApi } from '../../../src/channels/zalo/http-api.ts'
import { capturingLog } from '../../contracts/channel.ts'
import { shippedZaloTexts } from '../../support/zalo-sender.ts'
import { type InBench, setUp } from './in-bench.ts'

const imageUrl = 'https://motcua.example.vn/web/assets/zalo-form.png'
const question = { id: 'q#1', text: 'Xin cho biết tên và số điện thoại', asksContact: true as const }

function withForm({ oa, channel, contacts, settings, clock }: InBench, image: string | undefined = imageUrl) {
  const { log } = capturingLog()
  const tokens = {
    current: async () => ({ kind: 'access' as const, token: oa.tokens.current()!.accessToken }),
    renew: async () => ({ kind: 'refused-again' as const }),
  }
  return withContactForm({
    send: channel.send,
    api: createZaloApi({ settings, tokens, clock, log, timeoutMs: 2_000 }),
    contacts,
    texts: shippedZaloTexts(),
    imageUrl: image,
    clock,
    log,
  })
}

it('scenario 32: the form stands beside the question, and what is handed in is kept with the consent', async () => {
  const bench = await setUp()
  const { oa, contacts, clock, inbox } = bench
  const lan = oa.person()
  await lan.write('chào')
  expect(await withForm(bench)(lan.userId, question)).toEqual({ kind: 'sent' })
  const [asked, form] = lan.bubbles.slice(1)
  expect(asked!.text).toBe(question.text)
  expect(form!.infoForm).toEqual({
    title: 'Tên và số điện thoại',
    subtitle: expect.stringContaining('báo tin về phản ánh'),
  })
  expect((await contacts.find(lan.userId))?.infoAskedAt).toEqual(clock.now())
  const info = { name: 'Trần Lan', phone: '84912345678', city: 'Khánh Hòa', ward: 'Nha Trang', address: '5' }
  await lan.submitInfo(info)
  expect((await contacts.find(lan.userId))?.phone).toBe('+84912345678')
  expect(inbox.accepted.at(-1)!.contact).toEqual({ name: 'Trần Lan', phone: '+84912345678' })
})

it('is only an offer: without a picture, of a visitor, or refused by Zalo, the question stands alone', async () => {
  const bench = await setUp()
  const { oa, contacts } = bench
  const lan = oa.person()
  await lan.write('chào')
  const visitor = oa.anonymous()
  await visitor.write('chào')
  const conversation = `anon:${visitor.userId}:${visitor.state.anonymousConversation}`
  expect((await withForm(bench, 'http://localhost:3000/x.png')(lan.userId, question)).kind).toBe('sent')
  expect((await withForm(bench)(conversation, question)).kind).toBe('sent')
  expect((await withForm(bench)(lan.userId, { id: 'q#2', text: 'Câu khác' })).kind).toBe('sent')
  const isForm = (body: unknown) => JSON.stringify(body).includes('request_user_info')
  expect(oa.requests.filter(({ body }) => isForm(body))).toEqual([])
  const send = withForm(bench)
  oa.queueAnswer('/v3.0/oa/message/cs', { body: { error: 0, message: 'Success', data: {} } })
  oa.queueAnswer('/v3.0/oa/message/cs', { body: { error: -233, message: 'message type is invalid' } })
  expect((await send(lan.userId, question)).kind).toBe('sent')
  expect((await contacts.find(lan.userId))?.infoAskedAt).toBeUndefined()
})
