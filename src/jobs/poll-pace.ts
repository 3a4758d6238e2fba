import type { InvitedChannel } from '../surveys/invitation/invitation.ts'

/** One way to people: how much it takes, and how much of it is still waiting to leave. */
export interface PolledChannel {
  name: InvitedChannel
  /** What the channel takes, `ChannelLimits.perSecond`. */
  perSecond: number
  /** Conversations with something in their outbox; counts to `atMost`. */
  waiting(atMost: number): Promise<number>
}

/** A little more than the channel takes, so that its outbox never runs dry between two runs. */
const headroom = 1.027
/** No more than a database writes beside its other work; our own page takes any number. */
const mostPerSecond = 100
/** When the quiet hours begin, or somebody pauses, no more than so many minutes of polls are on their way. */
const minutesAhead = 3

/**
 * How many more may go into the outbox of a channel now: a minute's worth of what it takes, and less when it is slower
 * than it says (a platform that refuses, a network that is down), so that polls wait in the plan and not in the outbox.
 */
export async function pollsForNow({ perSecond, waiting }: PolledChannel): Promise<number> {
  const aMinute = Math.ceil(Math.min(perSecond, mostPerSecond) * 60 * headroom)
  const most = minutesAhead * aMinute
  return Math.max(0, Math.min(aMinute, most - (await waiting(most))))
}
