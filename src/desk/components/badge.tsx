import type { Texts } from '../../lib/texts.ts'
import type { DeskTexts } from '../desk-texts.ts'
import { displayInstant } from '../display-time.ts'

export type Tone = 'plain' | 'good' | 'warn' | 'bad'

/** A state in a word or two; the tone only repeats what the word says. */
export function StatusBadge({ label, tone = 'plain' }: { label: string; tone?: Tone }) {
  return (
    <span class={`badge ${tone}`} safe>
      {label}
    </span>
  )
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

export type TimeLeftWords = { unit: 'minutes' | 'hours' | 'days'; count: number; isLate: boolean; tone: Tone }

/** Whole units, never rounded up: "3 days left" is at least three days. Less than a day is a warning. */
export function timeLeft(dueAt: Date, now: Date): TimeLeftWords {
  const ms = dueAt.getTime() - now.getTime()
  const isLate = ms < 0
  const size = Math.abs(ms)
  const tone = isLate ? 'bad' : ms < dayMs ? 'warn' : 'good'
  if (size < hourMs) return { unit: 'minutes', count: Math.floor(size / minuteMs), isLate, tone }
  if (size < 2 * dayMs) return { unit: 'hours', count: Math.floor(size / hourMs), isLate, tone }
  return { unit: 'days', count: Math.floor(size / dayMs), isLate, tone }
}

/**
 * How long until a deadline, or since; the exact time stands behind it.
 * @public for pages of cases
 */
export function TimeLeft(props: { dueAt: Date | undefined; now: Date; texts: Texts<DeskTexts> }) {
  const { dueAt, now, texts } = props
  if (!dueAt) return <StatusBadge label={texts.say('desk.time.none')} />
  const { unit, count, isLate, tone } = timeLeft(dueAt, now)
  const label = texts.say(`desk.time.${unit}-${isLate ? 'late' : 'left'}`, { count })
  return (
    <time class={`badge ${tone}`} datetime={dueAt.toISOString()} title={displayInstant(dueAt)} safe>
      {label}
    </time>
  )
}
