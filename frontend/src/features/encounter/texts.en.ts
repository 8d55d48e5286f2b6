import type { Translated } from '../../i18n/language'
import type fr from './texts.fr'

const en: Translated<typeof fr> = {
  title: 'Consultation',
  from: (start, end) => `from ${start} to ${end}`,
  started: (time) => `started at ${time}`,
  finished: (time) => `finished at ${time}`,
  cancelled: {
    patient: 'cancelled by the patient',
    practitioner: 'cancelled by the practitioner',
    'no-show': 'patient did not come',
    technical: 'cancelled, technical cause',
    'consent-refused': 'cancelled, patient refused',
    other: 'cancelled',
  },
  minor: 'minor',
  'protected-adult': 'protected adult',
  representative: (name) => `representative: ${name}`,
  call: 'Call',
  next: 'Next step',
  go: 'Do it now',
  nothing: 'The chain is complete.',
  chain: 'The ten steps',
  state: { todo: 'to do', waiting: 'waiting', done: 'done', blocked: 'later', 'not-applicable': 'not applicable' },
  before: (moment) => `before ${moment}`,
  lateSince: (moment) => `late since ${moment}`,
  since: (moment) => `since ${moment}`,
  nothingHere: 'Nothing for you to do here now.',
  appointment: 'Planned in ORBIS RV',
  appointmentHint: 'Tick once the appointment is planned in ORBIS RV too.',
  information: 'Information given orally',
  informationHint:
    'To say: the tool in use, no recording, no physical examination, and that the patient may come in person without any consequence for their care.',
  portal: {
    hint: 'The patient-portal account serves for pre-admission and for receiving the prescription.',
    label: 'Patient-portal account',
    open: 'Account open',
    declined: 'The patient does not want one',
    impossible: 'Not possible',
  },
  start: 'Start the consultation',
  rejoin: 'Reopen the meeting',
  write: 'Write the report',
  finish: 'Finish the consultation',
  cancel: 'Cancel the consultation',
  edit: 'Change date, practitioner or tool',
  messages: 'Messages to the patient',
  history: 'History',
  recorded: 'Recorded.',
}

export default en
