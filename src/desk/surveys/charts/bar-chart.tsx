import { scaleBand, scaleLinear } from 'd3-scale'
import { Chart, clip, type Ink, Inks, inkOf, place } from './chart.tsx'

export interface Bar {
  label: string
  value: number
  /** Beside the bar: the number as people write it. */
  words: string
  ink?: Ink
}

const size = { width: 440, row: 34, labels: 150, words: 90 }
const labelChars = 21

/** Lying bars that all begin at nothing, so that twice as long is twice as many. */
export function BarChart(props: { id: string; title: string; description: string; bars: readonly Bar[] }) {
  const { id, title, description, bars } = props
  const height = bars.length * size.row + 4
  const length = scaleLinear()
    .domain([0, Math.max(1, ...bars.map(({ value }) => value))])
    .range([0, size.width - size.labels - size.words])
  const rows = scaleBand<number>()
    .domain(bars.map((_, row) => row))
    .range([2, height - 2])
    .padding(0.3)
  return (
    <Chart id={id} title={title} description={description} width={size.width} height={height}>
      <Inks id={id} />
      {bars.map(({ label, value, words, ink = 'full' }, row) => {
        const top = rows(row)!
        const middle = place(top + rows.bandwidth() / 2)
        return (
          <g>
            <text x={size.labels - 8} y={middle} text-anchor="end" dominant-baseline="central" safe>
              {clip(label, labelChars)}
            </text>
            <rect
              class="mark"
              x={size.labels}
              y={place(top)}
              width={place(length(value))}
              height={place(rows.bandwidth())}
              fill={inkOf(id, ink)}
              stroke="currentColor"
            />
            <text x={place(size.labels + length(value) + 6)} y={middle} dominant-baseline="central" safe>
              {words}
            </text>
          </g>
        )
      })}
      <line x1={size.labels} x2={size.labels} y1="0" y2={height} stroke="currentColor" />
    </Chart>
  )
}
