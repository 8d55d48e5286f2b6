const fr = {
  title: 'Se connecter',
  again: 'Votre session a pris fin',
  againWhy: 'Connectez-vous à nouveau : vous retrouvez votre page, rien n’est perdu.',
  claim: 'La téléconsultation de l’hôpital, du rendez-vous au codage.',
  email: 'Adresse professionnelle',
  password: 'Mot de passe',
  shared: 'Appareil partagé',
  sharedHint: 'Rien de ce que vous lisez n’est gardé sur cet appareil.',
  submit: 'Se connecter',
  wrong: 'Adresse ou mot de passe incorrect.',
  other: 'Se connecter sous un autre nom',
  language: 'English',
} as const

export default fr
