import { z } from 'zod'
import type { ZaloApi } from './api.ts'

/** What an Official Account must be so that the bot can work, as far as Zalo tells (zalo-openapi §6.6, §11.1). */
export interface OaAccount {
  oaId: string
  name: string
  isVerified: boolean
  /** `undefined`: Zalo did not tell. */
  isGovernment?: boolean
  packageName: string
  packageUntil?: string
  /** Zalo Cloud Account: pays for messages outside the free window. */
  hasCloudAccount: boolean
}

/** `no-package`: most calls will be refused with -224. `no-cloud-account`: only free messages go out. */
export type AccountLack = 'not-verified' | 'not-government' | 'no-package' | 'no-cloud-account'

export type AccountCheck =
  | { kind: 'account'; account: OaAccount; lacks: AccountLack[] }
  | { kind: 'refused'; code: number }
  | { kind: 'no-consent' }
  | { kind: 'failed'; reason: string }

/** Asks who we are; what does not work is a value. */
export async function checkAccount(api: ZaloApi): Promise<AccountCheck> {
  const outcome = await api.call({
    host: 'openapi',
    path: '/v2.0/oa/getoa',
    body: { kind: 'data', data: {} },
  })
  if (outcome.kind === 'refused') return { kind: 'refused', code: outcome.code }
  if (outcome.kind === 'no-consent') return { kind: 'no-consent' }
  if (outcome.kind === 'failed') return { kind: 'failed', reason: outcome.reason }
  const parsed = oaSchema.safeParse(outcome.data)
  if (!parsed.success) return { kind: 'failed', reason: 'unintelligible' }
  const account = accountOf(parsed.data)
  return { kind: 'account', account, lacks: lacksOf(account) }
}

const text = z.union([z.string(), z.number()]).transform(String).catch('')
/** Zalo writes booleans in several ways. */
const flag = z.union([z.boolean(), z.number(), z.string()]).transform((value) => {
  return value === true || value === 1 || value === '1' || value === 'true'
})

const oaSchema = z.object({
  oaid: z.union([z.string(), z.number()]).transform(String).optional(),
  oa_id: z.union([z.string(), z.number()]).transform(String).optional(),
  name: text,
  is_verified: flag.catch(false),
  oa_type: z.coerce.number().optional().catch(undefined),
  package_name: text,
  package_valid_through_date: text,
  linked_ZCA: z.unknown().optional(),
  linked_zca: z.unknown().optional(),
})

/** [confirmed by 2] */
const governmentType = 4

function accountOf(oa: z.infer<typeof oaSchema>): OaAccount {
  const cloud = oa.linked_ZCA ?? oa.linked_zca
  return {
    oaId: oa.oaid ?? oa.oa_id ?? '',
    name: oa.name,
    isVerified: oa.is_verified,
    ...(oa.oa_type === undefined ? {} : { isGovernment: oa.oa_type === governmentType }),
    packageName: oa.package_name,
    ...(oa.package_valid_through_date ? { packageUntil: oa.package_valid_through_date } : {}),
    // A flag in some sources, the account itself in others.
    hasCloudAccount: !(cloud === undefined || cloud === null || ['', '0', 'false'].includes(String(cloud))),
  }
}

function lacksOf(account: OaAccount): AccountLack[] {
  const lacks: AccountLack[] = []
  if (!account.isVerified) lacks.push('not-verified')
  if (account.isGovernment === false) lacks.push('not-government')
  // The free package goes by these names in public reports.
  if (/^(?:|basic|free|cơ bản|miễn phí)$/iu.test(account.packageName.trim())) lacks.push('no-package')
  if (!account.hasCloudAccount) lacks.push('no-cloud-account')
  return lacks
}
