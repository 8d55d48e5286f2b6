import { describe, expect, it } from 'vitest'
import type { FigureCounts } from '../../api/types'
import { calledOff, incidents, ranked, share, shares } from './measures'
import { daysOf, monday } from './period'
import { showNumber, showPercent } from './show'

const counts: FigureCounts = {
  planned: 10,
  held: 6,
  open: 1,
  noShow: 1,
  cancelled: { patient: 2, 'no-show': 1 },
  refused: 1,
  byPhone: 0,
  telephone: {},
  messages: { sms: 20 },
  failed: { sms: 3 },
  ripe: 0,
  inTime: { prescription: 0, record: 0, coding: 0 },
  coded: 3,
  notBillable: 0,
  incidents: { zoom: { sound: 1, cut: 4 }, ortif: { image: 1 } },
}
const weeks = [{ week: '2026-W20', monday: '2026-05-11', counts }]

describe('shares', () => {
  it('are hundredths, and nothing of nothing', () => {
    expect(share({ n: 3, of: 6 })).toBe(50)
    expect(share({ n: 0, of: 0 })).toBeNull()
    expect(shares('x', weeks, (c) => ({ n: c.coded, of: c.held })).values).toEqual([50])
    expect(shares('x', weeks, (c) => ({ n: c.inTime.record, of: c.ripe }))).toEqual({
      name: 'x',
      values: [null],
      parts: [{ n: 0, of: 0 }],
    })
  })

  it.each([
    [0, '0 %'],
    [5.26, '5,3 %'],
    [10, '10 %'],
    [66.7, '67 %'],
    [100, '100 %'],
  ])('%d is written %s', (n, text) => {
    expect(showPercent(n).replace(/\s/g, ' ')).toBe(text)
  })

  it('writes thousands apart', () => {
    expect(showNumber(1489).replace(/\s/g, ' ')).toBe('1 489')
  })
})

it('puts the most frequent first, and tells absent patients from those who called off', () => {
  expect(ranked(counts.cancelled, (code) => code).map((r) => r.name)).toEqual(['patient', 'no-show'])
  expect(incidents(counts, (tool, kind) => `${tool} ${kind}`).map((r) => r.name)).toEqual([
    'zoom cut',
    'ortif image',
    'zoom sound',
  ])
  expect(calledOff(counts)).toBe(2)
})

describe('periods', () => {
  const own = { from: '2026-01-01', to: '2026-02-01' }

  it.each([
    ['2026-05-11', '2026-05-11'],
    ['2026-05-17', '2026-05-11'],
    ['2027-01-01', '2026-12-28'],
    ['2026-03-29', '2026-03-23'],
  ])('the Monday of %s is %s', (day, first) => {
    expect(monday(day)).toBe(first)
  })

  it.each([
    ['month', '2026-04-20'],
    ['quarter', '2026-02-16'],
    ['year', '2025-05-19'],
  ] as const)('%s ends with this week', (period, from) => {
    expect(daysOf(period, own, '2026-05-12')).toEqual({ from, to: '2026-05-17' })
  })

  it('takes days of one’s own only when they are a period', () => {
    expect(daysOf('own', own, '2026-05-12')).toEqual(own)
    expect(daysOf('own', { from: '2026-02-02', to: '2026-02-01' }, '2026-05-12')).toBeUndefined()
    expect(daysOf('own', { from: '', to: '2026-02-01' }, '2026-05-12')).toBeUndefined()
  })
})
