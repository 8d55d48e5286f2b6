const fr = {
  intro:
    'Aucun message n’est arrivé à ces patients, ou leur appareil ne marche pas. Le rendez-vous le plus proche d’abord.',
  empty: 'Personne à joindre : chaque patient a été atteint.',
  open: 'Ouvrir la fiche',
  planned: (moment: string) => `rendez-vous ${moment}`,
} as const

export default fr
