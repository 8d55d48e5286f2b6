import type { Translated } from '../../i18n/language'
import type fr from './code-texts.fr'

const en: Translated<typeof fr> = {
  intro:
    'The list is the whole hospital’s: a change holds for every department. A row that was used is never written anew: it ends, and another begins.',
  add: 'Add a code',
  change: 'Change',
  confirm: 'Confirm',
  toConfirm: 'to be confirmed by the hospital',
  confirmed: (name) => `confirmed by ${name}`,
  used: 'used',
  ended: 'ended',
  modality: { any: 'video or telephone', video: 'video', telephone: 'telephone' },
  speciality: {
    '': 'all specialities',
    general: 'general medicine',
    psychiatry: 'psychiatry',
    neurology: 'neurology',
    gynaecology: 'gynaecology',
    specialist: 'another speciality than general medicine',
  },
  since: (from) => `since ${from}`,
  between: (from, to) => `${from} to ${to}`,
  noAmount: 'amount depends on the act',
  code: 'Code',
  label: 'Label',
  amount: 'Amount (€)',
  amountHint: 'Empty: it depends on the act.',
  amountWrong: 'Give an amount in euros. Example: 50.20.',
  modalityLabel: 'Way of consulting',
  specialityLabel: 'Speciality',
  validFrom: 'First day',
  validFromUsed: 'Acts have this code: give the day from which the change holds.',
  validTo: 'Last day',
  source: 'Where does this row come from?',
  sourceHint: 'Official text, internal note…',
  saved: 'List saved.',
  confirmedDone: (code) => `${code} confirmed.`,
}

export default en
