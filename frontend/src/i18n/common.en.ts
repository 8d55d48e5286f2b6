import type fr from './common.fr'
import type { Translated } from './language'

const en: Translated<typeof fr> = {
  app: 'Téléconsult',
  nav: {
    label: 'Main navigation',
    day: 'My day',
    missing: 'What is missing',
    schedule: 'Schedule',
    invitations: 'Invitations',
    account: 'Account',
  },
  skip: 'Skip to content',
  department: 'Department',
  loading: 'Loading…',
  retry: 'Try again',
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  more: 'Show more',
  optional: 'optional',
  back: 'Back',
  offline: (seen) => `Offline, seen at ${seen}`,
  offlineBare: 'Offline. What you type stays here.',
  updateReady: 'A new version is ready.',
  update: 'Update',
  notFound: 'There is no such page.',
  toDay: 'Go to my day',
  notAllowed: 'Your role does not open this page.',
  pick: 'Choose a consultation in the list.',
  crash: 'Something went wrong on this page.',
  failure: {
    network: 'The server does not answer. Nothing you typed is lost: try again.',
    server: 'The server had an error. Nothing is lost: try again in a moment.',
    busy: (seconds) => `Too many requests. Try again in ${seconds} seconds.`,
    fields: (n) => (n > 1 ? `${n} fields need attention` : 'One field needs attention'),
    unexpected: 'This did not work.',
  },
}

export default en
