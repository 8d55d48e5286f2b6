import type { Translated } from '../../i18n/language'
import type fr from './after-texts.fr'

const en: Translated<typeof fr> = {
  noteHint: 'The report is written from the facts. Copy it into ORBIS, then tick.',
  copy: 'Copy the report',
  copied: 'Copied.',
  copyFailed: 'Copying failed: select the text.',
  put: 'Put into ORBIS',
  putDone: (name, moment) => `Put there by ${name}, ${moment}.`,
  putAgain: 'The report has changed since: put the new version there.',
  noteChanged: 'The report has just changed. Read it, copy it, then tick.',
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
}

export default en
