import type { Translated } from '../../i18n/language'
import type fr from './texts.fr'

const s = (n: number) => (n === 1 ? '' : 's')

const en: Translated<typeof fr> = {
  list: 'List',
  sources: { file: 'File', text: 'Pasted list', encounters: 'Ticked people' },
  states: {
    draft: 'to be checked',
    sending: 'being sent',
    scheduled: 'scheduled',
    paused: 'paused',
    sent: 'sent',
    cancelled: 'stopped',
  },
  languages: { fr: 'French', en: 'English' },
  waiting: (n) => (n > 1 ? `${n} corrections waiting to be saved` : 'One correction waiting to be saved'),
  rows: (n) => `${n} line${s(n)}`,
  toCorrect: (n) => `${n} to correct`,
  byAt: (name, moment) => `${name}, ${moment}`,
  goesAt: (moment) => `goes ${moment}`,
  discard: 'Discard the list',
  discardSure: 'Discard this list? Nothing has been sent, nothing will be.',
  sum: {
    people: (n) => (n === 0 ? 'nobody' : n === 1 ? '1 person' : `${n} people`),
    emails: (n) => `${n} e-mail${s(n)}`,
    sms: (n) => `${n} text message${s(n)}`,
    longSms: (n, parts) => `${n} text message${s(n)} (${parts} part${s(parts)})`,
    leftOut: (n) => `${n} line${s(n)} left out`,
    errors: (n) => `${n} line${s(n)} to correct that will not be sent`,
    changed: (now, before) => `${now} (before: ${before})`,
  },
}

export default en
