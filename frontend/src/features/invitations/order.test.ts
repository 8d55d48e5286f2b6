import { describe, expect, it } from 'vitest'
import { counts, keepOrder, matches, nextError, standing, wrongFields } from './order'
import { partsOf } from './progress'
import { problem, row, summary } from './test-rows'
import type { BatchRow } from './types'

const delivery: NonNullable<BatchRow['delivery']> = { state: 'delivered', channels: [], answer: 'none' }

describe('where a row stands', () => {
  it.each([
    [row(1), 'ready'],
    [row(1, { problems: [problem('link', { severity: 'warning' })] }), 'warnings'],
    [row(1, { problems: [problem('link', { severity: 'warning' }), problem('email')] }), 'errors'],
    [row(1, { leftOut: true, problems: [problem('email')] }), 'out'],
  ])('%#', (one, where) => {
    expect(standing(one)).toBe(where)
    expect(matches(one, where as 'ready')).toBe(true)
    expect(matches(one, 'all')).toBe(true)
  })

  it('is in one place only once it was sent', () => {
    const sent = row(1, { state: 'done', delivery })
    expect(matches(sent, 'ready')).toBe(false)
    expect(matches(sent, 'unanswered')).toBe(true)
    expect(matches(row(1, { state: 'done', delivery: { ...delivery, answer: 'agreed' } }), 'agreed')).toBe(true)
    expect(matches(row(1, { state: 'done', delivery: { ...delivery, state: 'failed' } }), 'failed')).toBe(true)
    expect(matches(row(1, { state: 'released' }), 'waiting')).toBe(true)
  })
})

describe('the chips', () => {
  it('count what is left to do before the sending', () => {
    const s = summary({ rows: 42, ready: 32, errors: 3, warnings: 5, leftOut: 2 })
    expect(counts(s, true)).toEqual([
      ['all', 42],
      ['errors', 3],
      ['warnings', 5],
      ['ready', 32],
      ['out', 2],
    ])
  })

  it('count what became of it afterwards, and what is still open', () => {
    const s = summary({ rows: 3, errors: 1, answers: { agreed: 1, declined: 0, none: 1 } })
    expect(counts(s, false).map(([filter]) => filter)).toEqual([
      'all',
      'failed',
      'waiting',
      'unanswered',
      'agreed',
      'declined',
      'errors',
    ])
  })
})

it('adds up a sending: what was refused is open again and no part of it', () => {
  const { progress } = summary()
  const parts = partsOf({ ...progress, working: 3, held: 1, queued: 2, sent: 4, read: 1, failed: 1, refused: 5 })
  expect(parts).toEqual({ waiting: 4, gone: 6, left: 6, all: 12 })
})

describe('the order on screen', () => {
  it('stays, with what is new behind it and without what has gone', () => {
    expect(keepOrder([3, 1, 2], [1, 2, 3, 4])).toEqual([3, 1, 2, 4])
    expect(keepOrder([3, 1, 2], [2, 3])).toEqual([3, 2])
    expect(keepOrder([], [2, 1])).toEqual([2, 1])
  })
})

describe('the next error', () => {
  const rows = [
    row(7, { problems: [problem('mobile'), problem('email')] }),
    row(2, { problems: [problem('date', { severity: 'warning' })] }),
    row(9, { problems: [problem('date')] }),
  ]

  it('goes through a row in the order of the table, then to the next row', () => {
    expect(nextError(rows, undefined)).toEqual({ row: 7, field: 'email' })
    expect(nextError(rows, { row: 7, field: 'email' })).toEqual({ row: 7, field: 'mobile' })
    expect(nextError(rows, { row: 7, field: 'mobile' })).toEqual({ row: 9, field: 'date' })
  })

  it('goes round to what was passed over', () => {
    expect(nextError(rows, { row: 9, field: 'date' })).toEqual({ row: 7, field: 'email' })
    expect(nextError(rows, { row: 2, field: 'ipp' })).toEqual({ row: 9, field: 'date' })
  })

  it('is never where one is, and there is none when all is well', () => {
    expect(nextError([row(1, { problems: [problem('email')] })], { row: 1, field: 'email' })).toBeUndefined()
    expect(nextError([row(1)], undefined)).toBeUndefined()
  })

  it('is not among what is left out, nor what cannot be typed away', () => {
    expect(wrongFields(row(1, { leftOut: true, problems: [problem('email')] }))).toEqual([])
    expect(wrongFields(row(1, { fixed: true, problems: [problem('date'), problem('email'), problem('row')] }))).toEqual(
      ['email'],
    )
  })
})
