import type { Translated } from '../i18n/language'
import type fr from './contact-texts.fr'

const en: Translated<typeof fr> = {
  title: 'Patient to be reached',
  channel: { email: 'e-mail', sms: 'text message' },
  since: (moment) => `since ${moment}`,
  lastCall: {
    reached: (moment) => `reached by telephone, ${moment}`,
    voicemail: (moment) => `voicemail left, ${moment}`,
    'no-answer': (moment) => `no answer, ${moment}`,
  },
  call: (phone) => `Call ${phone}`,
  called: 'Called',
  calledHint: 'Note the call, so that others see it.',
  outcome: { reached: 'Reached', voicemail: 'Voicemail', 'no-answer': 'No answer' },
  recorded: 'Call noted.',
  didYouMean: 'Did you mean',
  questionMark: '?',
  correct: 'Correct and resend',
  corrected: 'Address corrected, message queued again.',
  use: (value) => `Write ${value}`,
  relationships: { parent: 'parent', guardian: 'guardian', curator: 'curator', other: 'other' },
  correctContact: 'Correct the address or the mobile',
  email: 'E-mail address',
  emailConfirmed: 'The address is right, I confirm it.',
  mobile: 'Mobile',
  contactCorrected: 'Contact corrected, message queued again.',
}

export default en
