import type { Translated } from '../../i18n/language'
import type fr from './prescription-texts.fr'

const en: Translated<typeof fr> = {
  recorded: 'Prescription recorded',
  today: 'The patient needs it today',
  proposed: 'Proposed',
  channelLabel: 'How is it delivered?',
  channel: {
    none: 'No prescription',
    portal: 'Patient portal (tomorrow)',
    mssante: 'MSSanté',
    drop: 'Encrypted drop',
    dispose: 'Dispose',
    email: 'Protected e-mail',
    'on-site': 'Handed over on site',
  },
  state: { announced: 'announced', sent: 'sent', delivered: 'delivered', failed: 'not arrived' },
  by: (name) => (name ? ` by ${name}` : ''),
  change: 'Deliver by another channel',
  forbidden: 'This channel is not possible now.',
  saveNone: 'Record: no prescription',
  announce: 'Announce it to the patient for tomorrow',
  announceHint:
    'The patient gets a message without a medical word. Tomorrow you will be asked whether the document is there.',
  check: 'Is the document on the portal?',
  seen: 'Yes, it is there',
  absent: 'No, it is not',
  seenProof: 'vue sur l’Espace patient',
  absentProof: 'document absent de l’Espace patient',
  confirm: 'I have another proof of the delivery',
  byHand: 'Already done otherwise, without the app',
  handState: 'How far is it?',
  announced: 'Announced',
  delivered: 'Delivered',
  failed: 'Not arrived',
  proof: 'What proves it, or what happened',
  proofHint: 'Receipt, confirmation by the pharmacist or the patient…',
  handed: 'Handed to',
  handedHint: 'Example: to the patient, at the desk.',
  risk: 'Risk explained, accepted by',
  riskHint: 'Ordinary e-mail is not protected. Say so, then note who accepted.',
  save: 'Record',
  history: 'All that was done',
}

export default en
