const fr = {
  title: 'Ce qui manque',
  figures: 'Chiffres',
  intro: 'Les consultations dont une étape attend quelqu’un, la plus urgente d’abord.',
  coding: 'Codage',
  whose: 'Étapes affichées',
  mine: 'À moi d’agir',
  all: 'Tout le service',
  every: 'Tous mes services',
  unreached: 'À joindre',
  due: (moment: string) => `à faire avant ${moment}`,
  lateSince: (moment: string) => `en retard depuis ${moment}`,
  lateDays: (days: number) => (days > 1 ? ` (${days} jours)` : days === 1 ? ' (1 jour)' : ''),
  weight: { law: 'obligation légale', care: 'le patient attend', billing: 'facturation' },
  practitioner: 'Praticien',
  everybody: 'Tous les praticiens',
  noDue: 'sans échéance',
  late: 'En retard',
  coming: 'À venir',
  empty: 'Rien ne manque. Toutes les étapes sont à jour.',
} as const

export default fr
