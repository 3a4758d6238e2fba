import { z } from 'zod'
import { type ZaloSettings, zaloHosts } from './channels/zalo/settings.ts'
import { type EncryptionKey, encryptionKeysSchema } from './lib/key-ring.ts'

/**
 * Every setting of the service, parsed once at the start from an environment that is handed in. Wrong settings are
 * all named at once, with the mend; values never appear in messages, since some are secrets. `.env.example` and the
 * table in README.md list the same names (a test says so).
 */
const text = z.string().trim().min(1)
const port = z.coerce.number().int().min(0).max(65_535)
/** What operators write for yes and no. */
const yesOrNo = z
  .enum(['true', 'false'])
  .default('false')
  .transform((word) => word === 'true')
const publicUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))

const settingsSchema = z.object({
  PORT: port.default(3000),
  HOST: text.default('127.0.0.1'),
  PUBLIC_URL: publicUrl.optional(),
  /** Number of proxies in front of the service whose X-Forwarded-For is believed. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(5).default(0),
  EMBED_ORIGINS: z
    .string()
    .default('')
    .transform((list) => list.split(/[\s,]+/).filter((origin) => origin !== ''))
    .pipe(z.array(z.url({ protocol: /^https?$/ }))),
  METRICS_TOKEN: z.string().min(16).optional(),
  /** Whoever has it can change what people are told about their dossiers. */
  DOSSIER_API_KEY: z.string().min(32).max(512).optional(),

  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//)
    .optional(),
  DATA_DIR: text.default('var/data'),
  ENCRYPTION_KEY: encryptionKeysSchema.optional(),
  AGENCY_FILE: text.default('data/agency.yaml'),
  CATALOGUE_MAX_AGE_DAYS: z.coerce.number().int().positive().default(180),

  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),

  TELEGRAM_BOT_TOKEN: z
    .string()
    .regex(/^\d+:[A-Za-z0-9_-]+$/)
    .optional(),
  TELEGRAM_API_ROOT: publicUrl.default('https://api.telegram.org'),
  TELEGRAM_MODE: z.enum(['polling', 'webhook']).default('polling'),
  TELEGRAM_WEBHOOK_SECRET: z
    .string()
    .regex(/^[A-Za-z0-9_-]{16,256}$/)
    .optional(),

  ZALO_APP_ID: z
    .string()
    .regex(/^\d{5,25}$/)
    .optional(),
  ZALO_APP_SECRET: z
    .string()
    .regex(/^\S{8,128}$/)
    .optional(),
  /** Signs webhooks; without it anybody could speak for Zalo, so there is no channel then. */
  ZALO_OA_SECRET_KEY: z
    .string()
    .regex(/^\S{8,128}$/)
    .optional(),
  ZALO_OA_ID: z
    .string()
    .regex(/^\d{5,25}$/)
    .optional(),
  ZALO_REFRESH_TOKEN: z
    .string()
    .regex(/^\S{8,4096}$/)
    .optional(),
  ZALO_OAUTH_URL: publicUrl.default(zaloHosts.oauth),
  ZALO_OPENAPI_URL: publicUrl.default(zaloHosts.openapi),
  ZALO_BUSINESS_URL: publicUrl.default(zaloHosts.business),
  ZALO_APPSECRET_PROOF: yesOrNo,
  ZALO_ALLOW_PAID: yesOrNo,
  /** RFC 7636 §4.1 */
  ZALO_PKCE_VERIFIER: z
    .string()
    .regex(/^[A-Za-z0-9._~-]{43,128}$/)
    .optional(),
  /** Zalo compares it byte by byte with the one of its console, so nothing is cut off. */
  ZALO_CALLBACK_URL: z.url({ protocol: /^https?$/ }).optional(),
  ZALO_DOMAIN_VERIFICATION: z
    .string()
    .regex(/^[A-Za-z0-9_-]{4,75}$/)
    .optional(),

  SMTP_URL: z.url({ protocol: /^smtps?$/, hostname: /./ }).optional(),
  /** `address`, or `Name <address>`; one line, since it becomes a header. */
  MAIL_FROM: z
    .string()
    .trim()
    .regex(/^(?:[^<>\r\n]* )?<?[^\s<>@]+@[^\s<>@]+>?$/)
    .optional(),
})

