import type { Translated } from '../i18n/language'
import type fr from './start-texts.fr'

const en: Translated<typeof fr> = {
  opening: 'The meeting is opening…',
  consentTitle: 'Patient’s consent before you start',
  consentWhy: (tool) =>
    `No consent is recorded for ${tool}. Ask for it aloud, then record it here: the consultation starts at once.`,
  refusedTitle: 'The patient refused',
  refused: 'The patient refused or withdrew. If they change their mind now, record their oral consent.',
  said: 'Tell the patient: the tool in use, no recording, no physical examination, and that they may prefer to come without any consequence for their care.',
  representative: 'The legal representative decides.',
  giverName: 'Who consents',
  refuses: 'The patient refuses',
  record: 'Consent given, start',
  blocked: 'The browser did not let the window open. Open the meeting here:',
  open: 'Open the meeting',
}

export default en
