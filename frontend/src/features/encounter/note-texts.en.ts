import type { Translated } from '../../i18n/language'
import type fr from './note-texts.fr'

const en: Translated<typeof fr> = {
  hint: 'Write here; the facts already recorded add themselves to the report.',
  findings: 'Findings',
  conclusion: 'Conclusion and decisions',
  followUp: 'Prescriptions and follow-up',
  follows: 'Report to follow (written elsewhere, later)',
  identity: 'Identity check during the call',
  chooseIdentity: 'Choose…',
  identities: {
    stated: 'Name and birth date stated',
    document: 'Identity document shown on camera',
    known: 'Patient known before',
    qualified: 'INS qualified before',
  },
  participants: 'Other participants',
  participantsHint: 'Name, role, place: nurse beside the patient, interpreter…',
  saved: 'Saved',
  waiting: 'Waiting to be sent',
  waitingAway: 'Waiting to be sent: your words are kept on this device.',
  waitingShared: 'Waiting to be sent: keep this tab open.',
  nothingYet: 'Nothing is written yet.',
  erased: (day, days) =>
    `The text was deleted on ${day}, ${days} days after it was put into the record. The evidence stays: number, hash, date, author.`,
  kept: (days) =>
    `The typed text is deleted here ${days} days after it was last put into the record; the evidence stays.`,
  elsewhere: 'Another device saved a different text. Nothing is lost: choose.',
  theirs: 'Text of the other device',
  keepBoth: 'Keep both',
  keepMine: 'Keep mine',
  keepOther: 'Take the other',
  preview: (number) => `Report, version ${number}`,
  copy: 'Copy the report',
  copied: 'Copied.',
  copyFailed: 'Copying failed: select the text.',
  pdf: 'PDF',
  put: 'Put into ORBIS',
  putAgain: 'New version put there',
  putDone: (number, name, moment) => `Version ${number} put there by ${name}, ${moment}.`,
  changed: (number) => `The report has changed since: put version ${number} there.`,
  confirm: 'A change was taken back: confirm that the version put there is right.',
  noteChanged: 'The report has just changed. Read it, copy it, then tick.',
  versions: 'Versions put there',
  version: (number, name, moment) => `Version ${number}, ${moment}, ${name}`,
  closing: 'Close the file',
  missing: 'Missing:',
  close: 'Close the file',
  complete: 'Nothing is missing.',
  closed: (day, time, name) => `Complete, closed on ${day} at ${time} by ${name}.`,
}

export default en
