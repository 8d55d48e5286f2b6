/** What sending now would do, in one sentence; and what changed since somebody read it. Pure. */
import { locale } from '../../i18n/language'
import { money } from '../../i18n/money'
import { texts } from './texts'
import type { Summary } from './types'

/** Parts of a cent would only be in the way here. */
export const price = (cents: number) => money(Math.ceil(cents - 1e-6), locale.value)

/** “38 personnes, 38 e-mails, 12 SMS (14 parties), 0,84 €, 2 lignes laissées de côté”. */
export function sentence(s: Summary): string {
  const t = texts().sum
  const parts = [t.people(s.people)]
  if (s.emails > 0) parts.push(t.emails(s.emails))
  if (s.sms > 0) parts.push(s.segments > s.sms ? t.longSms(s.sms, s.segments) : t.sms(s.sms))
  if (s.cents > 0) parts.push(price(s.cents))
  if (s.leftOut > 0) parts.push(t.leftOut(s.leftOut))
  if (s.errors > 0) parts.push(t.errors(s.errors))
  return parts.join(', ')
}

/** What is not as it was read, each as “before → now”. */
export function changes(before: Summary, after: Summary): string[] {
  const t = texts().sum
  const found: string[] = []
  const compare = (key: 'people' | 'emails' | 'sms' | 'leftOut' | 'errors') => {
    if (before[key] !== after[key]) found.push(t.changed(t[key](after[key]), String(before[key])))
  }
  compare('people')
  compare('emails')
  compare('sms')
  if (before.cents !== after.cents) found.push(t.changed(price(after.cents), price(before.cents)))
  compare('leftOut')
  compare('errors')
  return found
}
