/**
 * What an attachment's `reference` holds: a file id, or those of one picture in its sizes, largest first, each with its
 * bytes when Telegram told them (`AgAC…:88511 AgAD…:19042`).
 */
export interface FileOfReference {
  fileId: string
  sizeBytes?: number
}

export function writeReference(files: { file_id: string; file_size?: number | undefined }[]): string {
  const [only] = files
  if (files.length === 1) return only!.file_id
  return files
    .map(({ file_id, file_size = -1 }) => {
      const isSize = Number.isSafeInteger(file_size) && file_size >= 0
      return isSize ? `${file_id}:${file_size}` : file_id
    })
    .join(' ')
}

/** `undefined`: not a reference of ours. */
export function readReference(reference: string): FileOfReference[] | undefined {
  const files: FileOfReference[] = []
  for (const part of reference.split(' ')) {
    const [, fileId, size] = /^([\w-]{1,256})(?::(\d{1,15}))?$/.exec(part) ?? []
    if (fileId === undefined) return undefined
    files.push(size === undefined ? { fileId } : { fileId, sizeBytes: Number(size) })
  }
  return files
}
