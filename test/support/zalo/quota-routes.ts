import { type Answer, invalid, openapi, success } from './answers.ts'
import type { RecordedRequest, Routes } from './serve.ts'
import type { World } from './world.ts'

/** Two questions on one path: of a person's window, and of what the OA has left. */
export function quotaRoutes(world: World): Routes {
  const { people, account } = world

  function quota({ body }: RecordedRequest): Answer {
    if (body.quota_owner !== undefined) return ofOwner(body)
    const person = typeof body.user_id === 'string' ? people.get(body.user_id) : undefined
    if (!person?.lastInteractionAt) return openapi.notFollower
    return success({
      last_interaction: String(person.lastInteractionAt.getTime()),
      cs_reply: { remain: 8, total: 8 },
      promotion: { remain: 0, total: 0 },
    })
  }

  function ofOwner(body: Record<string, unknown>): Answer {
    if (body.quota_owner !== 'OA') return invalid('quota_owner')
    if (body.product_type !== undefined && body.product_type !== 'cs') return invalid('product_type')
    const asset = { product_type: 'cs', valid_through: '31/12/2027' }
    const all = [
      { ...asset, asset_id: 'a1', quota_type: 'sub_quota', total: 2000, remain: account.packageQuota },
      { ...asset, asset_id: 'a2', quota_type: 'purchase_quota', total: 0, remain: 0 },
    ]
    return success(
      all.filter(({ quota_type }) => body.quota_type === undefined || body.quota_type === quota_type),
    )
  }

  return { 'POST /v3.0/oa/quota/message': quota }
}
