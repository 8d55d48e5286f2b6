const fr = {
  title: 'Ma journée',
  today: 'Aujourd’hui',
  tomorrow: 'Demain',
  yesterday: 'Hier',
  before: 'Jour précédent',
  after: 'Jour suivant',
  date: 'Choisir un jour',
  whose: 'Consultations affichées',
  mine: 'Les miennes',
  all: 'Tout le service',
  waiting: (n: number) => (n > 1 ? `${n} patients attendent` : 'Un patient attend'),
  inProgress: 'En cours',
  open: 'Ouvrir la fiche',
  planned: (time: string) => `prévu à ${time}`,
  coming: 'À venir',
  past: 'Passées',
  schedule: 'Prévoir une téléconsultation',
  emptyMine: 'Aucune téléconsultation pour vous ce jour-là.',
  emptyAll: 'Aucune téléconsultation dans le service ce jour-là.',
  arrived: (name: string) => `${name} vient d’arriver`,
} as const

export default fr
