import { procedureCodePattern } from '../../../catalogue/procedure.ts'
import { realDay } from '../../../dossiers/dossier-code.ts'

export const selfReportAnswers = ['in-time', 'late', 'not-yet', 'no-more'] as const
export type SelfReportAnswerTap = (typeof selfReportAnswers)[number]

/**
 * Buttons of the talk about dossiers. They carry no authority: whoever sends one gets no further than with the digits
 * they know or the conversation they write in.
 */
export type DossierTap =
  /** `d:c:<code>`: the code that was meant. */
  | { action: 'code'; code: string }
  /** `d:follow`: the dossier that was found a moment ago in this conversation. */
  | { action: 'follow' }
  /** `d:u:<link>` */
  | { action: 'unfollow'; link: string }
  /** `d:s:<token>`: the code on a slip, read by the web page. */
  | { action: 'slip'; token: string }
  /** `d:f:<procedure>:<day>`: filed then, and wants to be asked. */
  | { action: 'filed'; procedure: string; day: string }
  /** `d:r:<self-report>:<answer>` */
  | { action: 'answer'; report: string; answer: SelfReportAnswerTap }

export function dossierChoice(tap: DossierTap): string {
  switch (tap.action) {
    case 'code':
      return `d:c:${tap.code}`
    case 'follow':
      return 'd:follow'
    case 'unfollow':
      return `d:u:${tap.link}`
    case 'slip':
      return `d:s:${tap.token}`
    case 'filed':
      return `d:f:${tap.procedure}:${tap.day}`
    case 'answer':
      return `d:r:${tap.report}:${tap.answer}`
  }
}

/** Undefined for anything that we never sent. */
export function parseDossierChoice(choice: string): DossierTap | undefined {
  if (choice === 'd:follow') return { action: 'follow' }
  const [head, action, first = '', second, ...more] = choice.split(':')
  if (head !== 'd' || more.length > 0) return undefined
  switch (action) {
    case 'c':
      return second === undefined && /^[A-Z\d.-]{12,40}$/.test(first)
        ? { action: 'code', code: first }
        : undefined
    case 'u':
      return second === undefined && /^[0-9a-f]{24}$/.test(first)
        ? { action: 'unfollow', link: first }
        : undefined
    case 's':
      return second === undefined && /^[A-Za-z0-9_-]{22}$/.test(first)
        ? { action: 'slip', token: first }
        : undefined
    case 'f': {
      const [year, month, day] = (second ?? '').split('-').map(Number)
      const isDay = second !== undefined && realDay(year!, month!, day!) === second
      return isDay && procedureCodePattern.test(first)
        ? { action: 'filed', procedure: first, day: second }
        : undefined
    }
    case 'r': {
      const answer = selfReportAnswers.find((name) => name === second)
      return answer && /^[0-9a-f]{24}$/.test(first) ? { action: 'answer', report: first, answer } : undefined
    }
    default:
      return undefined
  }
}
