import type { ChannelLimits } from '../channel.ts'
import type { ZaloContent } from './content.ts'

/**
 * What Zalo takes: 1–2,000 code points after NFC (we count UTF-16 units, which are never fewer) and five buttons. 4,000
 * calls a minute for the whole app are 66.7 a second; what the pace leaves free of it is for uploads and questions.
 */
export function zaloLimits({ pace }: Pick<ZaloContent, 'pace'>): ChannelLimits {
  return {
    maxTextChars: 2000,
    maxButtons: 5,
    perSecond: pace.perSecond,
    perConversationPerSecond: pace.perPersonPerSecond,
    bundlesNotices: true,
  }
}

/** Of one button: characters of its title, and of what comes back when it is pressed. */
export const maxTitleChars = 100
export const maxPayloadChars = 1000
