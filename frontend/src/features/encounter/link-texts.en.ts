import type { Translated } from '../../i18n/language'
import type fr from './link-texts.fr'

const en: Translated<typeof fr> = {
  standing: 'Recorded link',
  url: 'Patient’s link',
  meetingId: 'Meeting ID',
  passcode: 'Passcode',
  topic: 'Topic',
  date: 'Date',
  tool: 'Tool',
  reference: 'Session reference',
  host: 'Host account',
  attached: (name, moment) => `Added by ${name}, ${moment}`,
  replace: 'Replace the link',
  remove: 'Remove the link',
  removeSure: 'Remove the link? An invitation already sent will be cancelled.',
  keep: 'Keep',
  paste: 'Invitation copied from the tool',
  pasteHint: 'Paste it whole, as Zoom or another tool made it.',
  pasteButton: 'Paste the invitation',
  reading: 'Reading…',
  read: 'What was read',
  none: 'not found',
  inLink: 'inside the link',
  findings: 'Remarks',
  settle: 'To settle before recording',
  settled: (text) => `${text} This is intended.`,
  differs: {
    date_differs: (theirs, ours) => `The invitation is for ${theirs}, the consultation for ${ours}.`,
    time_differs: (theirs, ours) => `The invitation starts at ${theirs}, the consultation at ${ours}.`,
    tool_differs: (theirs, ours) =>
      `The invitation comes from ${theirs}, the consultation is planned with ${ours}. Consent will be asked again for ${theirs}.`,
  },
  hostAccount: 'Account that hosts the meeting',
  hostHint: 'Only its holder can admit the patient.',
  save: 'Record the link',
  help: 'No Zoom account yet? Five steps',
  ortifWhy:
    'ORTIF invites the patient itself (e-mail, then a code by SMS). Create the session in ORTIF, then note it here.',
  ortifReference: 'Reference of the ORTIF session',
  ortifText: 'ORTIF link or invitation',
  ortifSave: 'Session created, patient invited by ORTIF',
}

export default en
