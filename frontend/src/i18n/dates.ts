/** Dates of the calendar are 'YYYY-MM-DD', times of the day 'HH:MM', instants RFC 3339: never a Date between functions. */
import { locale } from './language'

const formats = new Map<string, Intl.DateTimeFormat>()

function format(options: Intl.DateTimeFormatOptions, of: string = locale.value): Intl.DateTimeFormat {
  const key = of + JSON.stringify(options)
  let f = formats.get(key)
  if (!f) {
    f = new Intl.DateTimeFormat(of, options)
    formats.set(key, f)
  }
  return f
}

function parts(instant: Date, zone: string): Record<string, string> {
  const f = format(
    {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    },
    'en-GB',
  )
  return Object.fromEntries(f.formatToParts(instant).map((p) => [p.type, p.value]))
}

/** The calendar day of an instant in a zone. */
export function dayOf(instant: string | number | Date, zone: string): string {
  const p = parts(new Date(instant), zone)
  return `${p.year}-${p.month}-${p.day}`
}

/** The wall clock of an instant in a zone, 'HH:MM'. */
export function timeOf(instant: string | number | Date, zone: string): string {
  const p = parts(new Date(instant), zone)
  return `${p.hour}:${p.minute}`
}

export function today(zone: string, now: number = Date.now()): string {
  return dayOf(now, zone)
}

export function addDays(day: string, count: number): string {
  const d = new Date(`${day}T12:00:00Z`)
  d.setUTCDate(d.getUTCDate() + count)
  return d.toISOString().slice(0, 10)
}

/** Monday of next week and so on never matter here; whole days between two calendar days. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T12:00:00Z`) - Date.parse(`${from}T12:00:00Z`)) / 86_400_000)
}

/** “14:05” in French and in British English alike. */
export function showTime(instant: string | number, zone: string): string {
  return timeOf(instant, zone)
}

export function showDay(day: string, options: Intl.DateTimeFormatOptions = {}): string {
  return format({ timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long', ...options }).format(
    new Date(`${day}T12:00:00Z`),
  )
}

export function showShortDay(day: string): string {
  return showDay(day, { weekday: 'short', month: 'short' })
}

/** A date of birth, “12/05/1980”. */
export function showDate(day: string): string {
  return format({ timeZone: 'UTC', day: '2-digit', month: '2-digit', year: 'numeric' }).format(
    new Date(`${day}T12:00:00Z`),
  )
}

/** Day and time, the day left out when it is today. */
export function showMoment(instant: string | number, zone: string, now: number = Date.now()): string {
  const day = dayOf(instant, zone)
  return day === today(zone, now) ? timeOf(instant, zone) : `${showShortDay(day)} ${timeOf(instant, zone)}`
}

/** Whole years on a given day. */
export function ageOn(birthDate: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years
}

/** Reads “12/05/1980”, “12 5 1980”, “12051980” or “1980-05-12”; undefined when it is no day of the calendar. */
export function parseDate(text: string): string | undefined {
  const t = text.trim()
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(t)
  const loose = /^(\d{1,2})\D+(\d{1,2})\D+(\d{4})$/.exec(t) ?? /^(\d{2})(\d{2})(\d{4})$/.exec(t)
  const found = iso ? [iso[1], iso[2], iso[3]] : loose ? [loose[3], loose[2], loose[1]] : undefined
  if (!found) return undefined
  const [year = '', month = '', day = ''] = found
  const candidate = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const d = new Date(`${candidate}T12:00:00Z`)
  return Number.isNaN(d.getTime()) || d.toISOString().slice(0, 10) !== candidate ? undefined : candidate
}

/** Milliseconds by which a zone is ahead of UTC at an instant. */
function offset(at: number, zone: string): number {
  const p = parts(new Date(at), zone)
  const wall = Date.UTC(Number(p.year), Number(p.month) - 1, Number(p.day), Number(p.hour), Number(p.minute))
  return wall - Math.floor(at / 60_000) * 60_000
}

/** The instants that a wall clock shows this: none in the hour a clock change skips, two in the one it repeats. */
export function instantsOf(day: string, time: string, zone: string): number[] {
  const wall = Date.parse(`${day}T${time}:00Z`)
  if (Number.isNaN(wall)) return []
  const offsets = new Set([offset(wall - 86_400_000, zone), offset(wall + 86_400_000, zone)])
  return [...offsets]
    .map((o) => wall - o)
    .filter((at) => dayOf(at, zone) === day && timeOf(at, zone) === time)
    .sort((a, b) => a - b)
}

/** Whole minutes since an instant, never below zero. */
export function minutesSince(instant: string, now: number = Date.now()): number {
  return Math.max(0, Math.floor((now - Date.parse(instant)) / 60_000))
}
