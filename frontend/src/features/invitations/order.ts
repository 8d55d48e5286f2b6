/** Which rows are shown, in which order, and where the next error is. Pure. */
import { allFields, editable } from './fields'
import type { BatchRow, Field, RowProblem, Summary } from './types'

export type Filter =
  | 'all'
  | 'errors'
  | 'warnings'
  | 'ready'
  | 'out'
  | 'failed'
  | 'waiting'
  | 'unanswered'
  | 'agreed'
  | 'declined'

export function isWrong(row: BatchRow): boolean {
  return row.problems.some((p) => p.severity === 'error')
}

/** Where an open row stands; it is in one place only. */
export function standing(row: BatchRow): 'errors' | 'warnings' | 'ready' | 'out' {
  if (row.leftOut) return 'out'
  if (isWrong(row)) return 'errors'
  return row.problems.length > 0 ? 'warnings' : 'ready'
}

export function matches(row: BatchRow, filter: Filter): boolean {
  if (filter === 'all') return true
  if (filter === 'failed') return row.delivery?.state === 'failed'
  if (filter === 'waiting') return row.state === 'released' || ['queued', 'held'].includes(row.delivery?.state ?? '')
  if (filter === 'unanswered') return row.delivery?.answer === 'none' && row.state === 'done'
  if (filter === 'agreed' || filter === 'declined') return row.delivery?.answer === filter
  return row.state === 'open' && standing(row) === filter
}

/** The chips: before the first sending what is left to do, afterwards what became of it. */
export function counts(summary: Summary, draft: boolean): [Filter, number][] {
  const { errors, warnings, ready, leftOut, progress, answers } = summary
  const all: [Filter, number] = ['all', summary.rows]
  const open: [Filter, number][] = [
    ['errors', errors],
    ['warnings', warnings],
    ['ready', ready],
    ['out', leftOut],
  ]
  if (draft) return [all, ...open]
  const sent: [Filter, number][] = [
    ['failed', progress.failed],
    ['waiting', progress.working + progress.queued + progress.held],
    ['unanswered', answers.none],
    ['agreed', answers.agreed],
    ['declined', answers.declined],
  ]
  return [all, ...sent, ...open.filter(([, n]) => n > 0)]
}

/** The order that is on screen, with what is new behind it: nothing jumps away under a finger. */
export function keepOrder(old: readonly number[], incoming: readonly number[]): number[] {
  const there = new Set(incoming)
  const known = new Set(old)
  return [...old.filter((id) => there.has(id)), ...incoming.filter((id) => !known.has(id))]
}

/** Errors that one choice for the whole list mends, not a word in the row. */
const ofList = new Set(['lobby_not_declared', 'tool_reason_missing'])

export function isOfList(problem: RowProblem): boolean {
  return ofList.has(problem.code)
}

/** Fields of the row with an error that can be typed away, in the order they stand on the screen. */
export function wrongFields(row: BatchRow): Field[] {
  if (row.leftOut) return []
  const found = new Set(row.problems.filter((p) => p.severity === 'error' && !isOfList(p)).map((p) => p.field))
  return allFields.filter((field) => found.has(field) && editable(row, field))
}

export interface Place {
  row: number
  field: Field
}

/** The next field to correct behind a place, round the end to the beginning; never the place itself. */
export function nextError(rows: readonly BatchRow[], from: Place | undefined): Place | undefined {
  const all = rows.flatMap((row) => wrongFields(row).map((field) => ({ row: row.id, field })))
  if (!from) return all[0]
  const position = (place: Place) =>
    rows.findIndex((row) => row.id === place.row) * allFields.length + allFields.indexOf(place.field)
  const here = position(from)
  const others = all.filter((place) => position(place) !== here)
  return others.find((place) => position(place) > here) ?? others[0]
}