type Settings = z.infer<typeof settingsSchema>
export type SettingName = keyof Settings
export const settingNames = Object.keys(settingsSchema.shape) as SettingName[]

export interface Config {
  http: { port: number; host: string; publicUrl?: string; trustedProxies: number; metricsToken?: string }
  web: {
    embedOrigins: string[]
    /** The code with which Zalo checks that the domain is ours; works before the channel is set up. */
    zaloVerification?: string
  }
  /** Without a key there is no `POST /api/dossiers`. */
  dossiers: { apiKey?: string }
  storage: { mongodbUri?: string; dataDir: string }
  /** Without keys nothing can be sealed. */
  security: { encryptionKeys?: EncryptionKey[] }
  content: { agencyFile: string; catalogueMaxAgeDays: number }
  log: { level: string }
  telegram?: TelegramConfig
  /** Needs a key ring as well: tokens stand sealed. */
  zalo?: ZaloConfig
  /** For notices to officers. */
  mail?: { smtpUrl: string; from: string }
}

export type TelegramConfig = { token: string; apiRoot: string } & (
  | { mode: 'polling' }
  | { mode: 'webhook'; webhookSecret: string; publicUrl: string }
)

export interface ZaloConfig extends ZaloSettings {
  /** Begins the first token pair when the database holds none. */
  refreshToken?: string
  pkceVerifier?: string
  /** Saved in Zalo's console; where an administrator's browser lands after consent. */
  callbackUrl?: string
}

/** A key of the texts `operation.setting.*` that tell how to mend each setting. */
export interface SettingFault {
  setting: SettingName
  kind: 'wrong' | 'needed-for-webhook' | 'needed-for-mail' | 'needed-for-zalo'
}

export type ParsedConfig = { kind: 'parsed'; config: Config } | { kind: 'faults'; faults: SettingFault[] }

/** @param environment `process.env`; an empty value counts as not set. */
export function parseConfig(environment: Record<string, string | undefined>): ParsedConfig {
  const given = Object.fromEntries(
    settingNames.map((name) => [name, environment[name]?.trim() === '' ? undefined : environment[name]]),
  )
  const parsed = settingsSchema.safeParse(given)
  if (!parsed.success) {
    const wrong = new Set(parsed.error.issues.map((issue) => issue.path[0] as SettingName))
    const needed = missingFaults(given).filter(({ setting }) => !wrong.has(setting))
    return { kind: 'faults', faults: [...[...wrong].map(wrongSetting), ...needed] }
  }
  const settings = parsed.data
  const faults = missingFaults(settings)
  if (faults.length > 0) return { kind: 'faults', faults }
  return {
    kind: 'parsed',
    config: {
      http: {
        port: settings.PORT,
        host: settings.HOST,
        publicUrl: settings.PUBLIC_URL,
        trustedProxies: settings.TRUSTED_PROXIES,
        metricsToken: settings.METRICS_TOKEN,
      },
      web: { embedOrigins: settings.EMBED_ORIGINS, zaloVerification: settings.ZALO_DOMAIN_VERIFICATION },
      dossiers: settings.DOSSIER_API_KEY ? { apiKey: settings.DOSSIER_API_KEY } : {},
      storage: { mongodbUri: settings.MONGODB_URI, dataDir: settings.DATA_DIR },
      security: { encryptionKeys: settings.ENCRYPTION_KEY },
      content: {
        agencyFile: settings.AGENCY_FILE,
        catalogueMaxAgeDays: settings.CATALOGUE_MAX_AGE_DAYS,
      },
      log: { level: settings.LOG_LEVEL },
      telegram: telegramConfig(settings),
      zalo: zaloConfig(settings),
      mail: mailConfig(settings),
    },
  }
}

const wrongSetting = (setting: SettingName): SettingFault => ({ setting, kind: 'wrong' })

