import type { Translated } from '../../i18n/language'
import type fr from './help-messages-texts.fr'

const en: Translated<typeof fr> = {
  title: 'How far has a message come?',
  intro: 'Five words say how far a message has come. They are the same on every screen.',
  words: {
    queued: {
      word: 'queued',
      tone: 'none',
      text: 'It waits for its hour, a place or another try. It has not left, as far as is known.',
    },
    sent: {
      word: 'sent',
      tone: 'none',
      text: 'The mail server or the operator has taken it. Nothing says yet that it has arrived.',
    },
    delivered: {
      word: 'delivered',
      tone: 'ok',
      text: 'A receipt proves it: it is on the telephone or in the mailbox.',
    },
    read: {
      word: 'read',
      tone: 'ok',
      text: 'The person has given the birth date on the personal page. Opening the link is not enough.',
    },
    failed: {
      word: 'not delivered',
      tone: 'bad',
      text: 'It was refused, it came back or it was too late. Or it was withdrawn before it left.',
    },
  },
  next: 'When a message is not delivered, the other means (text message or e-mail) takes over at once. When none is left, the consultation is in “To be reached”: correct the address or call.',
  list: 'See the patients to be reached',
}

export default en
