/** The days that people are looked for in. Pure. */
import { addDays } from '../../i18n/dates'

export type Period = 'today' | 'tomorrow' | 'week' | 'next' | 'day'

/** Monday of the week of a day. */
function monday(day: string): string {
  return addDays(day, -((new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7))
}

/** First and last day; what is past of this week is left out. */
export function daysOf(period: Period, day: string, now: string): { from: string; to: string } {
  if (period === 'today') return { from: now, to: now }
  if (period === 'tomorrow') return { from: addDays(now, 1), to: addDays(now, 1) }
  if (period === 'week') return { from: now, to: addDays(monday(now), 6) }
  if (period === 'next') return { from: addDays(monday(now), 7), to: addDays(monday(now), 13) }
  return { from: day, to: day }
}

/** Everything between two of a list, ends included, in whichever order they were touched. */
export function between<T>(all: readonly T[], one: T, other: T): T[] {
  const [a, b] = [all.indexOf(one), all.indexOf(other)]
  if (a < 0 || b < 0) return [other]
  return all.slice(Math.min(a, b), Math.max(a, b) + 1)
}
