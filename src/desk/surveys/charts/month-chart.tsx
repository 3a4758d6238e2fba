import { scaleBand, scaleLinear } from 'd3-scale'
import { Chart, type Ink, Inks, inkOf, place } from './chart.tsx'

export interface MonthBar {
  label: string
  /** From the bottom, in the order of the legend. */
  parts: readonly number[]
}

const size = { width: 440, height: 260, left: 44, right: 8, top: 34, bottom: 30 }

/** Standing bars in parts, one a month, each part with a fill of its own. */
export function MonthChart(props: {
  id: string
  title: string
  description: string
  legend: readonly { label: string; ink: Ink }[]
  months: readonly MonthBar[]
}) {
  const { id, title, description, legend, months } = props
  const most = Math.max(1, ...months.map(({ parts }) => parts.reduce((sum, part) => sum + part, 0)))
  const y = scaleLinear()
    .domain([0, most])
    .nice()
    .range([size.height - size.bottom, size.top])
  const x = scaleBand<number>()
    .domain(months.map((_, at) => at))
    .range([size.left, size.width - size.right])
    .padding(0.3)
  const everyNth = Math.ceil(months.length / 8)
  return (
    <Chart id={id} title={title} description={description} width={size.width} height={size.height}>
      <Inks id={id} />
      {legend.map(({ label, ink }, at) => (
        <g>
          <rect
            class="mark"
            x={size.left + at * 130}
            y="4"
            width="16"
            height="14"
            fill={inkOf(id, ink)}
            stroke="currentColor"
          />
          <text x={size.left + at * 130 + 22} y="11" dominant-baseline="central" safe>
            {label}
          </text>
        </g>
      ))}
      {y
        .ticks(4)
        .filter(Number.isInteger)
        .map((tick) => (
          <g>
            <line
              class="grid"
              x1={size.left}
              x2={size.width - size.right}
              y1={place(y(tick))}
              y2={place(y(tick))}
              stroke="currentColor"
            />
            <text x={size.left - 6} y={place(y(tick))} text-anchor="end" dominant-baseline="central" safe>
              {String(tick)}
            </text>
          </g>
        ))}
      {months.map(({ label, parts }, at) => (
        <g>
          {parts.map((part, index) => {
            const below = parts.slice(0, index).reduce((sum, one) => sum + one, 0)
            return part === 0 ? (
              ''
            ) : (
              <rect
                class="mark"
                x={place(x(at)!)}
                y={place(y(below + part))}
                width={place(x.bandwidth())}
                height={place(y(below) - y(below + part))}
                fill={inkOf(id, legend[index]!.ink)}
                stroke="currentColor"
              />
            )
          })}
          {at % everyNth === 0 ? (
            <text
              x={place(x(at)! + x.bandwidth() / 2)}
              y={size.height - size.bottom + 18}
              text-anchor="middle"
              safe
            >
              {label}
            </text>
          ) : (
            ''
          )}
        </g>
      ))}
    </Chart>
  )
}
