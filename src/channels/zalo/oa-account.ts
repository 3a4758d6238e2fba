import { z } from 'zod'
import type { ZaloApi, ZaloRequest } from './api.ts'

/** What Zalo says of the OA's own account; what it does not say is absent. */
export interface OaAccount {
  isVerified?: boolean
  packageName?: string
  /** As Zalo writes it, DD/MM/YYYY. */
  packageEnds?: string
  hasMoneyAccount?: boolean
  /** Billed messages in the chat that are left of the package or were bought. */
  chatQuota?: { total: number; left: number }
  /** Templates by telephone number, today. */
  templateQuota?: { total: number; left: number }
}

const number = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
const text = z.union([z.string(), z.number().transform(String)])
const oaSchema = z.object({
  is_verified: z
    .union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')])
    .nullish(),
  package_name: text.nullish(),
  package_valid_through_date: text.nullish(),
  // Spelt in both ways.
  linked_ZCA: z.unknown().optional(),
  linked_zca: z.unknown().optional(),
})
const chatSchema = z.array(z.object({ total: number, remain: number }))
const templateSchema = z.object({ dailyQuota: number, remainingQuota: number })

const requests = {
  oa: { host: 'openapi', path: '/v2.0/oa/getoa', body: { kind: 'data', data: {} } },
  chat: {
    host: 'openapi',
    path: '/v3.0/oa/quota/message',
    body: { kind: 'json', json: { quota_owner: 'OA', product_type: 'cs' } },
  },
  template: { host: 'business', path: '/message/quota', body: { kind: 'query', query: {} } },
} satisfies Record<string, ZaloRequest>

/** Three questions at once; one that is refused leaves its part out. Undefined when none was answered. */
export async function readOaAccount(api: ZaloApi, signal?: AbortSignal): Promise<OaAccount | undefined> {
  const ask = async (request: ZaloRequest): Promise<unknown> => {
    const outcome = await api.call(request, signal ? { signal } : {})
    return outcome.kind === 'done' ? outcome.data : undefined
  }
  const [oaData, chatData, templateData] = await Promise.all([
    ask(requests.oa),
    ask(requests.chat),
    ask(requests.template),
  ])
  const oa = oaSchema.safeParse(oaData).data
  const chat = chatSchema.safeParse(chatData).data
  const template = templateSchema.safeParse(templateData).data
  if (!oa && !chat && !template) return undefined
  const sum = (key: 'total' | 'remain') => chat!.reduce((all, row) => all + row[key], 0)
  return {
    ...(oa?.is_verified == null ? {} : { isVerified: oa.is_verified }),
    ...(oa?.package_name ? { packageName: oa.package_name } : {}),
    ...(oa?.package_valid_through_date ? { packageEnds: oa.package_valid_through_date } : {}),
    ...(oa ? { hasMoneyAccount: Boolean(oa.linked_ZCA ?? oa.linked_zca) } : {}),
    ...(chat ? { chatQuota: { total: sum('total'), left: sum('remain') } } : {}),
    ...(template ? { templateQuota: { total: template.dailyQuota, left: template.remainingQuota } } : {}),
  }
}
