import type { WebLimits } from './limits.ts'

/** How many uploads may be read at the same time: each holds a file in memory. */
export interface UploadSlots {
  /** Gives the function that leaves again, or `undefined` when there is no room. */
  enter(conversationId: string, network: string): (() => void) | undefined
}

export function createUploadSlots(limits: WebLimits): UploadSlots {
  const open = new Set<{ conversationId: string; network: string }>()
  return {
    enter(conversationId, network) {
      const uploads = [...open]
      const isFull =
        uploads.length >= limits.uploadsAtOnce ||
        uploads.filter((upload) => upload.network === network).length >= limits.uploadsAtOncePerAddress ||
        uploads.some((upload) => upload.conversationId === conversationId)
      if (isFull) return undefined
      const upload = { conversationId, network }
      open.add(upload)
      return () => void open.delete(upload)
    },
  }
}
