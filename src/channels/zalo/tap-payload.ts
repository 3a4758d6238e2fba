/**
 * Zalo has no callbacks: a tap posts the payload of the button as the person's text. So payloads carry a version, by
 * which they are told from words; typed by hand they have the same effect, which is why no choice carries authority.
 */
const version = 'v1:'

/** What a button carries (`oa.query.hide`, at most 1,000 characters). */
export const writeTap = (choice: string): string => version + choice

/** The choice, or `undefined` for words. A payload of another version is a choice that nobody knows: the menu follows. */
export function readTap(text: string): string | undefined {
  if (!/^v\d+:/.test(text)) return undefined
  return text.startsWith(version) ? text.slice(version.length) : text
}
