/** Gets a file from the one folder where Telegram keeps those of this bot. Errors hold the address, so none leaves. */
export type Download =
  | { kind: 'done'; bytes: Buffer }
  | { kind: 'too-large' }
  /** Telegram keeps a path for an hour. */
  | { kind: 'gone' }
  /** A path that leads elsewhere, or an answer that does. */
  | { kind: 'not-allowed' }
  | { kind: 'failed'; reason: 'timeout' | 'network' | 'server' }

export interface DownloadLimits {
  maxBytes: number
  /** Ends it with `failed`, `timeout`. */
  signal: AbortSignal
}

/** @param folder ends with a slash. */
export async function downloadFrom(
  folder: string,
  filePath: string,
  { maxBytes, signal }: DownloadLimits,
): Promise<Download> {
  const address = addressWithin(folder, filePath)
  if (!address) return { kind: 'not-allowed' }
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

/** Not merely a check of the words: the address as it will be asked for must still stand below the folder. */
function addressWithin(folder: string, filePath: string): URL | undefined {
  if (!/^[\w.-]+(?:\/[\w.-]+)*$/.test(filePath)) return undefined
  const address = new URL(folder + filePath)
  const { origin, pathname } = new URL(folder)
  const isWithin = address.origin === origin && address.pathname.startsWith(pathname)
  return isWithin && address.pathname.length > pathname.length ? address : undefined
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
