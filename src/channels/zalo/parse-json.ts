/** A string of JSON, or a number; everything else between them is left alone. */
const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs

/**
 * JSON of Zalo, in which a whole number that JavaScript cannot hold becomes the string of its digits: ids have 19 of
 * them and sometimes come without quotes (zalo-openapi §2.5).
 *
 * @returns `undefined` for what is not JSON
 */
export function parseKeepingIds(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text.replace(stringOrNumber, quoteWhenTooLarge)) }
  } catch {
    return undefined
  }
}

function quoteWhenTooLarge(found: string): string {
  const isSafe = !/^-?\d{16,}$/.test(found) || Number.isSafeInteger(Number(found))
  return isSafe ? found : `"${found}"`
}
