const fr = {
  none: 'Aucun message pour l’instant.',
  actor: { patient: 'le patient', staff: 'le personnel', system: 'le système' },
  purpose: {
    notice: 'Information et demande d’accord',
    invitation: 'Invitation',
    reminder: 'Rappel',
    cancellation: 'Annulation',
    'prescription-notice': 'Annonce de l’ordonnance',
  },
  channel: { email: 'e-mail', sms: 'SMS' },
  word: { 'en file': 'en file', envoyé: 'envoyé', remis: 'remis', lu: 'lu', 'non remis': 'non remis' },
  resend: { notice: 'Renvoyer l’information', invitation: 'Renvoyer l’invitation' },
  resent: 'Message remis en file.',
  correct: 'Corriger l’adresse ou le mobile',
  email: 'Adresse e-mail',
  emailConfirmed: 'L’adresse est exacte, je la confirme.',
  mobile: 'Mobile',
  correctAndSend: 'Corriger et renvoyer',
  corrected: 'Coordonnées corrigées, message remis en file.',
  itself: 'L’invitation part toute seule dès que le lien est vérifié et l’accord donné.',
} as const

export default fr
