/** Where the values of a chart lie on it. Pure; lengths in units of its view box. */

/** The plane of every chart: what is around it is for the labels. */
export const plane = { width: 320, height: 168, left: 40, right: 6, top: 8, bottom: 22 } as const

export interface Axis {
  low: number
  high: number
  ticks: number[]
}

/** A round whole step of which at most about four fit into a span: 1, 2, 2.5 or 5 times a power of ten. */
export function step(span: number): number {
  const rough = Math.max(span / 4, 1)
  const power = 10 ** Math.floor(Math.log10(rough) + 1e-9)
  const factor = [1, 2, power > 1 ? 2.5 : 5, 5, 10].find((f) => f * power >= rough * 0.999) ?? 10
  return factor * power
}

/** An axis from zero, or from below it, that holds all values; top is the highest value there can be. */
export function axis(values: readonly (number | null)[], top = Number.POSITIVE_INFINITY): Axis {
  const known = values.filter((v) => v !== null)
  const min = Math.min(0, ...known)
  const max = Math.max(min + 1, ...known)
  const size = step(max - min)
  // Plus zero: never minus zero, which would be written so.
  const low = Math.floor(min / size + 1e-9) * size + 0
  const high = Math.min(top, Math.ceil(max / size - 1e-9) * size + 0)
  const count = Math.round((high - low) / size)
  return { low, high, ticks: Array.from({ length: count + 1 }, (_, i) => low + i * size) }
}

const round = (n: number) => Math.round(n * 10) / 10

export function yOf(value: number, { low, high }: Axis): number {
  const { top, bottom, height } = plane
  return round(height - bottom - ((value - low) / (high - low)) * (height - top - bottom))
}

/** The middle of the place of one of so many weeks. */
export function xOf(index: number, count: number): number {
  const { left, right, width } = plane
  return round(left + ((index + 0.5) * (width - left - right)) / count)
}

export function barWidth(count: number): number {
  const { left, right, width } = plane
  const place = (width - left - right) / count
  return round(Math.min(28, place - Math.min(2, place / 5)))
}

export interface Segment {
  x: number
  y: number
  height: number
}

/** One segment for each series of each week, each on top of those before; none where there is nothing. */
export function stack(series: readonly (readonly number[])[], a: Axis): Segment[][] {
  const count = series[0]?.length ?? 0
  const floor = Array.from({ length: count }, () => 0)
  const half = barWidth(count) / 2
  return series.map((values) =>
    values.flatMap((value, i) => {
      const from = floor[i] ?? 0
      floor[i] = from + value
      if (value <= 0) return []
      const y = yOf(from + value, a)
      return [{ x: round(xOf(i, count) - half), y, height: round(yOf(from, a) - y) }]
    }),
  )
}

export interface Point {
  x: number
  y: number
}

/** A line that is broken where a week has no value, and the points that no line leads to. */
export function line(values: readonly (number | null)[], a: Axis): { path: string; points: Point[]; alone: Point[] } {
  const parts: Point[][] = [[]]
  values.forEach((value, i) => {
    if (value === null) parts.push([])
    else parts[parts.length - 1]?.push({ x: xOf(i, values.length), y: yOf(value, a) })
  })
  const path = parts
    .filter((part) => part.length > 1)
    .map((part) => `M${part.map((p) => `${p.x} ${p.y}`).join('L')}`)
    .join('')
  return { path, points: parts.flat(), alone: parts.filter((part) => part.length === 1).flat() }
}

/** The weeks whose day is written under the chart: the first, the last, and some between. */
export function labelled(count: number): number[] {
  if (count <= 3) return Array.from({ length: count }, (_, i) => i)
  return [0, Math.round((count - 1) / 2), count - 1]
}
