import type { z } from 'zod'

/** What a form sent, when it has the fields that our pages send; anything else was made by hand. */
export function readForm<T>(schema: z.ZodType<T>, body: unknown): T | undefined {
  const parsed = schema.safeParse(body ?? {})
  return parsed.success ? parsed.data : undefined
}
