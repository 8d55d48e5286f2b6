import type { Translated } from '../../i18n/language'
import type fr from './after-texts.fr'

const en: Translated<typeof fr> = {
  prescription: 'Prescription',
  channelLabel: 'How is it delivered?',
  channelHint: 'In order of preference.',
  channel: {
    none: 'No prescription',
    portal: 'Patient portal (tomorrow)',
    mssante: 'MSSanté to the pharmacist',
    dispose: 'Dispose (link + password)',
    drop: 'Encrypted drop',
    email: 'Ordinary e-mail',
    'on-site': 'Handed over on site',
  },
  today: 'The patient needs it today',
  state: 'How far is it?',
  announced: 'Announced',
  delivered: 'Delivered',
  proof: 'Proof of delivery',
  proofHint: 'Receipt, confirmation by the pharmacist or the patient…',
  risk: 'Risk explained, accepted by',
  riskHint: 'Ordinary e-mail is not protected. Say so, then note who accepted.',
  savePrescription: 'Record',
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
}

export default en
