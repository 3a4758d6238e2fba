import { createHash } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import type { FakeOa } from '../../support/zalo/fake-oa.ts'
import { listenForWebhooks } from '../../support/zalo/listen-webhook.ts'
import { openFakeOa } from '../../support/zalo/open-fake-oa.ts'
import { bytesOf, macOf } from '../../support/zalo/sign.ts'
import { hashOfPhone } from '../../support/zalo/templates.ts'
import { challengeOf, proofOf } from '../../support/zalo/tokens.ts'

const hourMs = 3_600_000
const minuteMs = 60_000

test('signs, challenges, proves and hashes as the reference vectors say', () => {
  const event = {
    app_id: '1234567890123456789',
    sender: { id: '1111111111111111111' },
    user_id_by_app: '2222222222222222222',
    recipient: { id: '9876543210987654321' },
    event_name: 'user_send_text',
    message: { text: 'Xin chào phường', msg_id: 'aaaa1111bbbb2222' },
    timestamp: '1767225600000',
  }
  const given = { timestamp: '1767225600000', secret: 'oa-secret-key-for-tests' }
  const raw = bytesOf(event, 'plain')
  expect(raw.length).toBe(277)
  expect(macOf({ ...given, raw, term: '1234567890123456789' })).toBe(
    '8cbc747ccc2005cdff907d6a44adb2c3bc2d50180999d652e6c39567be117d68',
  )
  expect(macOf({ ...given, raw, term: '9876543210987654321' })).toBe(
    '7276ef8fc39e2f8b01b31d041a368ba5b74b077232c73df16c75972ee098359e',
  )
  expect(macOf({ ...given, raw: bytesOf(event, 'escaped'), term: '1234567890123456789' })).toBe(
    'f6dc7785e2a21469a421e65d2790e1eaeeafeb3b68228b0c8d57729dff236b39',
  )
  expect(challengeOf('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ')).toBe(
    'RqIZl4LIgn8KxW9QO-nTnv7pf0CnNrksx9fF-CXP2FE',
  )
  expect(proofOf('app-secret-for-tests', 'access-token-for-tests')).toBe(
    '7196be12396e82d498574863aab45f32c0f0c84c6d6d4038d19a0d78120bdf44',
  )
  expect(hashOfPhone('84900000001')).toBe('c1defbf2b2d03f6c060709faa2be37c05d6539c96ebbe5bd1bfea42cdc54032f')
})

test.each(['plain', 'escaped', 'spaced', 'reversed', 'numbers'] as const)(
  'the %s form says the same to a parser',
  (form) => {
    const event = { timestamp: '1767225600000', message: { text: 'Đường "Lê Lợi"\n\\u00e0 🙂' } }
    const read = JSON.parse(bytesOf(event, form).toString('utf8'))
    expect({ ...read, timestamp: String(read.timestamp) }).toEqual(event)
  },
)

