/** The weeks that are looked at. Pure. */
import { addDays } from '../../i18n/dates'

export type Period = 'month' | 'quarter' | 'year' | 'own'

export interface Days {
  from: string
  to: string
}

const weeks = { month: 4, quarter: 13, year: 52 } as const

/** Monday of the week of a day. */
export function monday(day: string): string {
  return addDays(day, -((new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7))
}

/** So many whole weeks, this one the last; undefined while the days that were typed are no period. */
export function daysOf(period: Period, own: Days, today: string): Days | undefined {
  if (period === 'own') return own.from && own.to && own.from <= own.to ? own : undefined
  const first = monday(today)
  return { from: addDays(first, -7 * (weeks[period] - 1)), to: addDays(first, 6) }
}
