import { describe, expect, it } from 'vitest'
import { changeOf, onTop, withNew } from './corrections'
import { problem, row } from './test-rows'

describe('a new correction', () => {
  it('has the last word on a cell, and leaves the others alone', () => {
    const list = [
      { n: 1, row: 7, values: { email: 'a', mobile: '1' } },
      { n: 2, row: 8, values: { email: 'b' } },
    ]
    expect(withNew(list, { n: 3, row: 7, values: { email: 'c' } })).toEqual([
      { n: 1, row: 7, values: { mobile: '1' } },
      { n: 2, row: 8, values: { email: 'b' } },
      { n: 3, row: 7, values: { email: 'c' } },
    ])
  })

  it('takes away what says nothing more', () => {
    const list = [{ n: 1, row: 7, leftOut: true }]
    expect(withNew(list, { n: 2, row: 7, leftOut: false })).toEqual([{ n: 2, row: 7, leftOut: false }])
  })

  it('does not touch what is being sent', () => {
    const list = [{ n: 1, row: 7, values: { email: 'a' } }]
    expect(withNew(list, { n: 2, row: 7, values: { email: 'b' } }, 1)).toHaveLength(2)
  })
})

it('shows all that waits for a row as one', () => {
  const list = [
    { n: 1, row: 7, values: { email: 'a' }, accepted: ['x'] },
    { n: 2, row: 8, leftOut: true },
    { n: 3, row: 7, values: { email: 'b', mobile: '1' }, leftOut: true },
  ]
  expect(changeOf(list, 7)).toEqual({ values: { email: 'b', mobile: '1' }, accepted: ['x'], leftOut: true })
  expect(changeOf(list, 9)).toBeUndefined()
})

describe('on top of the server’s row', () => {
  const server = row(7, {
    problems: [problem('email'), problem('time', { code: 'same_day', acceptable: true }), problem('date')],
  })

  it('forgets what was wrong with a value that is another now', () => {
    const seen = onTop(server, { values: { email: 'zoe@exemple.fr' } })
    expect(seen.values.email).toBe('zoe@exemple.fr')
    expect(seen.values.mobile).toBe('+33612345678')
    expect(seen.problems.map((p) => p.field)).toEqual(['time', 'date'])
  })

  it('makes a remark of what a person overrules, and of nothing else', () => {
    const seen = onTop(server, { accepted: ['same_day', 'date_wrong'] })
    expect(seen.problems.map((p) => p.severity)).toEqual(['error', 'warning', 'error'])
  })

  it('is the row itself when nothing waits', () => {
    expect(onTop(server, undefined)).toBe(server)
  })
})
