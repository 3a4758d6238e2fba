import { type Download, type DownloadLimits, download } from '../../lib/download.ts'

/**
 * Gets a file from the one folder where Telegram keeps those of this bot, for an hour. `not-allowed` for a path that leads
 * elsewhere, too.
 *
 * @param folder ends with a slash.
 */
export async function downloadFrom(
  folder: string,
  filePath: string,
  limits: DownloadLimits,
): Promise<Download> {
  const address = addressWithin(folder, filePath)
  return address ? download(address, limits) : { kind: 'not-allowed' }
}

/** Not merely a check of the words: the address as it will be asked for must still stand below the folder. */
function addressWithin(folder: string, filePath: string): URL | undefined {
  if (!/^[\w.-]+(?:\/[\w.-]+)*$/.test(filePath)) return undefined
  const address = new URL(folder + filePath)
  const { origin, pathname } = new URL(folder)
  const isWithin = address.origin === origin && address.pathname.startsWith(pathname)
  return isWithin && address.pathname.length > pathname.length ? address : undefined
}
