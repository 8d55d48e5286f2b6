/** What the panels show of the figures. Pure: words come in, nothing is drawn. */
import type { FigureCounts, Figures } from '../../api/types'

/** A part of a whole, so that a share never hides how few it is a share of. */
export interface Part {
  n: number
  of: number
}

export interface Series {
  name: string
  /** null where a week has nothing to say. */
  values: (number | null)[]
  /** What the values are shares of, in hundredths; undefined for what is no share. */
  parts?: Part[]
}

export interface Row {
  name: string
  n: number
}

export function share({ n, of }: Part): number | null {
  return of > 0 ? (100 * n) / of : null
}

type Weeks = Figures['weeks']

/** A share by week. */
export function shares(name: string, weeks: Weeks, part: (c: FigureCounts) => Part): Series {
  const parts = weeks.map((w) => part(w.counts))
  return { name, parts, values: parts.map(share) }
}

export function numbers(name: string, weeks: Weeks, value: (c: FigureCounts) => number | null): Series {
  return { name, values: weeks.map((w) => value(w.counts)) }
}

/** What was counted by some code, the most frequent first. */
export function ranked(counted: Readonly<Record<string, number>>, name: (code: string) => string): Row[] {
  return Object.entries(counted)
    .map(([code, n]) => ({ name: name(code), n }))
    .sort((a, b) => b.n - a.n || a.name.localeCompare(b.name))
}

export function sum(counted: Readonly<Record<string, number>>): number {
  return Object.values(counted).reduce((all, n) => all + n, 0)
}

export function incidents(c: FigureCounts, name: (tool: string, kind: string) => string): Row[] {
  return Object.entries(c.incidents)
    .flatMap(([tool, kinds]) => Object.entries(kinds).map(([kind, n]) => ({ name: name(tool, kind), n })))
    .sort((a, b) => b.n - a.n || a.name.localeCompare(b.name))
}

/** Cancelled for another reason than an absent patient. */
export function calledOff(c: FigureCounts): number {
  return sum(c.cancelled) - c.noShow
}

/** The channels of messages that occur in the period. */
export function channels(f: Figures): string[] {
  return Object.keys(f.total.messages).sort()
}
