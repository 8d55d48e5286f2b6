const s = (n: number) => (n > 1 ? 's' : '')

const fr = {
  list: 'Liste',
  sources: { file: 'Fichier', text: 'Liste collée', encounters: 'Personnes cochées' },
  states: {
    draft: 'à vérifier',
    sending: 'envoi en cours',
    scheduled: 'envoi prévu',
    paused: 'en pause',
    sent: 'envoyée',
    cancelled: 'arrêtée',
  },
  languages: { fr: 'français', en: 'anglais' },
  waiting: (n: number) => (n > 1 ? `${n} corrections en attente d’envoi` : 'Une correction en attente d’envoi'),
  rows: (n: number) => `${n} ligne${s(n)}`,
  toCorrect: (n: number) => `${n} à corriger`,
  byAt: (name: string, moment: string) => `${name}, ${moment}`,
  goesAt: (moment: string) => `part ${moment}`,
  discard: 'Jeter la liste',
  discardSure: 'Jeter cette liste ? Rien n’est parti, rien ne partira.',
  sum: {
    people: (n: number) => (n === 0 ? 'personne' : `${n} personne${s(n)}`),
    emails: (n: number) => `${n} e-mail${s(n)}`,
    sms: (n: number) => `${n} SMS`,
    longSms: (n: number, parts: number) => `${n} SMS (${parts} partie${s(parts)})`,
    leftOut: (n: number) => `${n} ligne${s(n)} laissée${s(n)} de côté`,
    errors: (n: number) => `${n} ligne${s(n)} à corriger qui ne partir${n > 1 ? 'ont' : 'a'} pas`,
    changed: (now: string, before: string) => `${now} (avant : ${before})`,
  },
} as const

export default fr
