const s = (n: number) => (n > 1 ? 's' : '')

const fr = {
  progress: 'Avancement de l’envoi',
  gone: (done: number, all: number) => `${done} sur ${all} personne${s(all)} : message parti`,
  counts: {
    waiting: 'en attente',
    queued: 'en file',
    sent: 'envoyés',
    delivered: 'remis',
    read: 'lus',
    failed: 'non remis',
    cancelled: 'annulés',
  },
  leave: 'Vous pouvez quitter cette page : l’envoi continue.',
  scheduled: (moment: string) => `L’envoi partira ${moment}. Vous pouvez quitter cette page.`,
  paused: 'En pause : rien ne part tant que vous ne reprenez pas.',
  sent: 'Tout est parti. Les réponses arrivent ici.',
  cancelled: 'Arrêté : ce qui n’était pas parti ne partira pas.',
  confirmed: (name: string, moment: string) => `Envoyé par ${name}, ${moment}`,
  pause: 'Pause',
  resume: 'Reprendre',
  cancel: 'Annuler ce qui n’est pas parti',
  cancelTitle: 'Annuler ce qui n’est pas parti ?',
  cancelWhy: (n: number) =>
    n > 1
      ? `${n} personnes n’ont encore rien reçu : leurs messages sont retirés.`
      : n === 1
        ? 'Une personne n’a encore rien reçu : son message est retiré.'
        : 'Tout est déjà parti : rien ne peut plus être retiré.',
  cancelKeeps:
    'Les rendez-vous créés par cette liste pour ces personnes sont annulés aussi. Qui a reçu son message garde son rendez-vous. Cela ne peut pas être repris.',
  cancelKeep: 'Ne rien annuler',
  cancelDone: 'Ce qui n’était pas parti est annulé.',
  answers: 'Réponses',
  agreed: (n: number) => `${n} accord${s(n)}`,
  declined: (n: number) => `${n} refus`,
  none: (n: number) => `${n} sans réponse`,
  result: 'Résultat :',
  again: 'Inviter à nouveau :',
  unanswered: (n: number) => `ceux qui n’ont pas répondu (${n})`,
  failed: (n: number) => `ceux que rien n’a atteint (${n})`,
  state: {
    queued: 'en file',
    sent: 'envoyé',
    delivered: 'remis',
    read: 'lu',
    failed: 'non remis',
    held: 'retenu',
    cancelled: 'annulé',
  },
  /** Rows without a message of their own yet. */
  row: {
    open: 'pas envoyée',
    released: 'en préparation',
    done: 'rien à envoyer',
    withdrawing: 'retrait en cours',
    cancelled: 'annulée',
  },
  channel: { email: 'e-mail', sms: 'SMS' },
  word: { 'en file': 'en file', envoyé: 'envoyé', remis: 'remis', lu: 'lu', 'non remis': 'non remis' },
  answer: { agreed: 'accord', declined: 'refus', none: 'sans réponse' },
  open: 'Ouvrir la fiche',
  reach: 'Corriger ou appeler',
} as const

export default fr
