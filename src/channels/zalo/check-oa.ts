import { z } from 'zod'
import type { Log } from '../../lib/log.ts'
import type { ZaloApi } from './api.ts'

/** What Zalo says of our own OA. */
export interface OaFacts {
  oaId?: string
  isVerified?: boolean
  packageName?: string
}

const text = z.union([z.string(), z.number().transform(String)])
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')])
const oaSchema = z.object({
  oaid: text.nullish(),
  is_verified: flag.nullish(),
  oa_type: z.union([text, z.null()]).optional(),
  package_name: text.nullish(),
  // Spelt in both ways.
  linked_ZCA: z.unknown().optional(),
  linked_zca: z.unknown().optional(),
})

/**
 * Asked once at the start: whether the token works and whether the OA may do what a bot needs. `undefined` when Zalo did
 * not say; the reasons stand in the log.
 */
export async function checkOa(
  { api, log }: { api: ZaloApi; log: Log },
  signal: AbortSignal,
): Promise<OaFacts | undefined> {
  const outcome = await api.call(
    { host: 'openapi', path: '/v2.0/oa/getoa', body: { kind: 'data', data: {} } },
    { signal },
  )
  if (signal.aborted) return undefined
  const oa = outcome.kind === 'done' ? oaSchema.safeParse(outcome.data).data : undefined
  if (!oa) {
    log.warn({ outcome: outcome.kind }, 'Zalo: the OA could not be asked for; sending may not work')
    return undefined
  }
  const { oaid, is_verified: isVerified, oa_type: oaType, package_name: packageName } = oa
  const hasZca = Boolean(oa.linked_ZCA ?? oa.linked_zca)
  log.info({ isVerified, oaType, packageName, hasZca }, 'Zalo: the OA answers')
  if (isVerified === false) log.warn('Zalo: the OA is not verified; some calls will be refused (-221)')
  return {
    ...(oaid ? { oaId: oaid } : {}),
    ...(isVerified === undefined || isVerified === null ? {} : { isVerified }),
    ...(packageName ? { packageName } : {}),
  }
}
