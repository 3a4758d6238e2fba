import { randomBytes } from 'node:crypto'
import { type Answer, invalid, openapi, success } from './answers.ts'
import type { RecordedRequest, Routes } from './serve.ts'
import { codePoints, dayInVietnam, dayMs, type Upload, type World } from './world.ts'

const megabyte = 1024 * 1024
const limits = { image: megabyte, gif: 5 * megabyte, file: 5 * megabyte }

/** Uploads of the second version; those of the third answer 404. An upload lives seven days. */
export function uploadRoutes(world: World): Routes {
  const take = (kind: Upload['kind']) => (request: RecordedRequest) => upload(world, kind, request)
  return {
    'POST /v2.0/oa/upload/image': take('image'),
    'POST /v2.0/oa/upload/gif': take('gif'),
    'POST /v2.0/oa/upload/file': take('file'),
  }
}

function upload(world: World, kind: Upload['kind'], { file }: RecordedRequest): Answer {
  if (!file) return invalid('file')
  // Seen live: no error, and nothing in `data` either.
  if (!/\.[a-z0-9]{2,5}$/i.test(file.name) || codePoints(file.name) > 200) return success({})
  if (file.bytes.length > limits[kind]) return openapi.overLimit
  if (!isOfKind(kind, file)) return invalid('file')
  const month = dayInVietnam(world.clock.now()).slice(0, 7)
  const used = world.uploadsThisMonth.get(month) ?? 0
  if (used >= world.account.monthlyUploads) return openapi.outOfQuota
  world.uploadsThisMonth.set(month, used + 1)
  const id = randomBytes(30).toString('base64url')
  world.uploads.set(id, { kind, ...file, expiresAt: new Date(world.clock.now().getTime() + 7 * dayMs) })
  return success(kind === 'file' ? { [world.behaviour.fileKey]: id } : { attachment_id: id })
}

function isOfKind(kind: Upload['kind'], { bytes, name }: { bytes: Uint8Array; name: string }): boolean {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex')
  if (kind === 'gif') return start.startsWith('474946')
  if (kind === 'image') return start.startsWith('ffd8ff') || start === '89504e47'
  return /\.(pdf|docx?|csv)$/i.test(name)
}
