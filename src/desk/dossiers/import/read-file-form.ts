import multipart, { type MultipartFile } from '@fastify/multipart'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

/** About two hundred thousand rows; for more there is the command. */
export const maxFileBytes = 32 * 1024 * 1024

export interface SentFile {
  name: string
  bytes: Buffer
  isTooLarge: boolean
}

const maxFields = 8

/**
 * Lets the forms of a scope carry a file. It is read before the token of the form is looked at, but only for officers
 * who may use the route: who asks is known before the first byte of a body.
 */
export async function takeFileForms(scope: FastifyInstance): Promise<void> {
  await scope.register(multipart, {
    attachFieldsToBody: 'keyValues',
    throwFileSizeLimit: false,
    limits: { files: 1, fileSize: maxFileBytes, fields: maxFields, fieldSize: 1_000, parts: maxFields + 1 },
    async onFile(part: MultipartFile) {
      const bytes = await part.toBuffer()
      const sent: SentFile = { name: part.filename ?? '', bytes, isTooLarge: part.file.truncated }
      // The library takes what stands here for the value of the field.
      Object.assign(part, { value: sent })
    },
  })
}

const formSchema = z.object({
  file: z
    .object({ name: z.string(), bytes: z.instanceof(Buffer), isTooLarge: z.boolean() })
    .optional()
    .catch(undefined),
})

/** The chosen file; a form that was sent without one has an empty one without a name. */
export function sentFile(body: unknown): SentFile | undefined {
  const parsed = formSchema.safeParse(body ?? {})
  const file = parsed.success ? parsed.data.file : undefined
  return file && (file.name !== '' || file.bytes.length > 0) ? file : undefined
}

const maxNameChars = 100

/** Without a path, and short: it stands in the list of imports. */
export function plainFileName(name: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1)!
  const plain = last.replace(/[\p{Cc}\p{Cf}]/gu, '').trim()
  return plain.slice(-maxNameChars)
}
