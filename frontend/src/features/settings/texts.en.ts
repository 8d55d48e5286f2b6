import type { Translated } from '../../i18n/language'
import type fr from './texts.fr'

const en: Translated<typeof fr> = {
  title: 'Account',
  roles: { secretary: 'secretary', practitioner: 'practitioner', manager: 'manager' },
  administrator: 'Administrator: manages people and departments, without access to patients.',
  organisation: 'Manage departments and people',
  figures: 'Figures of the department',
  password: 'My password',
  passwordWhy: 'The other devices where you are signed in will be signed out.',
  passwordChange: 'Change my password',
  passwordCurrent: 'Current password',
  passwordNext: 'New password',
  passwordHint: 'At least 12 characters: a sentence is easier to remember.',
  passwordSaved: 'Password changed.',
  language: 'Language',
  accounts: 'Meeting accounts',
  accountsWhy:
    'Only the holder of the account that created the meeting can let the patient in. Give the address of the account you use.',
  none: 'No account recorded.',
  tool: 'Tool',
  email: 'Account’s address',
  emailHint: 'Your professional address',
  saved: 'Account recorded.',
  recorded: (day) => `recorded on ${day}`,
  help: 'Open a Zoom account in five steps',
  helpMessages: 'How far has a message come?',
  device: 'This device',
  deviceShared: 'Shared device: nothing you read is kept on it.',
  deviceOwn: 'The last day seen can be read offline for twelve hours, then it is erased.',
  signOut: 'Sign out',
  signOutFailed: 'The server did not answer. Your data are still here: try again.',
  signOutAnyway: 'Erase this device without waiting',
  draft: 'Something is not sent yet',
  draftWhy: 'What you began to type will be erased from this device if you sign out.',
  draftGo: 'Sign out and erase',
}

export default en
