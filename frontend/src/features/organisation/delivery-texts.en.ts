import type { Translated } from '../../i18n/language'
import type fr from './delivery-texts.fr'

const en: Translated<typeof fr> = {
  channels: 'By which means',
  channelsHint:
    'When a message does not arrive, the next means takes over at once. When none is left, the secretary has a task: “To be reached”.',
  purpose: {
    notice: 'Information and request for consent',
    'consent-reminder': 'Follow-up when consent is missing',
    invitation: 'Invitation with the link',
    'link-test': 'Trial of the device',
    reminder: 'Reminders',
    delay: 'Announcement of a delay',
    cancellation: 'Cancellation',
    'prescription-notice': 'Announcement of the prescription',
    'document-mail': 'Document',
    'document-password': 'Password of a document',
  },
  way: {
    'email,sms': 'E-mail, then text message if it does not arrive',
    'sms,email': 'Text message, then e-mail if it does not arrive',
    both: 'E-mail and text message together',
    email: 'E-mail only',
    sms: 'Text message only',
  },
  reminders: 'Reminders of the appointment',
  week: '7 days before',
  day: 'The day before (24 h)',
  hours: '2 hours before',
  otherReminders: 'Other reminders',
  otherRemindersHint: 'In hours before the appointment, separated by a semicolon. Example: 48 ; 6',
  followUps: 'Follow-ups',
  zeroHint: '0 = never.',
  consentReminderHours: 'Consent not given: ask again',
  consentHint: 'In hours before the appointment. Example: 72 ; 24. Empty = never.',
  unreadHours: 'Invitation not read: text message, in hours before',
  linkTestHours: 'Device not tried: message, in hours before',
  lateMinutes: 'Practitioner late: tell the patient, in minutes after the hour',
  receiptMinutes: 'Message that does not leave, or text message without receipt: other means, in minutes',
  limits: 'Rate and price',
  limitsHint: '0 = no limit of the department’s own.',
  emailsPerMinute: 'E-mails per minute at most',
  smsPerMinute: 'Text messages per minute at most',
  smsPriceCents: 'Price of a text message, in cents',
  smsPriceHint: 'For the estimate shown before sending.',
  number: 'Give a number.',
  saved: 'Rules of sending saved.',
  restored: 'What you typed has been found again.',
  discard: 'Clear all',
}

export default en
