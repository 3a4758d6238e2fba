import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkSignature, type SignedParts } from '../../../src/channels/zalo/signature.ts'

const appId = '1234567890123456789'
const oaId = '9876543210987654321'
const oaSecretKey = 'oa-secret-key-for-tests'
const time = '1767225600000'
const body =
  '{"app_id":"1234567890123456789","sender":{"id":"1111111111111111111"},"user_id_by_app":"2222222222222222222","recipient":{"id":"9876543210987654321"},"event_name":"user_send_text","message":{"text":"Xin chào phường","msg_id":"aaaa1111bbbb2222"},"timestamp":"1767225600000"}'
const escaped = body.replaceAll('à', '\\u00e0').replaceAll('ư', '\\u01b0').replaceAll('ờ', '\\u1edd')
/** Published vectors: computed by others than this code. */
const appFirst = '8cbc747ccc2005cdff907d6a44adb2c3bc2d50180999d652e6c39567be117d68'
const oaFirst = '7276ef8fc39e2f8b01b31d041a368ba5b74b077232c73df16c75972ee098359e'
const escapedFirst = 'f6dc7785e2a21469a421e65d2790e1eaeeafeb3b68228b0c8d57729dff236b39'

const check = (given: string | undefined, change: Partial<SignedParts> = {}) =>
  checkSignature({
    raw: Buffer.from(body),
    given,
    times: { body: time },
    ids: { appId, oaId },
    oaSecretKey,
    appSecret: 'app-secret-for-tests',
    ...change,
  })
const signed = (secret: string, timestamp: string) =>
  createHash('sha256').update(appId).update(body).update(timestamp).update(secret).digest('hex')

describe('row 4 (Zalo): the signature', () => {
  it('is that of the vectors, with the app id first and with the OA id first', () => {
    expect(Buffer.byteLength(body)).toBe(277)
    expect(check(`mac=${appFirst}`)).toEqual({ kind: 'genuine', term: 'app-id' })
    expect(check(`mac=${oaFirst}`)).toEqual({ kind: 'genuine', term: 'oa-id' })
    expect(check(`mac=${oaFirst}`, { ids: { appId } })).toEqual({ kind: 'forged', reason: 'wrong' })
  })

  it('is over the bytes as they came, whatever they say', () => {
    const raw = Buffer.from(escaped)
    expect(JSON.parse(escaped)).toEqual(JSON.parse(body))
    expect(check(`mac=${escapedFirst}`, { raw })).toEqual({ kind: 'genuine', term: 'app-id' })
    expect(check(`mac=${appFirst}`, { raw }).kind).toBe('forged')
  })

  it.each([
    ['bare', appFirst],
    ['in capitals', `MAC=${appFirst.toUpperCase()}`],
    ['with blanks around', `  mac=${appFirst} `],
  ])('is taken %s', (_, given) => {
    expect(check(given).kind).toBe('genuine')
  })

  it.each([
    ['', 'wrong'],
    ['mac=', 'wrong'],
    [`mac=${appFirst.slice(1)}`, 'wrong'],
    [`mac=${appFirst}0`, 'wrong'],
    [`mac=${appFirst},${appFirst}`, 'wrong'],
    [`sha256=${appFirst}`, 'wrong'],
    [undefined, 'unsigned'],
  ])('is not %j', (given, reason) => {
    expect(check(given)).toEqual({ kind: 'forged', reason })
  })

  it('fails with any one bit of body or signature changed', () => {
    fc.assert(
      fc.property(fc.nat(277 * 8 - 1), fc.nat(63), (bit, digit) => {
        const raw = Buffer.from(body)
        raw[bit >> 3]! ^= 1 << (bit & 7)
        const other = appFirst[digit] === '0' ? '1' : '0'
        const mac = appFirst.slice(0, digit) + other + appFirst.slice(digit + 1)
        return check(`mac=${appFirst}`, { raw }).kind === 'forged' && check(`mac=${mac}`).kind === 'forged'
      }),
    )
  })

  it('takes the time of the header only where the body has none, and says when it would have been right', () => {
    const mac = signed(oaSecretKey, '42')
    expect(check(mac, { times: { header: '42' } }).kind).toBe('genuine')
    expect(check(mac, { times: { body: time, header: '42' } })).toEqual({
      kind: 'forged',
      reason: 'wrong',
      wouldMatch: 'time-of-header',
    })
    expect(check(mac, { times: {} })).toEqual({ kind: 'forged', reason: 'no-time' })
  })

  it('never takes the app secret for the key, and says when somebody else did', () => {
    expect(check(signed('app-secret-for-tests', time))).toEqual({
      kind: 'forged',
      reason: 'wrong',
      wouldMatch: 'app-secret',
    })
  })
})
