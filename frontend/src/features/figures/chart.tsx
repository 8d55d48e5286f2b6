import { useId } from 'preact/hooks'
import { showDay } from '../../i18n/dates'
import type { Series } from './measures'
import { type Axis, axis, barWidth, labelled, line, type Point, plane, stack, xOf, yOf } from './scale'

interface FrameProps {
  label: string
  mondays: readonly string[]
  a: Axis
  show: (value: number) => string
  children: preact.ComponentChildren
}

/** The lines and words around what is drawn. To a screen reader the chart is one picture with its sentence. */
function Frame({ label, mondays, a, show, children }: FrameProps) {
  const { width, height, left, right } = plane
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${width} ${height}`} font-size="11" fill="var(--muted)">
      {a.ticks.map((tick) => (
        <g key={tick}>
          <path d={`M${left} ${yOf(tick, a)}H${width - right}`} stroke={tick === 0 ? 'var(--field)' : 'var(--line)'} />
          <text x={left - 4} y={yOf(tick, a) + 4} text-anchor="end">
            {show(tick)}
          </text>
        </g>
      ))}
      {labelled(mondays.length).map((i, at, all) => (
        <text
          key={i}
          x={all.length > 1 && at === all.length - 1 ? width - 1 : xOf(i, mondays.length)}
          y={height - 6}
          text-anchor={
            all.length > 1 && at === all.length - 1 ? 'end' : at === 0 && all.length > 1 ? 'start' : 'middle'
          }
        >
          {showDay(mondays[i] ?? '', { weekday: undefined, month: 'short' })}
        </text>
      ))}
      {children}
    </svg>
  )
}

/** Told apart by their pattern as well as by their colour: full, crossed, hatched, empty. */
function Patterns({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={`${id}1`} width="5" height="5" patternUnits="userSpaceOnUse">
        <path d="M0 0h5v5H0z" fill="var(--bad-bg)" />
        <path d="M0 0l5 5M5 0L0 5" stroke="var(--bad)" stroke-width="1.2" />
      </pattern>
      <pattern id={`${id}2`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <path d="M0 0h6v6H0z" fill="var(--surface)" />
        <path d="M0 0v6" stroke="var(--ink)" stroke-width="3" />
      </pattern>
    </defs>
  )
}

const edges = ['none', 'var(--bad)', 'var(--ink)', 'var(--field)']

const fillOf = (id: string, series: number) =>
  series === 0 ? 'var(--brand)' : series === 3 ? 'var(--surface)' : `url(#${id}${series})`

interface ChartProps {
  label: string
  mondays: readonly string[]
  series: readonly Series[]
  show: (value: number) => string
  /** The highest value there can be. */
  top?: number
}

/** Numbers of each week on top of each other. */
export function Bars({ label, mondays, series, show }: ChartProps) {
  const id = useId()
  const values = series.map((s) => s.values.map((v) => v ?? 0))
  const totals = mondays.map((_, i) => values.reduce((all, of) => all + (of[i] ?? 0), 0))
  const a = axis(totals)
  const width = barWidth(mondays.length)
  return (
    <>
      <Frame label={label} mondays={mondays} a={a} show={show}>
        <Patterns id={id} />
        {stack(values, a).map((segments, s) =>
          segments.map((one) => (
            <rect
              key={`${s} ${one.x}`}
              x={one.x}
              y={one.y}
              width={width}
              height={one.height}
              fill={fillOf(id, s)}
              stroke={edges[s]}
              stroke-width="0.7"
            />
          )),
        )}
      </Frame>
      <Legend series={series}>
        {(s) => <rect x="1" y="1" width="20" height="12" fill={fillOf(id, s)} stroke={edges[s]} />}
      </Legend>
    </>
  )
}

const strokes = [
  { stroke: 'var(--brand)', 'stroke-dasharray': 'none' },
  { stroke: 'var(--bad)', 'stroke-dasharray': '6 3' },
  { stroke: 'var(--ink)', 'stroke-dasharray': '2 3' },
] as const

/** A mark of its own for each series: circle, square, triangle. */
function Mark({ at: { x, y }, series }: { at: Point; series: number }) {
  const fill = strokes[series % 3]?.stroke
  if (series % 3 === 0) return <circle cx={x} cy={y} r="3" fill={fill} />
  if (series % 3 === 1) return <rect x={x - 3} y={y - 3} width="6" height="6" fill={fill} />
  return <path d={`M${x - 4} ${y + 3}h8l-4 -7z`} fill={fill} />
}

/** Values week after week; a week without one breaks the line. */
export function Lines({ label, mondays, series, show, top }: ChartProps) {
  const a = axis(
    series.flatMap((s) => s.values),
    top,
  )
  return (
    <>
      <Frame label={label} mondays={mondays} a={a} show={show}>
        {series.map((one, s) => {
          const drawn = line(one.values, a)
          return (
            <g key={one.name}>
              <path d={drawn.path} fill="none" stroke-width="2" stroke-linejoin="round" {...strokes[s % 3]} />
              {(mondays.length > 26 ? drawn.alone : drawn.points).map((p) => (
                <Mark key={p.x} at={p} series={s} />
              ))}
            </g>
          )
        })}
      </Frame>
      {series.length > 1 && (
        <Legend series={series}>
          {(s) => (
            <>
              <path d="M0 7H22" stroke-width="2" {...strokes[s % 3]} />
              <Mark at={{ x: 11, y: 7 }} series={s} />
            </>
          )}
        </Legend>
      )}
    </>
  )
}

function Legend({
  series,
  children,
}: {
  series: readonly Series[]
  children: (s: number) => preact.ComponentChildren
}) {
  return (
    <ul class="line small">
      {series.map((one, s) => (
        <li key={one.name}>
          <svg width="22" height="14" aria-hidden="true">
            {children(s)}
          </svg>{' '}
          {one.name}
        </li>
      ))}
    </ul>
  )
}
