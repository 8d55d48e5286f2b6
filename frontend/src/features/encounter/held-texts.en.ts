import type { Translated } from '../../i18n/language'
import type fr from './held-texts.fr'

const en: Translated<typeof fr> = {
  finishTitle: 'Finish the consultation',
  question: 'Was there a technical incident?',
  no: 'No, none',
  yes: 'Yes',
  answer: 'Answer yes or no: the answer goes into the report.',
  incident: (n) => `Incident ${n}`,
  kindLabel: 'Kind',
  kind: {
    'no-connection': 'no connection',
    sound: 'sound',
    image: 'image',
    cut: 'cut',
    'tool-outage': 'tool out of order',
    'wrong-person': 'wrong person',
    delay: 'delay',
    other: 'other',
  },
  consequenceLabel: 'Consequence',
  consequence: {
    none: 'none',
    'continued-by-telephone': 'continued by telephone',
    rescheduled: 'rescheduled',
    stopped: 'stopped',
  },
  text: 'Details',
  add: 'Add an incident',
  remove: 'Remove this incident',
  finish: 'Finish',
  cancelTitle: 'Cancel the consultation',
  reason: 'Reason',
  reasons: {
    patient: 'the patient asked',
    practitioner: 'the practitioner asked',
    'no-show': 'patient did not come',
    technical: 'technical cause',
    'consent-refused': 'patient refused',
    other: 'other',
  },
  reasonMissing: 'Choose the reason.',
  cancelHint: 'The link is revoked and the patient is told.',
  noShowHint: 'The absence goes into the record; nothing is coded.',
  cancel: 'Cancel the consultation',
  keep: 'Do not cancel',
  editTitle: 'Change the consultation',
  toolWarning: 'With another tool the patient’s consent is asked for again.',
  stale: 'Somebody changed the consultation meanwhile. Here is what changed; read again, then save.',
}

export default en
