import { addDays, dayOf, instantAt, timeOf } from '../../lib/working-days/day.ts'
import type { Window } from './window.ts'

/** How one message goes out. */
export type Plan =
  | { by: 'chat'; cost: 'free' | 'paid' }
  /** By night, when the window outlasts it: nobody is woken by news. */
  | { by: 'hold'; until: Date }
  | { by: 'template'; to: 'user' | 'phone' }
  /** Left for the person's next message; the receipt shows it at any time. */
  | { by: 'keep' }
  | { by: 'nothing' }

export interface Outgoing {
  /** `answer`: they wrote and wait. `notice`: nobody asked for it. */
  kind: 'answer' | 'notice'
  window: Window
  /** They wrote some minutes ago: news disturbs nobody, whatever the hour. */
  isThere: boolean
  isUnreachable: boolean
  isAnonymous: boolean
  /** The office allows billed messages. */
  mayPay: boolean
  /** Templates that could carry it: approved, with all their facts, to this person. */
  templates: { user: boolean; phone: boolean }
}

export interface QuietHours {
  from: string
  to: string
}

/** Free beats billed beats waiting; nothing is ever tried outside a window. */
export function planOutgoing(outgoing: Outgoing, quietHours: QuietHours, now: Date): Plan {
  const { kind, window, templates } = outgoing
  if (outgoing.isAnonymous) return kind === 'answer' ? { by: 'chat', cost: 'free' } : { by: 'nothing' }
  if (outgoing.isUnreachable) {
    // The number was given for this, and does not depend on the chat.
    return kind === 'notice' && templates.phone ? { by: 'template', to: 'phone' } : { by: 'nothing' }
  }
  if (window.kind === 'free') {
    const until = kind === 'notice' && !outgoing.isThere ? quietUntil(quietHours, now) : undefined
    // What would miss the window by waiting goes out before it closes: now.
    return until && until < window.until ? { by: 'hold', until } : { by: 'chat', cost: 'free' }
  }
  if (window.kind === 'paid' && outgoing.mayPay) return { by: 'chat', cost: 'paid' }
  if (kind === 'notice' && templates.user) return { by: 'template', to: 'user' }
  if (kind === 'notice' && templates.phone) return { by: 'template', to: 'phone' }
  return { by: 'keep' }
}

/** The end of the quiet hours in which `now` lies, in Vietnamese time; undefined by day. */
export function quietUntil({ from, to }: QuietHours, now: Date): Date | undefined {
  const time = timeOf(now)
  const today = dayOf(now)
  if (from === to) return undefined
  if (from < to) return time >= from && time < to ? instantAt(today, to) : undefined
  if (time >= from) return instantAt(addDays(today, 1), to)
  return time < to ? instantAt(today, to) : undefined
}