type GivenSettings = { [name in SettingName]?: unknown }

/** What other settings ask for. */
const missingFaults = (settings: GivenSettings): SettingFault[] => [
  ...webhookFaults(settings),
  ...zaloFaults(settings),
  ...mailFaults(settings),
]

/** Telegram calls a webhook over HTTPS only, and without the secret anybody could speak for it. */
function webhookFaults(settings: GivenSettings): SettingFault[] {
  if (!settings.TELEGRAM_BOT_TOKEN || settings.TELEGRAM_MODE !== 'webhook') return []
  const faults: SettingFault[] = []
  if (!settings.TELEGRAM_WEBHOOK_SECRET) {
    faults.push({ setting: 'TELEGRAM_WEBHOOK_SECRET', kind: 'needed-for-webhook' })
  }
  if (!settings.PUBLIC_URL) faults.push({ setting: 'PUBLIC_URL', kind: 'needed-for-webhook' })
  return faults
}

const neededForZalo = ['ZALO_APP_ID', 'ZALO_APP_SECRET', 'ZALO_OA_SECRET_KEY'] as const
const meantForZalo = [...neededForZalo, 'ZALO_OA_ID', 'ZALO_REFRESH_TOKEN', 'ZALO_PKCE_VERIFIER'] as const

/** Half of a channel is a mistake: it would take no messages, or believe everybody. */
function zaloFaults(settings: GivenSettings): SettingFault[] {
  if (!meantForZalo.some((name) => settings[name])) return []
  return neededForZalo
    .filter((name) => !settings[name])
    .map((setting) => ({ setting, kind: 'needed-for-zalo' }))
}

/** Without a sender most servers take nothing; without a server the sender is of no use. */
function mailFaults(settings: GivenSettings): SettingFault[] {
  const pair = ['SMTP_URL', 'MAIL_FROM'] as const
  const lacking = pair.filter((name) => !settings[name])
  return lacking.length === 1 ? [{ setting: lacking[0]!, kind: 'needed-for-mail' }] : []
}

function mailConfig({ SMTP_URL, MAIL_FROM }: Settings): Config['mail'] {
  return SMTP_URL && MAIL_FROM ? { smtpUrl: SMTP_URL, from: MAIL_FROM } : undefined
}

function telegramConfig(settings: Settings): TelegramConfig | undefined {
  if (!settings.TELEGRAM_BOT_TOKEN) return undefined
  const bot = { token: settings.TELEGRAM_BOT_TOKEN, apiRoot: settings.TELEGRAM_API_ROOT }
  if (settings.TELEGRAM_MODE === 'polling') return { ...bot, mode: 'polling' }
  return {
    ...bot,
    mode: 'webhook',
    webhookSecret: settings.TELEGRAM_WEBHOOK_SECRET!,
    publicUrl: settings.PUBLIC_URL!,
  }
}

function zaloConfig(settings: Settings): ZaloConfig | undefined {
  const { ZALO_APP_ID: appId, ZALO_APP_SECRET: appSecret, ZALO_OA_SECRET_KEY: oaSecretKey } = settings
  if (!appId || !appSecret || !oaSecretKey) return undefined
  const { ZALO_OA_ID: oaId, ZALO_REFRESH_TOKEN: refreshToken } = settings
  const { ZALO_PKCE_VERIFIER: pkceVerifier, ZALO_CALLBACK_URL: callbackUrl } = settings
  return {
    appId,
    appSecret,
    oaSecretKey,
    ...(oaId ? { oaId } : {}),
    hosts: {
      oauth: settings.ZALO_OAUTH_URL,
      openapi: settings.ZALO_OPENAPI_URL,
      business: settings.ZALO_BUSINESS_URL,
    },
    sendsProof: settings.ZALO_APPSECRET_PROOF,
    mayPay: settings.ZALO_ALLOW_PAID,
    ...(refreshToken ? { refreshToken } : {}),
    ...(pkceVerifier ? { pkceVerifier } : {}),
    ...(callbackUrl ? { callbackUrl } : {}),
  }
}
