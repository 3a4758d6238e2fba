import { scaleLinear, scalePoint } from 'd3-scale'
import { line } from 'd3-shape'
import type { Judged } from '../../../surveys/index/compute-index.ts'
import { Chart, clip, place } from './chart.tsx'

export interface IntervalPoint {
  label: string
  /** Hundredths of a percent; absent where nobody answered. */
  figure: Judged | undefined
}

interface IntervalChartProps {
  id: string
  title: string
  description: string
  points: readonly IntervalPoint[]
}

/** One that can be drawn: with a value and an interval. */
type Drawn = { at: number; value: number; low: number; high: number; isTooFew: boolean }

function drawn(points: readonly IntervalPoint[]): Drawn[] {
  return points.flatMap(({ figure }, at) =>
    figure?.value !== undefined && figure.interval
      ? [
          {
            at,
            value: figure.value,
            low: figure.interval.low,
            high: figure.interval.high,
            isTooFew: figure.isTooFew,
          },
        ]
      : [],
  )
}

/** Percent, from the round number below everything shown up to 100; the axis says where it begins. */
function percentScale(shown: readonly Drawn[], range: [number, number]) {
  const lowest = Math.min(...shown.map(({ low }) => low), 9_000)
  return scaleLinear()
    .domain([Math.floor(lowest / 1_000) * 1_000, 10_000])
    .range(range)
}

const over = { width: 440, height: 250, left: 52, right: 16, top: 12, bottom: 40 }

/**
 * The index one period after the other, each with its interval. A period of too few people is an empty circle, joined to
 * nothing: its figure is not to be compared.
 */
export function TimeChart({ id, title, description, points }: IntervalChartProps) {
  const shown = drawn(points)
  const y = percentScale(shown, [over.height - over.bottom, over.top])
  const x = scalePoint<number>()
    .domain(points.map((_, at) => at))
    .range([over.left, over.width - over.right])
    .padding(0.5)
  const path = line<Drawn | undefined>()
    .defined((one) => one !== undefined && !one.isTooFew)
    .x((one) => x(one!.at)!)
    .y((one) => y(one!.value))
    .digits(2)
  const everyPoint = points.map((_, at) => shown.find((one) => one.at === at))
  const everyNth = Math.ceil(points.length / 8)
  return (
    <Chart id={id} title={title} description={description} width={over.width} height={over.height}>
      {y.ticks(5).map((tick) => (
        <g>
          <line
            class="grid"
            x1={over.left}
            x2={over.width - over.right}
            y1={place(y(tick))}
            y2={place(y(tick))}
            stroke="currentColor"
          />
          <text x={over.left - 6} y={place(y(tick))} text-anchor="end" dominant-baseline="central" safe>
            {`${tick / 100} %`}
          </text>
        </g>
      ))}
      <path class="mark-line" d={path(everyPoint) ?? ''} fill="none" stroke="currentColor" stroke-width="2" />
      {shown.map((one) => {
        const at = x(one.at)!
        return (
          <g>
            <path
              d={`M${place(at - 4)} ${place(y(one.high))}h8M${place(at)} ${place(y(one.high))}V${place(y(one.low))}M${place(at - 4)} ${place(y(one.low))}h8`}
              fill="none"
              stroke="currentColor"
            />
            <circle
              class={one.isTooFew ? 'hollow' : 'mark'}
              cx={place(at)}
              cy={place(y(one.value))}
              r="4.5"
              stroke="currentColor"
              stroke-width="1.5"
            />
          </g>
        )
      })}
      {points.map(({ label }, at) =>
        at % everyNth === 0 ? (
          <text x={place(x(at)!)} y={over.height - over.bottom + 20} text-anchor="middle" safe>
            {label}
          </text>
        ) : (
          ''
        ),
      )}
    </Chart>
  )
}

const beside = { width: 440, row: 34, labels: 176, right: 20, axis: 24 }
const labelChars = 22

/** One row a group, each with its interval; rows whose intervals overlap are not shown to differ. */
export function GroupChart({ id, title, description, points }: IntervalChartProps) {
  const shown = drawn(points)
  const bottom = points.length * beside.row
  const x = percentScale(shown, [beside.labels, beside.width - beside.right])
  return (
    <Chart id={id} title={title} description={description} width={beside.width} height={bottom + beside.axis}>
      {x.ticks(4).map((tick) => (
        <g>
          <line
            class="grid"
            x1={place(x(tick))}
            x2={place(x(tick))}
            y1="0"
            y2={bottom}
            stroke="currentColor"
          />
          <text x={place(x(tick))} y={bottom + 17} text-anchor="middle" safe>
            {`${tick / 100} %`}
          </text>
        </g>
      ))}
      {points.map(({ label }, at) => (
        <text
          x={beside.labels - 12}
          y={(at + 0.5) * beside.row}
          text-anchor="end"
          dominant-baseline="central"
          safe
        >
          {clip(label, labelChars)}
        </text>
      ))}
      {shown.map((one) => {
        const y = (one.at + 0.5) * beside.row
        return (
          <g>
            <path
              d={`M${place(x(one.low))} ${y - 4}v8M${place(x(one.low))} ${y}H${place(x(one.high))}M${place(x(one.high))} ${y - 4}v8`}
              fill="none"
              stroke="currentColor"
            />
            <circle
              class={one.isTooFew ? 'hollow' : 'mark'}
              cx={place(x(one.value))}
              cy={y}
              r="4.5"
              stroke="currentColor"
              stroke-width="1.5"
            />
          </g>
        )
      })}
    </Chart>
  )
}
