import type { Translated } from '../../i18n/language'
import type fr from './unreached-texts.fr'

const en: Translated<typeof fr> = {
  intro: 'No message has reached these patients, or their device does not work. The nearest appointment first.',
  empty: 'Nobody to be reached: every patient has been.',
  open: 'Open the consultation',
  planned: (moment) => `appointment ${moment}`,
}

export default en
