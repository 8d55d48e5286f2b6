const fr = {
  title: 'Patient à joindre',
  channel: { email: 'e-mail', sms: 'SMS' },
  since: (moment: string) => `depuis ${moment}`,
  lastCall: {
    reached: (moment: string) => `joint par téléphone, ${moment}`,
    voicemail: (moment: string) => `message laissé sur la messagerie, ${moment}`,
    'no-answer': (moment: string) => `pas de réponse, ${moment}`,
  },
  call: (phone: string) => `Appeler le ${phone}`,
  called: 'Appelé',
  calledHint: 'Notez l’appel : les autres le voient.',
  outcome: { reached: 'Joint', voicemail: 'Messagerie', 'no-answer': 'Pas de réponse' },
  recorded: 'Appel noté.',
  didYouMean: 'Vouliez-vous dire',
  questionMark: '\u00a0?',
  correct: 'Corriger et renvoyer',
  corrected: 'Adresse corrigée, le message repart.',
  use: (value: string) => `Écrire ${value}`,
  relationships: { parent: 'parent', guardian: 'tuteur', curator: 'curateur', other: 'autre' },
  correctContact: 'Corriger l’adresse ou le mobile',
  email: 'Adresse e-mail',
  emailConfirmed: 'L’adresse est exacte, je la confirme.',
  mobile: 'Mobile',
  contactCorrected: 'Coordonnées corrigées, le message repart.',
} as const

export default fr
