import type { Translated } from '../../i18n/language'
import type fr from './sent-texts.fr'

const s = (n: number) => (n === 1 ? '' : 's')

const en: Translated<typeof fr> = {
  progress: 'Progress of the sending',
  gone: (done, all) => `${done} of ${all} ${all === 1 ? 'person' : 'people'}: message sent`,
  counts: {
    waiting: 'waiting',
    queued: 'queued',
    sent: 'sent',
    delivered: 'delivered',
    read: 'read',
    failed: 'not delivered',
    cancelled: 'cancelled',
  },
  leave: 'You may leave this page: the sending goes on.',
  scheduled: (moment) => `The messages go ${moment}. You may leave this page.`,
  paused: 'Paused: nothing is sent until you resume.',
  sent: 'Everything has gone. Answers arrive here.',
  cancelled: 'Stopped: what had not gone will not go.',
  confirmed: (name, moment) => `Sent by ${name}, ${moment}`,
  pause: 'Pause',
  resume: 'Resume',
  cancel: 'Cancel what has not gone',
  cancelTitle: 'Cancel what has not gone?',
  cancelWhy: (n) =>
    n === 0
      ? 'Everything has gone already: nothing can be withdrawn any more.'
      : n === 1
        ? 'One person has not received anything yet: the message is withdrawn.'
        : `${n} people have not received anything yet: their messages are withdrawn.`,
  cancelKeeps:
    'The appointments that this list made for them are cancelled too. Who has received a message keeps the appointment. This cannot be undone.',
  cancelKeep: 'Cancel nothing',
  cancelDone: 'What had not gone is cancelled.',
  answers: 'Answers',
  agreed: (n) => `${n} consent${s(n)}`,
  declined: (n) => `${n} refusal${s(n)}`,
  none: (n) => `${n} without an answer`,
  result: 'Result:',
  again: 'Invite again:',
  unanswered: (n) => `those who have not answered (${n})`,
  failed: (n) => `those whom nothing has reached (${n})`,
  state: {
    queued: 'queued',
    sent: 'sent',
    delivered: 'delivered',
    read: 'read',
    failed: 'not delivered',
    held: 'held back',
    cancelled: 'cancelled',
  },
  row: {
    open: 'not sent',
    released: 'being prepared',
    done: 'nothing to send',
    withdrawing: 'being withdrawn',
    cancelled: 'cancelled',
  },
  channel: { email: 'e-mail', sms: 'text message' },
  word: { 'en file': 'queued', envoyé: 'sent', remis: 'delivered', lu: 'read', 'non remis': 'not delivered' },
  answer: { agreed: 'consent', declined: 'refusal', none: 'no answer' },
  open: 'Open the file',
  reach: 'Correct or call',
}

export default en
