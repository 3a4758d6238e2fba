/** "Viết góp ý": the next free words are a comment to this invitation. Answers have payloads of their own (`parseTap`). */
export const commentChoice = (invitation: string): string => `sc1:${invitation}`

/** The offer after a bad answer; it names nothing, so that no report can be traced to a poll. */
export const helpChoice = 'sr1'

export function parseCommentChoice(choice: string): string | undefined {
  return /^sc1:([A-Za-z0-9_-]{16,24})$/.exec(choice)?.[1]
}
