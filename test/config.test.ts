import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseConfig, settingNames } from '../src/config.ts'

const token = '123456:ABC-def'

describe('parseConfig', () => {
  it('needs nothing', () => {
    const parsed = parseConfig({})
    expect(parsed).toMatchObject({ kind: 'parsed', config: { http: { port: 3000, host: '127.0.0.1' } } })
    expect(parsed.kind === 'parsed' && parsed.config.telegram).toBeUndefined()
  })

  it('takes an empty value for "not set"', () => {
    expect(parseConfig({ PORT: '', MONGODB_URI: ' ' }).kind).toBe('parsed')
  })

  it('names all wrong settings at once and never their values (feature 76)', () => {
    const parsed = parseConfig({
      PORT: 'http',
      MONGODB_URI: 'postgres://u:s3cret@x',
      TELEGRAM_BOT_TOKEN: 'not-a-token-s3cret',
      LOG_LEVEL: 'loud',
    })
    expect(parsed).toEqual({
      kind: 'faults',
      faults: expect.arrayContaining([
        { setting: 'PORT', kind: 'wrong' },
        { setting: 'MONGODB_URI', kind: 'wrong' },
        { setting: 'TELEGRAM_BOT_TOKEN', kind: 'wrong' },
        { setting: 'LOG_LEVEL', kind: 'wrong' },
      ]),
    })
    expect(JSON.stringify(parsed)).not.toContain('s3cret')
  })

  it('refuses a Telegram webhook without its secret and address', () => {
    expect(parseConfig({ TELEGRAM_BOT_TOKEN: token, TELEGRAM_MODE: 'webhook' })).toEqual({
      kind: 'faults',
      faults: [
        { setting: 'TELEGRAM_WEBHOOK_SECRET', kind: 'needed-for-webhook' },
        { setting: 'PUBLIC_URL', kind: 'needed-for-webhook' },
      ],
    })
  })
})

describe('parseConfig, for a webhook with other faults', () => {
  it('names what is missing together with what is wrong, each setting once (feature 76)', () => {
    const faultsOf = (settings: Record<string, string>) => {
      const parsed = parseConfig({ TELEGRAM_BOT_TOKEN: token, TELEGRAM_MODE: 'webhook', ...settings })
      return parsed.kind === 'faults' ? parsed.faults : []
    }
    expect(faultsOf({ PORT: 'x', PUBLIC_URL: 'no address' })).toEqual(
      expect.arrayContaining([
        { setting: 'PORT', kind: 'wrong' },
        { setting: 'PUBLIC_URL', kind: 'wrong' },
        { setting: 'TELEGRAM_WEBHOOK_SECRET', kind: 'needed-for-webhook' },
      ]),
    )
    expect(faultsOf({ PORT: 'x', PUBLIC_URL: 'no address' })).toHaveLength(3)
  })
})

describe('the key of the dossiers', () => {
  it('closes the way in when it is not set, and is no short word', () => {
    const none = parseConfig({})
    expect(none.kind === 'parsed' && none.config.dossiers).toEqual({})
    const key = 's3cret-'.repeat(5)
    expect(parseConfig({ DOSSIER_API_KEY: key })).toMatchObject({
      kind: 'parsed',
      config: { dossiers: { apiKey: key } },
    })
    for (const short of ['s3cret', 's3cret-'.repeat(4), 'x'.repeat(513)]) {
      const parsed = parseConfig({ DOSSIER_API_KEY: short })
      expect(parsed).toEqual({ kind: 'faults', faults: [{ setting: 'DOSSIER_API_KEY', kind: 'wrong' }] })
    }
  })
})

describe('mail', () => {
  it('needs its server and its sender, both or neither', () => {
    const given = {
      SMTP_URL: 'smtps://u:s3cret@mail.example.gov.vn:465',
      MAIL_FROM: 'Một cửa <a@example.gov.vn>',
    }
    expect(parseConfig(given)).toMatchObject({
      kind: 'parsed',
      config: { mail: { smtpUrl: given.SMTP_URL, from: given.MAIL_FROM } },
    })
    const none = parseConfig({})
    expect(none.kind === 'parsed' && none.config.mail).toBeUndefined()
    for (const name of ['SMTP_URL', 'MAIL_FROM'] as const) {
      const { [name]: _left, ...one } = given
      const parsed = parseConfig(one)
      expect(parsed).toEqual({ kind: 'faults', faults: [{ setting: name, kind: 'needed-for-mail' }] })
      expect(JSON.stringify(parsed)).not.toContain('s3cret')
    }
  })

  it.each([
    ['http://mail.example.gov.vn', 'a@example.gov.vn'],
    ['smtp://', 'a@example.gov.vn'],
    ['smtp://mail.example.gov.vn', 'nobody'],
    ['smtp://mail.example.gov.vn', 'a@example.gov.vn\r\nBcc: b@example.com'],
  ])('does not take %s with %j', (SMTP_URL, MAIL_FROM) => {
    expect(parseConfig({ SMTP_URL, MAIL_FROM }).kind).toBe('faults')
  })
})

