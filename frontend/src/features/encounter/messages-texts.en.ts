import type { Translated } from '../../i18n/language'
import type fr from './messages-texts.fr'

const en: Translated<typeof fr> = {
  none: 'No message yet.',
  actor: { patient: 'the patient', staff: 'staff', system: 'the system' },
  purpose: {
    notice: 'Information and request for consent',
    invitation: 'Invitation',
    reminder: 'Reminder',
    cancellation: 'Cancellation',
    'prescription-notice': 'Prescription announced',
  },
  channel: { email: 'e-mail', sms: 'SMS' },
  word: { 'en file': 'queued', envoyé: 'sent', remis: 'delivered', lu: 'read', 'non remis': 'not delivered' },
  resend: { notice: 'Send the information again', invitation: 'Send the invitation again' },
  resent: 'Message queued again.',
  correct: 'Correct the address or mobile',
  email: 'E-mail address',
  emailConfirmed: 'The address is right, I confirm it.',
  mobile: 'Mobile',
  correctAndSend: 'Correct and send again',
  corrected: 'Contact corrected, message queued again.',
  itself: 'The invitation leaves by itself once the link is checked and consent given.',
}

export default en
