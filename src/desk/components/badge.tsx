export type Tone = 'plain' | 'good' | 'warn' | 'bad'

/** A state in a word or two; the tone only repeats what the word says. */
export function StatusBadge({ label, tone = 'plain' }: { label: string; tone?: Tone }) {
  return (
    <span class={`badge ${tone}`} safe>
      {label}
    </span>
  )
}
