import type { Translated } from '../../i18n/language'
import type fr from './consent-texts.fr'

const en: Translated<typeof fr> = {
  decisions: 'Recorded decisions',
  decision: { agreed: 'Consent', refused: 'Refusal', withdrawn: 'Consent withdrawn' },
  mode: { web: 'on the personal page', oral: 'orally', paper: 'on paper' },
  forTool: (tool) => `for ${tool}`,
  byRepresentative: (name) => `by the legal representative, ${name}`,
  recordedBy: (name) => `recorded by ${name}`,
  what: 'The patient’s decision',
  agree: 'Agrees',
  refuse: 'Prefers to come',
  withdraw: 'Withdraws consent',
  how: 'Given',
  representative: 'The legal representative decides.',
  giverName: 'Who gave the decision',
  explanation: 'What was explained and offered',
  explanationHint: 'Consequences of the refusal, other way offered. This text goes into the record.',
  afterRefusal: 'The link is revoked and the invitation cancelled. A visit on site is to be offered.',
  save: 'Record the decision',
  onSite: 'Visit on site offered',
  shown: 'The text shown that day',
}

export default en
