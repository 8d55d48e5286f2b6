const fr = {
  title: 'Ouvrir un compte Zoom en cinq étapes',
  intro:
    'Zoom est un outil provisoire : l’outil sécurisé du service vient d’abord, et le patient est informé quand un autre est utilisé.',
  steps: {
    one: {
      title: 'S’inscrire',
      text: 'Sur zoom.us, choisissez « Inscription gratuite » et donnez votre adresse professionnelle, jamais une adresse personnelle.',
    },
    two: {
      title: 'Confirmer l’adresse',
      text: 'Zoom envoie un e-mail de confirmation. S’il n’arrive pas, regardez dans les courriers indésirables (spam).',
    },
    three: {
      title: 'Se nommer et choisir un mot de passe',
      text: 'Indiquez votre nom tel que le patient doit le voir, et un mot de passe qui ne sert qu’ici. Passez l’étape « Inviter des collègues ».',
    },
    four: {
      title: 'Régler la sécurité une fois pour toutes',
      text: 'Dans Paramètres : salle d’attente activée, mot de passe exigé, pas d’accès avant l’hôte, pas d’enregistrement automatique.',
    },
    five: {
      title: 'Programmer une réunion par consultation',
      text: 'ID généré automatiquement (jamais votre salle personnelle), vidéo activée pour l’hôte et le participant, audio par téléphone et ordinateur. Copiez l’invitation entière et collez-la dans la fiche de la consultation.',
    },
  },
  free: 'Avec un compte gratuit, une réunion est coupée au bout de 40 minutes.',
  documents: 'Aucun document médical ne passe par la visioconférence.',
  record: 'Enregistrer mon compte',
} as const

export default fr
