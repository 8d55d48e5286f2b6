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
  itself: 'L’invitation part toute seule dès que le lien est vérifié et l’accord donné.',
} as const

export default fr
