import type { Translated } from '../../i18n/language'
import type fr from './texts.fr'

const en: Translated<typeof fr> = {
  title: 'Coding of acts',
  from: 'From',
  to: 'To',
  show: 'Show',
  filter: {
    'to-code': 'To code',
    refused: 'Refused',
    coded: 'Coded',
    'not-billable': 'Not billable',
    exports: 'Exports',
  },
  keys: '↑ ↓ choose · Enter code · 1 to 9 another code · N not billable · R refused · Z undo the last',
  noSpeciality:
    'The department’s speciality is not known: no proposal is beyond doubt. A manager says it in “Departments and people”.',
  empty: 'No act here for these days.',
  minutes: (n) => `${n} min`,
  ipp: (ipp) => `IPP ${ipp}`,
  certain: 'certain',
  toConfirm: 'to be confirmed by the hospital',
  code: (code) => `Code ${code}`,
  notBillable: 'Not billable…',
  reopen: 'Reopen…',
  otherwise: 'Other…',
  codedBy: (name, moment) => `${name}, ${moment}`,
  batch: (number) => `batch ${number}`,
  reopened: (reason) => `Reopened: ${reason}`,
  done: {
    coded: (code) => `Coded ${code}`,
    'not-billable': 'Not billable',
    refused: 'Refused',
    reopened: 'Reopened',
  },
  busy: 'Saving…',
  last: (name, did) => `${name}: ${did}`,
  undo: 'Undo',
  undone: (name) => `${name}: undone.`,
  left: (n) => (n === 1 ? '1 act to code' : `${n} acts to code`),
  choose: 'What about this act?',
  codes: 'Code it with another code',
  state: {
    'not-billable': 'Not billable: why?',
    refused: (target) => `Refused by ${target}: why?`,
    reopened: 'Reopen: why?',
  },
  refuse: (target) => `Refused by ${target}…`,
  reasons: {
    'not-billable': {
      telephone: 'Telephone outside the legal exception',
      'no-content': 'Cut short without useful content',
      hospitalised: 'Patient in hospital that day',
      included: 'Part of another act or a flat rate',
      duplicate: 'Billed already',
      free: 'Free of charge, or research',
      other: 'Another reason…',
    },
    refused: {
      identity: 'Identity unknown to the software',
      'no-visit': 'No open visit',
      rights: 'The patient’s rights are closed',
      code: 'Code refused',
      duplicate: 'The act is there already',
      practitioner: 'To be reviewed with the practitioner',
      other: 'Another reason…',
    },
    reopened: { mistake: 'Typing mistake', corrected: 'Act corrected afterwards', other: 'Another reason…' },
  },
  otherReason: 'Which reason?',
  otherHint: 'It stays here: nothing written leaves with the export.',
  record: 'Save',
  together: (n) => (n === 1 ? 'Code the certain act' : `Code the ${n} certain acts`),
  togetherTitle: 'Code all certain acts',
  togetherWhy: (n, target) =>
    n === 1
      ? `1 act whose code is beyond doubt is noted as coded in ${target}.`
      : `${n} acts whose code is beyond doubt are noted as coded in ${target}.`,
  togetherDone: (n) => (n === 0 ? 'These acts had been coded already.' : n === 1 ? '1 act coded.' : `${n} acts coded.`),
}

export default en
