import type { Translated } from '../../i18n/language'
import type fr from './texts.fr'

const en: Translated<typeof fr> = {
  title: 'What is missing',
  figures: 'Figures',
  intro: 'Consultations with a step that waits for somebody, the most urgent first.',
  coding: 'Coding',
  whose: 'Steps shown',
  mine: 'My turn',
  all: 'Department',
  every: 'All my departments',
  unreached: 'To be reached',
  due: (moment) => `due ${moment}`,
  lateSince: (moment) => `late since ${moment}`,
  lateDays: (days) => (days > 1 ? ` (${days} days)` : days === 1 ? ' (1 day)' : ''),
  weight: { law: 'required by law', care: 'the patient waits', billing: 'billing' },
  practitioner: 'Practitioner',
  everybody: 'All practitioners',
  noDue: 'no due time',
  late: 'Late',
  coming: 'Coming',
  empty: 'Nothing is missing. Every step is up to date.',
}

export default en
