import type { Translated } from '../../i18n/language'
import type fr from './help-texts.fr'

const en: Translated<typeof fr> = {
  title: 'Open a Zoom account in five steps',
  intro:
    'Zoom is a provisional tool: the department’s secure tool comes first, and the patient is told when another is used.',
  steps: {
    one: {
      title: 'Sign up',
      text: 'On zoom.us, choose “Sign up free” and give your professional address, never a private one.',
    },
    two: {
      title: 'Confirm the address',
      text: 'Zoom sends a confirmation e-mail. If it does not come, look into the spam folder.',
    },
    three: {
      title: 'Name yourself and choose a password',
      text: 'Give your name as the patient should see it, and a password used nowhere else. Skip “Invite colleagues”.',
    },
    four: {
      title: 'Set the security once and for all',
      text: 'In Settings: waiting room on, password required, no access before the host, no automatic recording.',
    },
    five: {
      title: 'Schedule one meeting for each consultation',
      text: 'ID generated automatically (never your personal room), video on for host and participant, audio by telephone and computer. Copy the whole invitation and paste it into the consultation.',
    },
  },
  free: 'With a free account, a meeting is cut after 40 minutes.',
  documents: 'No medical document goes through the video tool.',
  record: 'Record my account',
}

export default en
