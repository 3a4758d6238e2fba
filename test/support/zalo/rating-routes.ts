import { type Answer, refusal, success } from './answers.ts'
import type { RecordedRequest, Routes } from './serve.ts'
import type { Rating, World } from './world.ts'

/** Ratings read back, page by page; the method is disputed (`behaviour.ratingMethod`), the other one gets -106. */
export function ratingRoutes(world: World): Routes {
  function read({ method, query, body }: RecordedRequest): Answer {
    if (method !== world.behaviour.ratingMethod) return refusal(-106, 'Method is unsupported')
    const given = method === 'GET' ? query : body
    const template = world.templates.get(String(given.template_id))
    if (!template) return refusal(-109, 'Template id is invalid')
    if (!template.isOurs) return refusal(-117, 'App or OA has no permission to use this template')
    const [from, to, offset, limit] = ['from_time', 'to_time', 'offset', 'limit'].map((key) =>
      Number(given[key]),
    )
    const isGood = [from, to, offset, limit].every((value) => Number.isInteger(value) && value! >= 0)
    if (!isGood || limit! < 1 || limit! > 10_000 || from! > to!) return refusal(-132, 'Parameter is invalid')
    const found = world.ratings.filter(
      ({ templateId, submittedAt }) =>
        templateId === template.id && submittedAt.getTime() >= from! && submittedAt.getTime() <= to!,
    )
    return success({ total: found.length, data: found.slice(offset, offset! + limit!).map(rowOf(world)) })
  }

  return { 'GET /rating/get': read, 'POST /rating/get': read }
}

const rowOf = (world: World) => (rating: Rating) => ({
  note: rating.note,
  rate: rating.rate,
  submitDate: String(rating.submittedAt.getTime()),
  msgId: rating.messageId,
  feedbacks: rating.feedbacks,
  trackingId: rating.trackingId,
  oaId: world.identity.oaId,
})
