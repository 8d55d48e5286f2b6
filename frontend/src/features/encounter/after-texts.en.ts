import type { Translated } from '../../i18n/language'
import type fr from './after-texts.fr'

const en: Translated<typeof fr> = {
  code: 'Code of the act',
  codeHint: 'Codes valid on the day of the consultation.',
  chooseCode: 'Choose a code…',
  proposed: 'proposed',
  coded: (target) => `Coded in ${target}`,
  notBillable: 'Not billable',
  notBillableReason: 'Why?',
  recordNotBillable: 'Record: not billable',
  isCoded: (code) => `Coded: ${code}`,
  isNotBillable: (reason) => `Not billable: ${reason}`,
  isRefused: (reason) => `Refused: ${reason}`,
  isReopened: (reason) => `Reopened: ${reason}`,
  codingList: 'Refuse or reopen: coding of acts',
}

export default en
