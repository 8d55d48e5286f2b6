const fr = {
  title: 'Mon compte',
  roles: { secretary: 'secrétariat', practitioner: 'praticien', manager: 'cadre' },
  administrator: 'Administrateur : la gestion des personnes et des services, sans accès aux patients.',
  language: 'Langue',
  accounts: 'Comptes de visioconférence',
  accountsWhy:
    'Seul le titulaire du compte qui a créé la réunion peut faire entrer le patient. Indiquez l’adresse du compte que vous utilisez.',
  none: 'Aucun compte enregistré.',
  tool: 'Outil',
  email: 'Adresse du compte',
  emailHint: 'Votre adresse professionnelle',
  saved: 'Compte enregistré.',
  recorded: (day: string) => `enregistré le ${day}`,
  help: 'Ouvrir un compte Zoom en cinq étapes',
  device: 'Cet appareil',
  deviceShared: 'Appareil partagé : rien de ce que vous lisez n’y est gardé.',
  deviceOwn: 'Le dernier jour vu reste lisible hors connexion pendant douze heures, puis est effacé.',
  signOut: 'Se déconnecter',
  signOutFailed: 'Le serveur n’a pas répondu. Vos données sont toujours là : réessayez.',
  signOutAnyway: 'Effacer cet appareil sans attendre',
  draft: 'Une saisie n’est pas envoyée',
  draftWhy: 'Ce que vous avez commencé à saisir sera effacé de cet appareil si vous vous déconnectez.',
  draftGo: 'Se déconnecter et effacer',
} as const

export default fr
