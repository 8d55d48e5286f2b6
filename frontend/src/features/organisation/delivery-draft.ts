/** The rules of sending as the form holds them, and as the server takes them: pure. */
import type { Channel, DeliverySettings, MessagePurpose, Violation } from '../../api/types'

/** In the order in which a patient gets them. The announcement of a prescription is not sent by the product yet. */
export const purposes: readonly MessagePurpose[] = [
  'notice',
  'consent-reminder',
  'invitation',
  'link-test',
  'reminder',
  'delay',
  'cancellation',
]

/** By which channel first, and what if it does not arrive. */
export type Way = 'email,sms' | 'sms,email' | 'email' | 'sms' | 'both'
export const ways: readonly Way[] = ['email,sms', 'sms,email', 'both', 'email', 'sms']

/** Reminders that have a box of their own: a week, a day, two hours before, in minutes. */
export const usualReminders: readonly number[] = [10_080, 1_440, 120]

export const numbers = [
  'unreadHours',
  'receiptMinutes',
  'linkTestHours',
  'lateMinutes',
  'emailsPerMinute',
  'smsPerMinute',
  'smsFromHour',
  'smsUntilHour',
  'smsPriceCents',
] as const
export type NumberName = (typeof numbers)[number]

/** Numbers as typed. */
export interface DeliveryDraft extends Record<NumberName, string> {
  ways: Record<MessagePurpose, Way>
  /** The ticked usual ones. */
  reminders: number[]
  /** Others, in hours: "48 ; 6". */
  otherReminders: string
  consentReminderHours: string
}

const written = (n: number) => String(n).replace('.', ',')
const listed = (all: readonly number[]) => all.join(' ; ')

/** What goes by both channels where a department has ticked that in its settings of old. */
const noticed: readonly MessagePurpose[] = ['notice', 'invitation', 'cancellation']

function wayOf(settings: DeliverySettings, purpose: MessagePurpose, notifyBothChannels: boolean): Way {
  const channels = settings.channels[purpose] ?? ['email', 'sms']
  if (settings.both.includes(purpose) || (notifyBothChannels && noticed.includes(purpose))) return 'both'
  return ways.find((way) => way === channels.join(',')) ?? 'email,sms'
}

export function draftOf(settings: DeliverySettings, notifyBothChannels: boolean): DeliveryDraft {
  const typed = Object.fromEntries(numbers.map((name) => [name, written(settings[name])])) as Record<NumberName, string>
  return {
    ...typed,
    ways: Object.fromEntries(purposes.map((p) => [p, wayOf(settings, p, notifyBothChannels)])) as Record<
      MessagePurpose,
      Way
    >,
    reminders: settings.reminderMinutes.filter((m) => usualReminders.includes(m)),
    otherReminders: listed(settings.reminderMinutes.filter((m) => !usualReminders.includes(m)).map((m) => m / 60)),
    consentReminderHours: listed(settings.consentReminderHours),
  }
}

/** A number as French or English write it; undefined when it is none. Nothing typed is 0, which switches off. */
export function numberOf(text: string): number | undefined {
  const t = text.trim().replace(',', '.')
  if (t === '') return 0
  return /^\d+(\.\d+)?$/.test(t) ? Number(t) : undefined
}

/** "48 ; 6, 1.5": in a list a comma separates, and a point belongs to the number. */
export function numbersOf(text: string): number[] | undefined {
  const parts = text
    .split(/[;,\s]+/)
    .map((part) => part.trim())
    .filter(Boolean)
  const found = parts.map(numberOf)
  return found.every((n) => n !== undefined && n > 0) ? (found as number[]) : undefined
}

/** Only a price has parts. */
function whole(name: NumberName, n: number | undefined): number | undefined {
  return name === 'smsPriceCents' || Number.isInteger(n) ? n : undefined
}

function wholes(all: number[] | undefined): number[] | undefined {
  return all?.every(Number.isInteger) ? all : undefined
}

function channelsOf(way: Way): Channel[] {
  return way === 'both' ? ['email', 'sms'] : (way.split(',') as Channel[])
}

/** What would be sent, or what cannot be read as a number. */
export function settingsFrom(
  draft: DeliveryDraft,
  message: string,
): { settings: DeliverySettings } | { violations: Violation[] } {
  const violations: Violation[] = []
  const read = <T>(field: string, value: T | undefined, otherwise: T): T => {
    if (value === undefined) violations.push({ field: `delivery.${field}`, code: 'number', message })
    return value ?? otherwise
  }
  const typed = Object.fromEntries(
    numbers.map((name) => [name, read(name, whole(name, numberOf(draft[name])), 0)]),
  ) as Record<NumberName, number>
  const others = read('otherReminders', numbersOf(draft.otherReminders), []).map((h) => Math.round(h * 60))
  const settings: DeliverySettings = {
    ...typed,
    channels: Object.fromEntries(purposes.map((p) => [p, channelsOf(draft.ways[p])])),
    both: purposes.filter((p) => draft.ways[p] === 'both'),
    reminderMinutes: [...new Set([...draft.reminders, ...others])].sort((a, b) => b - a),
    consentReminderHours: read('consentReminderHours', wholes(numbersOf(draft.consentReminderHours)), []),
  }
  return violations.length > 0 ? { violations } : { settings }
}
