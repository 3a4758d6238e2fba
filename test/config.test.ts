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
