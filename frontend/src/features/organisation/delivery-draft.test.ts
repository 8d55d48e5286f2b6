import { describe, expect, it } from 'vitest'
import type { DeliverySettings } from '../../api/types'
import { draftOf, numberOf, numbersOf, settingsFrom } from './delivery-draft'

const settings: DeliverySettings = {
  channels: {
    notice: ['email', 'sms'],
    'consent-reminder': ['sms', 'email'],
    invitation: ['email', 'sms'],
    'link-test': ['email', 'sms'],
    reminder: ['sms'],
    delay: ['sms', 'email'],
    cancellation: ['email', 'sms'],
  },
  both: ['cancellation'],
  unreadHours: 24,
  receiptMinutes: 60,
  reminderMinutes: [10_080, 2_880, 120],
  consentReminderHours: [72, 24],
  linkTestHours: 48,
  lateMinutes: 15,
  emailsPerMinute: 0,
  smsPerMinute: 0,
  smsFromHour: 8,
  smsUntilHour: 20,
  smsPriceCents: 7.5,
}

describe('the rules of sending', () => {
  it('come back from the form as they went in', () => {
    expect(settingsFrom(draftOf(settings, false), 'x')).toEqual({ settings })
  })

  it('shows what the old tick sends by both channels', () => {
    const draft = draftOf(settings, true)
    expect([draft.ways.notice, draft.ways.invitation, draft.ways.reminder]).toEqual(['both', 'both', 'sms'])
    expect(settingsFrom(draft, 'x')).toMatchObject({ settings: { both: ['notice', 'invitation', 'cancellation'] } })
  })

  it('keeps reminders of a department beside the usual ones, each once', () => {
    const draft = { ...draftOf(settings, false), otherReminders: '48 ; 2, 1.5' }
    expect(draft.reminders).toEqual([10_080, 120])
    expect(settingsFrom(draft, 'x')).toMatchObject({ settings: { reminderMinutes: [10_080, 2_880, 120, 90] } })
  })

  it('names every field that is no number', () => {
    const wrong = { lateMinutes: 'dix', smsPerMinute: '1,5', otherReminders: '-3', consentReminderHours: '24.5' }
    const read = settingsFrom({ ...draftOf(settings, false), ...wrong }, 'x')
    expect('violations' in read && read.violations.map((v) => v.field).sort()).toEqual([
      'delivery.consentReminderHours',
      'delivery.lateMinutes',
      'delivery.otherReminders',
      'delivery.smsPerMinute',
    ])
  })
})

describe('numbers as typed', () => {
  it.each([
    ['', 0],
    ['7,5', 7.5],
    [' 12 ', 12],
    ['0', 0],
    ['-1', undefined],
    ['1e9', undefined],
    ['x', undefined],
  ])('%j is %j', (text, n) => {
    expect(numberOf(text)).toBe(n)
  })

  it.each([
    ['72, 24', [72, 24]],
    ['72;24', [72, 24]],
    ['', []],
    ['0', undefined],
    ['a 3', undefined],
  ])('%j lists %j', (text, all) => {
    expect(numbersOf(text)).toEqual(all)
  })
})