describe('Zalo', () => {
  const needed = {
    ZALO_APP_ID: '1234567890123456789',
    ZALO_APP_SECRET: 'app-secret-s3cret',
    ZALO_OA_SECRET_KEY: 'oa-key-s3cret',
  }

  it('is not there by default, and whole with its three settings', () => {
    const none = parseConfig({})
    expect(none.kind === 'parsed' && none.config.zalo).toBeUndefined()
    const parsed = parseConfig(needed)
    expect(parsed.kind === 'parsed' && parsed.config.zalo).toEqual({
      appId: '1234567890123456789',
      appSecret: 'app-secret-s3cret',
      oaSecretKey: 'oa-key-s3cret',
      hosts: {
        oauth: 'https://oauth.zaloapp.com',
        openapi: 'https://openapi.zalo.me',
        business: 'https://business.openapi.zalo.me',
      },
      sendsProof: false,
      mayPay: false,
    })
  })

  it('row 4 (Zalo): does not start by halves; what is missing is named, and no value is', () => {
    const names = Object.keys(needed) as (keyof typeof needed)[]
    for (const name of names) {
      const { [name]: _left, ...others } = needed
      const parsed = parseConfig(others)
      expect(parsed).toEqual({ kind: 'faults', faults: [{ setting: name, kind: 'needed-for-zalo' }] })
      expect(JSON.stringify(parsed)).not.toContain('s3cret')
    }
    const faults = names.map((setting) => ({ setting, kind: 'needed-for-zalo' }))
    expect(parseConfig({ ZALO_REFRESH_TOKEN: 'rt-12345678' })).toEqual({ kind: 'faults', faults })
  })

  it('takes all the rest', () => {
    const parsed = parseConfig({
      ...needed,
      ZALO_OA_ID: '9876543210987654321',
      ZALO_REFRESH_TOKEN: 'rt-12345678',
      ZALO_OAUTH_URL: 'http://127.0.0.1:1/',
      ZALO_OPENAPI_URL: 'http://127.0.0.1:2',
      ZALO_BUSINESS_URL: 'http://127.0.0.1:3/x/',
      ZALO_APPSECRET_PROOF: 'true',
      ZALO_ALLOW_PAID: 'true',
      ZALO_PKCE_VERIFIER: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ',
      ZALO_CALLBACK_URL: 'https://motcua.example.gov.vn/zalo/callback/',
      ZALO_DOMAIN_VERIFICATION: 'AbC-12_x',
    })
    expect(parsed.kind === 'parsed' && parsed.config).toMatchObject({
      web: { zaloVerification: 'AbC-12_x' },
      zalo: {
        oaId: '9876543210987654321',
        hosts: {
          oauth: 'http://127.0.0.1:1',
          openapi: 'http://127.0.0.1:2',
          business: 'http://127.0.0.1:3/x',
        },
        sendsProof: true,
        mayPay: true,
        refreshToken: 'rt-12345678',
        pkceVerifier: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ',
        // Compared byte by byte: the last slash stays.
        callbackUrl: 'https://motcua.example.gov.vn/zalo/callback/',
      },
    })
  })

  it.each([
    ['ZALO_APP_ID', 'app-1'],
    ['ZALO_APP_SECRET', 'two words'],
    ['ZALO_OA_SECRET_KEY', 'short'],
    ['ZALO_OA_ID', 'oa'],
    ['ZALO_OPENAPI_URL', 'openapi.zalo.me'],
    ['ZALO_APPSECRET_PROOF', 'yes'],
    ['ZALO_PKCE_VERIFIER', 'too-short'],
    ['ZALO_CALLBACK_URL', 'motcua.example.gov.vn'],
    ['ZALO_DOMAIN_VERIFICATION', '../../etc/passwd'],
  ])('does not take %s=%s', (setting, value) => {
    expect(parseConfig({ ...needed, [setting]: value })).toEqual({
      kind: 'faults',
      faults: [{ setting, kind: 'wrong' }],
    })
  })
})

describe('the lists of settings', () => {
  const namesIn = (file: string, pattern: RegExp) =>
    [...readFileSync(file, 'utf8').matchAll(pattern)].map((match) => match[1]!).sort()

  it('in .env.example is the schema', () => {
    expect(namesIn('.env.example', /^([A-Z_]+)=/gm)).toEqual([...settingNames].sort())
  })

  it('in README.md is the schema', () => {
    expect(namesIn('README.md', /^\| `([A-Z_]+)` \|/gm)).toEqual([...settingNames].sort())
  })
})
