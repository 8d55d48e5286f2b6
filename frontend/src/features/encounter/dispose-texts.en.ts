import type { Translated } from '../../i18n/language'
import type fr from './dispose-texts.fr'

const en: Translated<typeof fr> = {
  why: 'Leave the document in Dispose, then paste here what Dispose gave: the link goes by one way, the password by another.',
  url: 'Link that Dispose gave',
  password: 'Password that Dispose gave',
  until: 'Available until',
  byTelephone: 'I will tell the password by telephone',
  tell: 'Note the password before you send: it is kept nowhere.',
  send: 'Send the link and the password',
  sent: 'Link and password in the queue',
  follow: 'What became of the two messages is under “Messages to the patient”.',
}

export default en
