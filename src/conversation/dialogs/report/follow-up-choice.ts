/** Buttons of an open report: `q:<nonce>:<action>`, of further pages `q:<nonce>:page.<n>`. */
type FollowUpAction = 'write' | 'files' | 'accept' | 'reject' | 'not-id-card' | 'place' | 'page'
const actions: readonly FollowUpAction[] = [
  'write',
  'files',
  'accept',
  'reject',
  'not-id-card',
  'place',
  'page',
]

export interface FollowUpTap {
  nonce: string
  action: FollowUpAction
  page: number
}

export const followUpChoice = (nonce: string, action: Exclude<FollowUpAction, 'page'>): string =>
  `q:${nonce}:${action}`

export const pageChoice = (nonce: string, page: number): string => `q:${nonce}:page.${page}`

export function parseFollowUpChoice(choice: string): FollowUpTap | undefined {
  const match = /^q:([0-9a-f]{8}):([a-z-]{1,16})(?:\.([1-9]\d?))?$/.exec(choice)
  if (!match) return undefined
  const action = actions.find((name) => name === match[2])
  return action && { nonce: match[1]!, action, page: Number(match[3] ?? 1) }
}
