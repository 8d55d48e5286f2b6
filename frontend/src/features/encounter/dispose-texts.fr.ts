const fr = {
  why: 'Déposez le document dans Dispose, puis collez ici ce que Dispose a donné : le lien part par un canal, le mot de passe par un autre.',
  url: 'Lien donné par Dispose',
  password: 'Mot de passe donné par Dispose',
  until: 'Disponible jusqu’au',
  byTelephone: 'Je dis le mot de passe au téléphone',
  tell: 'Notez le mot de passe avant d’envoyer : il n’est conservé nulle part.',
  send: 'Envoyer le lien et le mot de passe',
  sent: 'Lien et mot de passe en file d’envoi',
  follow: 'Le suivi des deux messages est dans « Messages au patient ».',
} as const

export default fr