async function postForm(oa: FakeOa, fields: Record<string, string>, secret = oa.identity.appSecret) {
  const answer = await fetch(`${oa.hosts.oauth}/v4/oa/access_token`, {
    method: 'POST',
    headers: { secret_key: secret },
    body: new URLSearchParams({ app_id: oa.identity.appId, ...fields }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

async function post(oa: FakeOa, path: string, body: unknown, headers: Record<string, string> = {}) {
  const host = path.startsWith('/v') ? oa.hosts.openapi : oa.hosts.business
  const answer = await fetch(`${host}${path}`, {
    method: 'POST',
    headers: {
      access_token: oa.tokens.current()?.accessToken ?? '',
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(body),
  })
  return (await answer.json()) as { error: number; message: string; data?: Record<string, unknown> }
}

async function get(oa: FakeOa, path: string) {
  const host = path.startsWith('/v') ? oa.hosts.openapi : oa.hosts.business
  const answer = await fetch(`${host}${path}`, {
    headers: { access_token: oa.tokens.current()?.accessToken ?? '' },
  })
  return (await answer.json()) as { error: number; data: never }
}

const withData = (path: string, data: unknown) => `${path}?data=${encodeURIComponent(JSON.stringify(data))}`
const toPerson = (userId: string, message: unknown) => ({ recipient: { user_id: userId }, message })
const cs = '/v3.0/oa/message/cs'

test('consent with a challenge: the code is exchanged once, with its verifier, within ten minutes', async () => {
  const { oa, clock } = await openFakeOa()
  const verifier = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ'
  const ask = async () => {
    const query = new URLSearchParams({
      app_id: oa.identity.appId,
      redirect_uri: oa.identity.redirectUri,
      code_challenge: challengeOf(verifier),
      state: 's 1',
    })
    const answer = await fetch(`${oa.hosts.oauth}/v4/oa/permission?${query}`, { redirect: 'manual' })
    return new URL(answer.headers.get('location')!).searchParams
  }
  const back = await ask()
  expect([back.get('oa_id'), back.get('state')]).toEqual([oa.identity.oaId, 's 1'])
  const exchange = (code: string, code_verifier: string) =>
    postForm(oa, { grant_type: 'authorization_code', code, code_verifier })
  expect((await exchange(back.get('code')!, `${verifier}x`)).body).toMatchObject({ error: -118 })
  expect((await exchange(back.get('code')!, verifier)).body).toMatchObject({ error: -118 })
  const good = await exchange((await ask()).get('code')!, verifier)
  expect(good).toMatchObject({ status: 200, body: { expires_in: '90000' } })
  expect(good.body).not.toHaveProperty('error')
  const late = (await ask()).get('code')!
  clock.advanceMs(10 * minuteMs)
  expect((await exchange(late, verifier)).body).toMatchObject({ error: -118 })
  const wrong = oa.consent({ redirectUri: 'https://other.example.vn/' })
  expect((await exchange(wrong, verifier)).body).toMatchObject({
    error: -14003,
    error_name: 'Invalid redirect uri',
  })
})

test('refresh tokens rotate, are used once, and take the old access token with them', async () => {
  const { oa, clock } = await openFakeOa()
  const first = oa.tokens.issue()
  const lan = oa.person({ follows: true })
  const send = (token: string) => post(oa, cs, toPerson(lan.userId, { text: 'a' }), { access_token: token })
  const refresh = (token: string) => postForm(oa, { grant_type: 'refresh_token', refresh_token: token })
  expect(await send(first.accessToken)).toMatchObject({ error: 0 })
  const second = (await refresh(first.refreshToken)).body
  expect(await send(first.accessToken)).toMatchObject({ error: -220 })
  expect(await send(String(second.access_token))).toMatchObject({ error: 0 })
  expect(await refresh(first.refreshToken)).toMatchObject({ status: 200, body: { error: -14014 } })
  clock.advanceMs(25 * hourMs)
  expect(await send(String(second.access_token))).toMatchObject({ error: -220 })
  expect(await send('made-up')).toMatchObject({ error: -216 })
  expect(await send('')).toMatchObject({ error: -216 })
  expect((await refresh(String(second.refresh_token))).body).toHaveProperty('access_token')
})

test('the proof is demanded when the app says so', async () => {
  const { oa } = await openFakeOa({ behaviour: { demandsProof: true } })
  const { accessToken } = oa.tokens.issue()
  const body = toPerson(oa.person({ follows: true }).userId, { text: 'a' })
  expect(await post(oa, cs, body)).toMatchObject({ error: -242 })
  const proof = proofOf(oa.identity.appSecret, accessToken)
  expect(await post(oa, cs, body, { appsecret_proof: proof })).toMatchObject({ error: 0 })
  expect(await post(oa, '/message/template', {})).toMatchObject({ error: -1241 })
})

test('a message is free for 48 hours, billed for seven days, refused after', async () => {
  const { oa, clock } = await openFakeOa({ account: { packageQuota: 1 } })
  oa.tokens.issue()
  const lan = oa.person()
  const send = () =>
    post(oa, cs, toPerson(lan.userId, { text: 'a' }), { access_token: oa.tokens.issue().accessToken })
  expect(await send()).toMatchObject({ error: -232 })
  await lan.follow()
  clock.advanceMs(48 * hourMs)
  expect(await send()).toMatchObject({ error: 0, data: { quota: { quota_type: 'reply' } } })
  clock.advanceMs(1)
  expect(await send()).toMatchObject({ error: 0, data: { quota: { quota_type: 'sub_quota', remain: 0 } } })
  clock.advanceMs(5 * 24 * hourMs - 1)
  expect(await send()).toMatchObject({ error: 0 })
  expect(oa.ledger.map(({ kind, vnd }) => [kind, vnd])).toEqual([
    ['free', 0],
    ['package', 0],
    ['paid', 55],
  ])
  expect(oa.account.zcaBalanceVnd).toBe(999_945)
  oa.account.zcaBalanceVnd = 54
  expect(await send()).toMatchObject({ error: -321 })
  oa.account.isZcaLinked = false
  expect(await send()).toMatchObject({ error: -211 })
  clock.advanceMs(1)
  expect(await send()).toMatchObject({ error: -230 })
  await lan.unfollow()
  expect(await send()).toMatchObject({ error: -213 })
  await lan.write('a')
  expect(await send()).toMatchObject({ error: 0 })
  lan.state.refusesWith = -244
  expect(await send()).toMatchObject({ error: -244 })
  expect(await post(oa, cs, toPerson('111', { text: 'a' }))).toMatchObject({ error: -213 })
})

const button = (title: string) => ({ title, type: 'oa.query.hide', payload: `v1:${title}` })
const withButtons = (buttons: unknown, extra = {}) => ({
  text: 'Chọn việc',
  attachment: { type: 'template', payload: { ...extra, buttons } },
})
const media = (element: unknown) => ({
  attachment: { type: 'template', payload: { template_type: 'media', elements: [element] } },
})

test.each([
  ['2000 code points, with a face', { text: `${'ỡ'.repeat(1999)}🙂` }, 0],
  ['2001 code points', { text: 'ỡ'.repeat(2001) }, -210],
  ['2000 letters taken apart', { text: 'ỡ'.repeat(2000).normalize('NFD') }, -210],
  ['no text', { text: ' ' }, -201],
  ['five buttons', withButtons([1, 2, 3, 4, 5].map((n) => button(`${n}`))), 0],
  ['six buttons', withButtons([1, 2, 3, 4, 5, 6].map((n) => button(`${n}`))), -201],
  ['no buttons', withButtons([]), -201],
  ['title of 101', withButtons([button('a'.repeat(101))]), -201],
  ['payload of 1001', withButtons([{ ...button('a'), payload: 'a'.repeat(1001) }]), -201],
  ['url button', withButtons([{ title: 'a', type: 'oa.open.url', payload: { url: 'https://a.vn' } }]), 0],
  ['url as text', withButtons([{ title: 'a', type: 'oa.open.url', payload: 'https://a.vn' }]), -201],
  ['old button form', withButtons([button('a')], { template_type: 'button' }), -233],
  ['list', withButtons([button('a')], { template_type: 'list' }), -233],
  ['promotion', withButtons([button('a')], { template_type: 'promotion' }), -233],
  ['image', media({ media_type: 'image', url: 'https://a.vn/a.jpg' }), 0],
  ['image by type', { attachment: { type: 'image', payload: { url: 'https://a.vn/a.jpg' } } }, -201],
  ['image without source', media({ media_type: 'image' }), -201],
  ['image with dead upload', media({ media_type: 'image', attachment_id: 'gone' }), -100],
  ['gif without size', media({ media_type: 'gif', url: 'https://a.vn/a.gif' }), -201],
])('shape of a message: %s', async (_name, message, error) => {
  const { oa } = await openFakeOa()
  oa.tokens.issue()
  const lan = oa.person({ follows: true })
  expect(await post(oa, cs, toPerson(lan.userId, message))).toMatchObject({ error })
  expect(lan.bubbles.length).toBe(error === 0 ? 1 : 0)
})

test('the minute has 4,000 requests', async () => {
  const { oa, clock } = await openFakeOa({ behaviour: { requestsPerMinute: 2 } })
  oa.tokens.issue()
  const ask = () =>
    fetch(`${oa.hosts.openapi}/v2.0/oa/getoa`, {
      headers: { access_token: oa.tokens.current()!.accessToken },
    })
  await ask()
  await ask()
  const third = await ask()
  expect([third.headers.get('x-ratelimit-limit'), third.headers.get('x-ratelimit-remain')]).toEqual([
    '2',
    '0',
  ])
  expect(await third.json()).toMatchObject({ error: -32 })
  clock.advanceMs(minuteMs)
  expect(await (await ask()).json()).toMatchObject({
    error: 0,
    data: { oaid: oa.identity.oaId, oa_type: 4 },
  })
})

test('uploads live seven days', async () => {
  const { oa, clock } = await openFakeOa()
  oa.tokens.issue()
  const lan = oa.person({ follows: true })
  const upload = async (kind: string, bytes: Uint8Array<ArrayBuffer>, name: string) => {
    const form = new FormData()
    form.set('file', new File([bytes], name))
    const answer = await fetch(`${oa.hosts.openapi}/v2.0/oa/upload/${kind}`, {
      method: 'POST',
      headers: { access_token: oa.tokens.issue().accessToken },
      body: form,
    })
    return (await answer.json()) as { error: number; data: Record<string, string> }
  }
  const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1, 2])
  const { data } = await upload('image', jpeg, 'a.jpg')
  const send = () =>
    post(oa, cs, toPerson(lan.userId, media({ media_type: 'image', attachment_id: data.attachment_id })))
  expect(await send()).toMatchObject({ error: 0 })
  clock.advanceMs(7 * 24 * hourMs)
  oa.tokens.issue()
  expect(await send()).toMatchObject({ error: -100 })
  expect(await upload('image', jpeg, 'noname')).toMatchObject({ error: 0, data: {} })
  expect(await upload('image', new Uint8Array(1024 * 1024 + 1), 'a.jpg')).toMatchObject({ error: -210 })
  expect(await upload('image', Uint8Array.from([1, 2, 3, 4]), 'a.jpg')).toMatchObject({ error: -201 })
  const file = await upload('file', jpeg, 'don.pdf')
  const document = { attachment: { type: 'file', payload: { token: file.data.token } } }
  await lan.write('a')
  expect(await post(oa, cs, toPerson(lan.userId, document))).toMatchObject({ error: 0 })
})

test('planned answers: status, delay, reset, never, applied though lost', async () => {
  const { oa } = await openFakeOa()
  oa.tokens.issue()
  const lan = oa.person({ follows: true })
  const send = () => post(oa, cs, toPerson(lan.userId, { text: 'a' }))
  oa.queueAnswer(cs, { status: 200, body: { error: -224, message: 'x' } })
  oa.queueAnswer(cs, { end: 'reset' })
  oa.queueAnswer(cs, { end: 'reset', isApplied: true })
  oa.queueAnswer(cs, { delayMs: 60 })
  oa.queueAnswer(cs, { end: 'never' })
  expect(await send()).toMatchObject({ error: -224 })
  await expect(send()).rejects.toThrow()
  expect(lan.bubbles).toHaveLength(0)
  await expect(send()).rejects.toThrow()
  expect(lan.bubbles).toHaveLength(1)
  const began = performance.now()
  expect(await send()).toMatchObject({ error: 0 })
  expect(performance.now() - began).toBeGreaterThan(50)
  const never = send().catch(() => 'cut')
  expect(await Promise.race([never, new Promise((resolve) => setTimeout(resolve, 80, 'waiting'))])).toBe(
    'waiting',
  )
  expect(oa.requestsTo(cs)).toHaveLength(5)
  expect(oa.requestsTo(cs)[3]!.answer?.body).toMatchObject({ error: 0 })
  expect(oa.dropPlanned()).toBe(0)
})

test('anonymous people, reactions, broadcast and the dead second version', async () => {
  const { oa } = await openFakeOa()
  oa.tokens.issue()
  const nobody = oa.anonymous()
  const { event } = await nobody.write('a')
  expect(event.event_name).toBe('anonymous_send_text')
  const ids = {
    anonymous_id: nobody.userId,
    conversation_id: (event.message as { conversation_id: string }).conversation_id,
  }
  const v2 = (body: unknown) => post(oa, '/v2.0/oa/message', body)
  expect(await v2({ recipient: ids, message: { text: 'b' } })).toMatchObject({ error: 0 })
  expect(await v2({ recipient: { anonymous_id: nobody.userId }, message: { text: 'b' } })).toMatchObject({
    error: -201,
  })
  expect(await post(oa, cs, toPerson(nobody.userId, { text: 'b' }))).toMatchObject({ error: -213 })
  const lan = oa.person()
  await lan.write('a', { messageId: 'm1' })
  expect(await v2(toPerson(lan.userId, { text: 'b' }))).toMatchObject({ error: -240 })
  const like = { react_icon: '/-strong', react_message_id: 'm1' }
  expect(await v2({ recipient: { user_id: lan.userId }, sender_action: like })).toMatchObject({ error: 0 })
  expect(lan.bubbles[0]!.reaction).toBe('/-strong')
  expect(await v2({ recipient: { target: {} }, message: { text: 'b' } })).toMatchObject({ error: -233 })
})

test('people, histories, tags and quota are told as the pages say', async () => {
  const { oa } = await openFakeOa()
  oa.tokens.issue()
  const lan = oa.person({ name: 'Lan' })
  expect(await get(oa, withData('/v3.0/oa/user/detail', { user_id: lan.userId }))).toMatchObject({
    error: -213,
  })
  await lan.follow()
  await lan.write('một')
  await post(oa, cs, toPerson(lan.userId, { text: 'hai' }))
  await post(oa, '/v2.0/oa/tag/tagfollower', { user_id: lan.userId, tag_name: 'quen' })
  expect(await get(oa, withData('/v3.0/oa/user/detail', { user_id: lan.userId }))).toMatchObject({
    data: {
      display_name: 'Lan',
      user_last_interaction_date: '04/05/2026',
      user_is_follower: true,
      tags_and_notes_info: { tag_names: ['quen'] },
    },
  })
  const list = { offset: 0, count: 50, last_interaction_period: 'TODAY', is_follower: 'true' }
  expect(await get(oa, withData('/v3.0/oa/user/getlist', list))).toMatchObject({
    data: { total: 1, users: [{ user_id: lan.userId }] },
  })
  expect(await get(oa, withData('/v3.0/oa/user/getlist', { offset: 0, count: 51 }))).toMatchObject({
    error: -201,
  })
  const history = { user_id: lan.userId, offset: 0, count: 10 }
  expect((await get(oa, withData('/v2.0/oa/conversation', history))).data).toMatchObject([
    { src: 0, message: 'hai', to_id: lan.userId },
    { src: 1, message: 'một', from_id: lan.userId },
  ])
  expect(await get(oa, withData('/v2.0/oa/conversation', { ...history, count: 11 }))).toMatchObject({
    error: -201,
  })
  expect((await get(oa, '/v2.0/oa/tag/gettagsofoa')).data).toEqual(['quen'])
  expect(await post(oa, '/v3.0/oa/quota/message', { user_id: lan.userId })).toMatchObject({
    data: { last_interaction: String(Date.parse('2026-05-04T02:00:00Z')) },
  })
  expect(await post(oa, '/v3.0/oa/quota/message', { quota_owner: 'OA', product_type: 'cs' })).toMatchObject({
    data: [{ quota_type: 'sub_quota' }, { quota_type: 'purchase_quota' }],
  })
})

test('templates by phone: codes, night, quota, what the person and the webhook get', async () => {
  const { oa, clock } = await openFakeOa({ account: { dailyTemplateQuota: 2 } })
  oa.tokens.issue()
  const webhook = await openWebhook()
  oa.webhook.turnOn(webhook.url)
  const lan = oa.person({ phone: '84900000001' })
  const parameter = { name: 'ma', isRequired: true, maxLength: 5, type: 'STRING' as const }
  oa.addTemplate({ id: 't1', parameters: [parameter] })
  oa.addTemplate({ id: 't2', status: 'PENDING_REVIEW' })
  oa.addTemplate({ id: 't3', isOurs: false })
  const good = {
    phone: '84900000001',
    template_id: 't1',
    template_data: { ma: 'PA-12' },
    tracking_id: 'r-12',
  }
  const send = async (changes: object) =>
    (
      await post(
        oa,
        '/message/template',
        { ...good, ...changes },
        { access_token: oa.tokens.issue().accessToken },
      )
    ).error
  expect(await send({ phone: '0900000001' })).toBe(-108)
  expect(await send({ phone: '84900000009' })).toBe(-118)
  expect(await send({ template_id: 't9' })).toBe(-109)
  expect(await send({ template_id: 't2' })).toBe(-131)
  expect(await send({ template_id: 't3' })).toBe(-117)
  expect(await send({ template_data: { mo: 'a' } })).toBe(-1122)
  expect(await send({ template_data: { ma: 'PA-123' } })).toBe(-1121)
  expect(await send({ tracking_id: undefined })).toBe(-132)
  expect(await send({ tracking_id: 'a'.repeat(49) })).toBe(-132)
  clock.advanceMs(13 * hourMs)
  expect(await send({})).toBe(-133)
  clock.advanceMs(8 * hourMs)
  lan.state.refusesTemplatesWith = -139
  expect(await send({})).toBe(-139)
  lan.state.refusesTemplatesWith = undefined
  expect(await send({})).toBe(0)
  await oa.settled()
  expect(JSON.parse(webhook.heard[0]!.raw.toString())).toMatchObject({
    event_name: 'user_received_message',
    recipient: { id: '84900000001' },
    message: { tracking_id: 'r-12' },
  })
  expect(webhook.heard[0]!.headers['x-zevent-server']).toBe('ZNS')
  expect(lan.bubbles[0]!.template?.data).toEqual({ ma: 'PA-12' })
  const { phone: _phone, ...hashed } = { ...good, hash_phone: hashOfPhone('84900000001') }
  expect((await post(oa, '/message/template/hashphone', hashed)).error).toBe(0)
  expect(await send({})).toBe(-144)
  const { messageId } = oa.sentTemplates[0]!
  expect(await get(oa, `/message/status?message_id=${messageId}`)).toMatchObject({ data: { status: 1 } })
  expect(await get(oa, '/message/quota')).toMatchObject({
    data: { dailyQuota: '2', remainingQuota: '0' },
  })
  expect(await get(oa, '/quality')).toMatchObject({ data: { oaCurrentQuality: 'HIGH' } })
  expect(await get(oa, '/template/info/v2?template_id=t1')).toMatchObject({
    data: { listParams: [{ name: 'ma', require: true }], price_sdt: '120' },
  })
  expect((await get(oa, '/template/all?offset=0&limit=100&status=1')).data).toHaveLength(1)
  oa.account.zcaBalanceVnd = 0
  expect(await send({})).toBe(-115)
  oa.tokens.revokeAll()
  expect(await post(oa, '/message/template', good)).toMatchObject({ error: -124 })
})

test('a rating by person id: event and rows agree, pages are cut', async () => {
  const { oa, clock } = await openFakeOa()
  oa.tokens.issue()
  const lan = oa.person()
  oa.addTemplate({ id: 'r1', type: 'rating', answers: ['Nhanh'] })
  oa.addTemplate({ id: 'r3', isOurs: false })
  oa.addTemplate({ id: 'p1', tag: 3 })
  oa.addTemplate({ id: 'o1', maySendByUid: false })
  const send = (template_id: string) =>
    post(oa, '/v3.0/oa/message/template', { user_id: lan.userId, template_id, template_data: {} })
  expect(await send('o1')).toMatchObject({ error: -249 })
  expect(await send('r1')).toMatchObject({ error: 0, data: { user_id: lan.userId } })
  const heard = await lan.rate(5, { note: 'tốt', feedbacks: ['Nhanh'], isQuoted: true })
  expect(heard!.event).toMatchObject({ event_name: 'user_feedback', message: { rate: '5', note: 'tốt' } })
  await lan.rate(4, { isUnheard: true })
  const now = clock.now().getTime()
  const read = (query: string) => get(oa, `/rating/get?template_id=r1&from_time=0&to_time=${now}&${query}`)
  expect(await read('offset=1&limit=1')).toMatchObject({ data: { total: 2, data: [{ rate: 4 }] } })
  expect(await read('offset=0&limit=10001')).toMatchObject({ error: -132 })
  expect(await get(oa, '/rating/get?template_id=r3&from_time=0&to_time=1&offset=0&limit=1')).toMatchObject({
    error: -117,
  })
  expect(await post(oa, '/rating/get', { template_id: 'r1' })).toMatchObject({ error: -106 })
  clock.advanceMs(13 * hourMs)
  expect(await send('p1')).toMatchObject({ error: -234 })
})

async function openWebhook() {
  const webhook = await listenForWebhooks()
  onTestFinished(() => webhook.close())
  return webhook
}

test('an event comes signed, goes up the ladder on the clock, and its end turns the webhook off', async () => {
  const { oa, clock } = await openFakeOa()
  const webhook = await openWebhook()
  expect(await oa.webhook.save(webhook.url)).toBe(200)
  expect(webhook.heard[0]!.raw.toString()).toBe('{}')
  expect(webhook.heard[0]!.headers['x-zevent-signature']).toBeUndefined()
  const lan = oa.person()
  webhook.status = 500
  const delivery = await lan.write('Xin chào')
  const heard = webhook.heard[1]!
  const mac = createHash('sha256')
    .update(oa.identity.appId)
    .update(heard.raw)
    .update(JSON.parse(heard.raw.toString()).timestamp)
    .update(oa.identity.oaSecretKey)
    .digest('hex')
  expect(heard.headers['x-zevent-signature']).toBe(`mac=${mac}`)
  expect(delivery.attempts.map(({ status }) => status)).toEqual([500])
  for (const [index, ms] of [30_000, 300_000, 900_000, 1_800_000, 3_600_000].entries()) {
    clock.advanceMs(ms - 1)
    expect(delivery.attempts).toHaveLength(index + 1)
    clock.advanceMs(1)
    await delivery.attempt(index + 2)
  }
  expect(webhook.heard.slice(1).map(({ headers }) => headers.num_retry)).toEqual([
    undefined,
    '1',
    '2',
    '3',
    '4',
    '5',
  ])
  expect(new Set(webhook.heard.slice(1).map(({ raw }) => raw.toString())).size).toBe(1)
  expect([delivery.state, oa.webhook.isOn, oa.webhook.notices.length]).toEqual(['lost', false, 1])
  webhook.status = 200
  expect((await lan.write('còn ai không')).state).toBe('lost')
  expect(await oa.webhook.save(webhook.url)).toBe(200)
  expect((await lan.write('lại được')).state).toBe('taken')
})

test('a webhook that does not answer in its time is tried again; a mended one is taken', async () => {
  const { oa, clock } = await openFakeOa({ behaviour: { webhookTimeoutMs: 60 } })
  const webhook = await openWebhook()
  oa.webhook.turnOn(webhook.url)
  webhook.status = 0
  const delivery = await oa.person().write('a')
  expect(delivery.attempts[0]).toMatchObject({ failure: 'timeout' })
  webhook.status = 200
  clock.advanceMs(30_000)
  await delivery.attempt(2)
  expect(delivery.state).toBe('taken')
})

test('only shown buttons can be tapped; a tap comes in as a text, hidden or seen', async () => {
  const { oa } = await openFakeOa()
  oa.tokens.issue()
  const lan = oa.person({ follows: true })
  await expect(lan.tap('Hỏi thủ tục')).rejects.toThrow('no button')
  const buttons = [
    { title: 'Hỏi thủ tục', type: 'oa.query.hide', payload: 'v1:menu:faq' },
    { title: 'Phản ánh', type: 'oa.query.show', payload: '#phananh' },
    { title: 'Gọi', type: 'oa.open.phone', payload: { phone_code: '1022' } },
  ]
  expect(await post(oa, cs, toPerson(lan.userId, withButtons(buttons)))).toMatchObject({ error: 0 })
  expect((await lan.nextAnswer()).buttons).toHaveLength(3)
  const hidden = await lan.tap('Hỏi thủ tục')
  expect(hidden!.event).toMatchObject({ event_name: 'user_send_text', message: { text: 'v1:menu:faq' } })
  await lan.tap('Phản ánh')
  expect(await lan.tap('Gọi')).toBeUndefined()
  expect(lan.bubbles.map(({ text }) => text)).toEqual(['Chọn việc', '#phananh'])
  await expect(lan.nextAnswer(20)).rejects.toThrow('no answer')
})

test('own sends and an officer in the console come back as echoes', async () => {
  const { oa } = await openFakeOa()
  const webhook = await openWebhook()
  oa.webhook.turnOn(webhook.url)
  oa.tokens.issue()
  const lan = oa.person({ follows: true })
  await post(oa, cs, toPerson(lan.userId, { text: 'máy' }))
  await oa.settled()
  await oa.officer.write(lan, 'người')
  const [own, human] = webhook.heard.map(({ raw }) => JSON.parse(raw.toString()))
  expect(own).toMatchObject({ event_name: 'oa_send_text', sender: { id: oa.identity.oaId } })
  expect(own.sender).not.toHaveProperty('admin_id')
  expect(human).toMatchObject({ sender: { admin_id: '3330000000000000333' }, message: { text: 'người' } })
})

test('everything a person can send has the shape of the reference', async () => {
  const { oa } = await openFakeOa()
  const lan = oa.person()
  const bytes = Uint8Array.from([1, 2, 3])
  const info = {
    name: 'Lan',
    phone: '84900000001',
    city: 'Khánh Hòa',
    ward: 'Vĩnh Hải',
    address: '5 Lê Lợi',
  }
  expect(await lan.clickChat()).toBeDefined()
  expect(await lan.clickChat()).toBeUndefined()
  const photo = await lan.sendPhoto({ bytes }, { caption: 'ổ gà' })
  const all = [
    photo,
    await lan.sendFile({ bytes, name: 'don.pdf' }),
    await lan.sendLocation(16.05, 108.2),
    await lan.sendLocation(16.05, 108.2, { form: 'message' }),
    await lan.sendSticker(),
    await lan.sendAudio(),
    await lan.sendVideo(),
    await lan.sendLink('https://a.vn'),
    await lan.sendBusinessCard('84900000001'),
    await lan.follow(),
    await lan.submitInfo(info),
    await lan.submitInfo(info, 'old'),
    await lan.look(),
    await lan.react('m1'),
    await lan.withdraw(),
    await lan.unfollow(),
  ].map(({ event }) => event)
  expect(all.map(({ event_name }) => event_name)).toEqual([
    'user_send_image',
    'user_send_file',
    'user_send_location',
    'user_send_location',
    'user_send_sticker',
    'user_send_audio',
    'user_send_video',
    'user_send_link',
    'user_send_business_card',
    'follow',
    'user_submit_info',
    'user_submit_info',
    'user_seen_message',
    'user_reacted_message',
    'user_withdraw',
    'unfollow',
  ])
  expect(all[1]).toMatchObject({
    message: {
      attachments: [{ payload: { size: '3', type: 'pdf', checksum: '5289df737df57326fcdd22597afb1fac' } }],
    },
  })
  expect(all[2]).toMatchObject({
    message: { attachments: [{ payload: { coordinates: { latitude: '16.05', longitude: '108.2' } } }] },
  })
  expect(all[3]).toMatchObject({ message: { location: { latitude: 16.05 } } })
  expect(all[9]).not.toHaveProperty('sender')
  const message = photo.event.message as { attachments: { payload: { url: string } }[] }
  const { url } = message.attachments[0]!.payload
  expect(new Uint8Array(await (await fetch(url)).arrayBuffer())).toEqual(bytes)
  oa.media.forget(url)
  expect((await fetch(url)).status).toBe(404)
})

test('forged deliveries are what they say', async () => {
  const { oa } = await openFakeOa()
  const webhook = await openWebhook()
  oa.webhook.turnOn(webhook.url)
  const event = oa.event('user_send_text', {
    sender: { id: '1' },
    message: { msg_id: 'm', text: 'à' },
  })
  const isSigned = ({ raw, headers }: (typeof webhook.heard)[number]) =>
    headers['x-zevent-signature'] ===
    `mac=${macOf({
      term: oa.identity.appId,
      raw,
      timestamp: JSON.parse(raw.toString()).timestamp ?? '',
      secret: oa.identity.oaSecretKey,
    })}`
  const { forge } = oa
  for (const bad of [forge.wrongMac, forge.withoutHeader, forge.alteredByte, forge.hmac])
    expect((await bad(event)).status).toBe(200)
  await forge.signedWithAppSecret(event)
  expect(webhook.heard.map(isSigned)).toEqual([false, false, false, false, false])
  await forge.signed('{ "timestamp": "5" }', '5')
  await forge.again(oa.webhook.send(event), 3)
  await oa.settled()
  expect(webhook.heard.slice(5).map(isSigned)).toEqual([true, true, true])
})
