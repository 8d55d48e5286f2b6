import type { Translated } from '../../i18n/language'
import type fr from './texts.fr'

const en: Translated<typeof fr> = {
  title: 'My day',
  today: 'Today',
  tomorrow: 'Tomorrow',
  yesterday: 'Yesterday',
  before: 'Previous day',
  after: 'Next day',
  date: 'Choose a day',
  whose: 'Consultations shown',
  mine: 'Mine',
  all: 'Whole department',
  waiting: (n) => (n > 1 ? `${n} patients are waiting` : 'A patient is waiting'),
  inProgress: 'In progress',
  open: 'Open',
  planned: (time) => `planned at ${time}`,
  coming: 'Coming',
  past: 'Past',
  schedule: 'Schedule a teleconsultation',
  emptyMine: 'No teleconsultation for you on that day.',
  emptyAll: 'No teleconsultation in the department on that day.',
  arrived: (name) => `${name} has just arrived`,
}

export default en
