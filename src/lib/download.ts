/** Gets one file from an address that the caller has judged. Errors hold the address, so none leaves. */
export type Download =
  | { kind: 'done'; bytes: Buffer }
  | { kind: 'too-large' }
  | { kind: 'gone' }
  /** An answer that leads elsewhere. */
  | { kind: 'not-allowed' }
  | { kind: 'failed'; reason: 'timeout' | 'network' | 'server' }

export interface DownloadLimits {
  maxBytes: number
  /** Ends it with `failed`, `timeout`. */
  signal: AbortSignal
}

/** Follows no redirect and reads no more than it may, whatever the answer says of its size. */
export async function download(address: URL, { maxBytes, signal }: DownloadLimits): Promise<Download> {
  try {
    const response = await fetch(address, { redirect: 'manual', signal })
    const outcome = meaningOf(response, maxBytes)
    if (outcome) {
      await response.body?.cancel()
      return outcome
    }
    return await readAll(response, maxBytes)
  } catch {
    return { kind: 'failed', reason: signal.aborted ? 'timeout' : 'network' }
  }
}

function meaningOf(response: Response, maxBytes: number): Download | undefined {
  const { status, headers } = response
  if (status >= 300 && status < 400) return { kind: 'not-allowed' }
  if (status === 404 || status === 410) return { kind: 'gone' }
  if (status !== 200) return { kind: 'failed', reason: 'server' }
  // Only to save the way: what it says is not believed.
  return Number(headers.get('content-length') ?? 0) > maxBytes ? { kind: 'too-large' } : undefined
}

async function readAll(response: Response, maxBytes: number): Promise<Download> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    // Leaving the loop ends the connection.
    if (length > maxBytes) return { kind: 'too-large' }
    chunks.push(chunk)
  }
  return { kind: 'done', bytes: Buffer.concat(chunks) }
}
