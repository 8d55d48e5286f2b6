import type { Translated } from './language'
import type fr from './words.fr'

const en: Translated<typeof fr> = {
  tool: {
    ortif: 'ORTIF',
    zoom: 'Zoom',
    lasuite_visio: 'La Suite Visio',
    teams: 'Teams',
    webex: 'Webex',
    jitsi: 'Jitsi',
    google_meet: 'Google Meet',
    bigbluebutton: 'BigBlueButton',
    doctolib: 'Doctolib',
    doxy_me: 'doxy.me',
    other: 'Other tool',
    telephone: 'Telephone',
  },
  status: {
    planned: 'planned',
    arrived: 'patient arrived',
    'in-progress': 'in progress',
    finished: 'finished',
    cancelled: 'cancelled',
  },
  consent: { unknown: 'consent awaited', agreed: 'consent given', refused: 'refused', withdrawn: 'consent withdrawn' },
  step: {
    appointment: 'Appointment in ORBIS RV',
    information: 'Patient informed',
    consent: 'Patient’s consent',
    portal: 'Patient portal',
    link: 'Meeting link',
    invitation: 'Invitation received',
    held: 'Consultation to hold',
    prescription: 'Prescription',
    record: 'Report in ORBIS',
    coding: 'Coding',
  },
  acts: {
    patient: 'the patient acts next',
    secretary: 'the secretary acts next',
    practitioner: 'the practitioner acts next',
    system: 'sent automatically',
    nobody: 'nothing to do',
  },
  waits: (minutes) => (minutes < 1 ? 'has just arrived' : `waiting for ${minutes} min`),
  inMeeting: 'in the meeting',
  away: (minutes) => `left ${minutes} min ago`,
  late: 'late',
  complete: 'chain complete',
  born: (date) => `born ${date}`,
  start: 'Start',
  resume: 'Reopen the meeting',
  inProgress: 'In progress',
}

export default en
