const fr = {
  title: 'Où en est un message ?',
  intro: 'Cinq mots disent jusqu’où un message est allé. Ils sont les mêmes sur tous les écrans.',
  words: {
    queued: {
      word: 'en file',
      tone: 'none',
      text: 'Il attend son heure, une place ou un nouvel essai. Il n’est pas parti, pour autant qu’on le sache.',
    },
    sent: {
      word: 'envoyé',
      tone: 'none',
      text: 'Le serveur d’e-mail ou l’opérateur l’a pris. Rien ne dit encore qu’il est arrivé.',
    },
    delivered: {
      word: 'remis',
      tone: 'ok',
      text: 'Un accusé de réception le prouve : il est sur le téléphone ou dans la boîte aux lettres.',
    },
    read: {
      word: 'lu',
      tone: 'ok',
      text: 'La personne a donné la date de naissance sur la page personnelle. Ouvrir le lien ne suffit pas.',
    },
    failed: {
      word: 'non remis',
      tone: 'bad',
      text: 'Il a été refusé, il est revenu ou il était trop tard. Ou bien il a été retiré avant l’envoi.',
    },
  },
  next: 'Quand un message n’est pas remis, l’autre moyen (SMS ou e-mail) prend le relais aussitôt. Quand il n’en reste plus, la consultation est dans « À joindre » : corrigez l’adresse ou appelez.',
  list: 'Voir les patients à joindre',
} as const

export default fr
