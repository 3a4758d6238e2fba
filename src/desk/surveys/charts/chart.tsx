import type { Markup } from '../../desk-page.ts'

export interface ChartProps {
  /** Unique in the page. */
  id: string
  /** Said to whoever cannot see the drawing: what it is, and where the numbers stand. */
  title: string
  description: string
  width: number
  height: number
  children: Markup | (Markup | Markup[])[]
}

/** Text in a chart is this high when the drawing is shown in its own size. */
export const textSize = 13

/** A drawing in its own size, which scrolls where the window is narrower; the same numbers stand in a table beside it. */
export function Chart({ id, title, description, width, height, children }: ChartProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div class="chart" role="group" aria-label={title} tabindex="0">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-labelledby={`${id}-chart-title ${id}-chart-description`}
        font-size={textSize}
        fill="currentColor"
      >
        <title id={`${id}-chart-title`} safe>
          {title}
        </title>
        <desc id={`${id}-chart-description`} safe>
          {description}
        </desc>
        {children as 'safe'}
      </svg>
    </div>
  )
}

export type Ink = 'full' | 'hatched' | 'dotted' | 'crossed' | 'empty'

/** Fills that differ without colour: they hold on a grey printer and for whoever does not tell colours apart. */
export function Inks({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={`${id}-hatched`} width="6" height="6" patternUnits="userSpaceOnUse">
        <path d="M-1 1 1 -1M0 6 6 0M5 7 7 5" stroke="currentColor" stroke-width="1.5" />
      </pattern>
      <pattern id={`${id}-dotted`} width="5" height="5" patternUnits="userSpaceOnUse">
        <circle cx="2.5" cy="2.5" r="1.1" />
      </pattern>
      <pattern id={`${id}-crossed`} width="6" height="6" patternUnits="userSpaceOnUse">
        <path d="M0 0 6 6M6 0 0 6" stroke="currentColor" stroke-width="1.2" />
      </pattern>
    </defs>
  )
}

/** The value of `fill` for an ink of the chart. */
export function inkOf(id: string, ink: Ink): string {
  if (ink === 'full') return 'currentColor'
  return ink === 'empty' ? 'none' : `url(#${id}-${ink})`
}

/** Two decimals are plenty for a place on paper, and the same on every machine. */
export function place(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** What does not fit is cut; the table says it whole. */
export function clip(words: string, maxChars: number): string {
  return words.length <= maxChars ? words : `${words.slice(0, maxChars - 1).trimEnd()}…`
}
