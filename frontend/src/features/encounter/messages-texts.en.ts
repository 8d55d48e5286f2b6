import type { Translated } from '../../i18n/language'
import type fr from './messages-texts.fr'

const en: Translated<typeof fr> = {
  none: 'No message yet.',
  actor: { patient: 'the patient', staff: 'staff', system: 'the system' },
  purpose: {
    notice: 'Information and request for consent',
    'consent-reminder': 'Follow-up for the consent',
    invitation: 'Invitation',
    'link-test': 'Trial of the device',
    reminder: 'Reminder',
    delay: 'Announcement of a delay',
    cancellation: 'Cancellation',
    'prescription-notice': 'Announcement of the prescription',
    'document-mail': 'Document',
    'document-password': 'Password of a document',
  },
  channel: { email: 'e-mail', sms: 'text message', mssante: 'MSSanté' },
  byChannel: { email: 'by e-mail', sms: 'by text message' },
  word: { 'en file': 'queued', envoyé: 'sent', remis: 'delivered', lu: 'read', 'non remis': 'not delivered' },
  planned: (n) => (n > 1 ? `${n} messages planned` : 'One message planned'),
  plannedFor: (purpose, moment) => `Planned: ${purpose.toLowerCase()} on ${moment}`,
  older: (n) => (n > 1 ? `${n} older messages` : 'One older message'),
  replacedBy: { email: 'replaced by an e-mail', sms: 'replaced by a text message', mssante: 'replaced by MSSanté' },
  replaces: { email: 'in place of an e-mail', sms: 'in place of a text message', mssante: 'in place of MSSanté' },
  withdrawn: 'withdrawn',
  subject: (text) => `Subject: ${text}`,
  segments: (n) => (n > 1 ? `${n} text messages` : 'one text message'),
  costEstimated: (price) => `about ${price}`,
  resendBy: { email: 'Send again by e-mail', sms: 'Send again by text message' },
  resend: { notice: 'Send the information again', invitation: 'Send the invitation again' },
  resent: 'Message queued again.',
  withdraw: 'Withdraw',
  withdrawDone: 'Message withdrawn, it will not leave.',
  meaning: 'What do these words mean?',
  itself: 'The invitation leaves by itself once the link is checked and consent is given.',
  late: 'I am running late',
  lateHint: 'The patient gets a message at once.',
  minutes: (n) => `${n} min`,
  lateSaid: (n) => `Announcement queued: about ${n} minutes late. How far it came is under “Messages to the patient”.`,
}

export default en
