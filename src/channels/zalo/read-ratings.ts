import { z } from 'zod'
import type { ZaloApi, ZaloRequest } from './api.ts'
import type { ZaloFeedback } from './ratings.ts'

/**
 * [disputed, zalo-openapi §5.5] Every open client reads ratings by GET, one digest says POST. When Zalo refuses the method
 * (-106), the log says so; then change this constant.
 */
const method = 'GET' as 'GET' | 'POST'
const path = '/rating/get'
const pageRows = 500
/** More than any office gets in the days that are read back. */
const maxPages = 200

const idSchema = z.union([z.string(), z.int().transform(String)]).catch('')
const millis = z.union([
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
  z.int(),
])

const rowSchema = z.object({
  rate: z
    .union([
      z.int(),
      z
        .string()
        .regex(/^[1-5]$/)
        .transform(Number),
    ])
    .pipe(z.int().min(1).max(5)),
  note: z.string().nullish(),
  feedbacks: z.array(z.string()).nullish(),
  submitDate: millis,
  msgId: idSchema,
  trackingId: idSchema,
})

/** `data` may be absent when there are none. */
const pageSchema = z.object({
  total: z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)]).catch(0),
  data: z.array(z.unknown()).nullish(),
})

export type ReadRatings =
  | { kind: 'read'; ratings: ZaloFeedback[]; unreadable: number }
  | { kind: 'failed'; reason: string; code?: number }

/** The stars of one template that were given in a span of time, all pages. */
export async function readRatings(
  api: ZaloApi,
  { templateId, from, until }: { templateId: string; from: Date; until: Date },
  signal?: AbortSignal,
): Promise<ReadRatings> {
  const ratings: ZaloFeedback[] = []
  let unreadable = 0
  for (let page = 0; page < maxPages; page++) {
    const question = {
      template_id: templateId,
      from_time: from.getTime(),
      to_time: until.getTime(),
      offset: page * pageRows,
      limit: pageRows,
    }
    const outcome = await api.call(requestOf(question), signal ? { signal } : {})
    if (outcome.kind === 'refused') {
      return { kind: 'failed', reason: outcome.message, code: outcome.code }
    }
    if (outcome.kind !== 'done') return { kind: 'failed', reason: outcome.reason }
    const parsed = pageSchema.safeParse(outcome.data ?? {})
    if (!parsed.success) return { kind: 'failed', reason: 'unintelligible' }
    const { total, data } = parsed.data
    const rows = data ?? []
    for (const row of rows) {
      const rating = ratingOf(row)
      if (rating) ratings.push(rating)
      else unreadable += 1
    }
    if (rows.length === 0 || (page * pageRows + rows.length >= total && rows.length < pageRows)) break
  }
  return { kind: 'read', ratings, unreadable }
}

function requestOf(question: Record<string, string | number>): ZaloRequest {
  return {
    host: 'business',
    path,
    body: method === 'GET' ? { kind: 'query', query: question } : { kind: 'json', json: question },
  }
}

function ratingOf(row: unknown): ZaloFeedback | undefined {
  const parsed = rowSchema.safeParse(row)
  if (!parsed.success) return undefined
  const { rate, note, feedbacks, submitDate, msgId, trackingId } = parsed.data
  return {
    rate: rate as ZaloFeedback['rate'],
    note: note ?? '',
    feedbacks: feedbacks ?? [],
    submittedAt: new Date(submitDate),
    msgId,
    trackingId,
  }
}
