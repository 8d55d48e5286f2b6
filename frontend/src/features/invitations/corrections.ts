/** Corrections as commands in their order: what is not sent yet, and how it looks on top of the server's rows. Pure. */
import type { BatchRow, Change, RowProblem, Values } from './types'

export interface Correction extends Change {
  n: number
  row: number
}

/** An older correction without what the newer one says again. */
function without(old: Correction, newer: Change): Correction | undefined {
  const { values, leftOut, accepted, ...rest } = old
  const kept: Correction = { ...rest }
  const left = Object.entries(values ?? {}).filter(([field]) => !(field in (newer.values ?? {})))
  if (left.length > 0) kept.values = Object.fromEntries(left) as Values
  if (leftOut !== undefined && newer.leftOut === undefined) kept.leftOut = leftOut
  if (accepted && !newer.accepted) kept.accepted = accepted
  return kept.values || kept.leftOut !== undefined || kept.accepted ? kept : undefined
}

/** The list with one more at its end. The last word on a cell wins; what is being sent stays as it was sent. */
export function withNew(
  list: readonly Correction[],
  next: Correction,
  sending: number | undefined = undefined,
): Correction[] {
  const before = list.flatMap((old) => (old.row === next.row && old.n !== sending ? (without(old, next) ?? []) : old))
  return [...before, next]
}

/** Everything that waits for a row, as one change. */
export function changeOf(list: readonly Correction[], row: number): Change | undefined {
  let found: Change | undefined
  for (const { values, leftOut, accepted, row: of } of list) {
    if (of !== row) continue
    found = { ...found }
    if (values) found.values = { ...found.values, ...values }
    if (leftOut !== undefined) found.leftOut = leftOut
    if (accepted) found.accepted = accepted
  }
  return found
}

/** An error that a person overrules is a remark from then on. */
function overruled(problem: RowProblem, accepted: readonly string[]): RowProblem {
  if (!problem.acceptable || !accepted.includes(problem.code)) return problem
  return { ...problem, severity: 'warning', acceptable: false }
}

/** The row as it will be; what was wrong with a value that was changed is not known any more. */
export function onTop(row: BatchRow, change: Change | undefined): BatchRow {
  if (!change) return row
  const values = change.values ?? {}
  const accepted = change.accepted ?? row.accepted
  return {
    ...row,
    values: { ...row.values, ...values },
    accepted,
    leftOut: change.leftOut ?? row.leftOut,
    problems: row.problems.filter((p) => !(p.field in values)).map((p) => overruled(p, accepted)),
  }
}
