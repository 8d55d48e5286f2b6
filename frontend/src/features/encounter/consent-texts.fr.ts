const fr = {
  decisions: 'Décisions enregistrées',
  decision: { agreed: 'Accord', refused: 'Refus', withdrawn: 'Accord retiré' },
  mode: { web: 'sur sa page', oral: 'de vive voix', paper: 'sur papier' },
  forTool: (tool: string) => `pour ${tool}`,
  byRepresentative: (name: string) => `par le représentant légal, ${name}`,
  recordedBy: (name: string) => `recueilli par ${name}`,
  what: 'Décision du patient',
  agree: 'Il accepte',
  refuse: 'Il préfère venir',
  withdraw: 'Il retire son accord',
  how: 'Recueillie',
  representative: 'La décision revient au représentant légal.',
  giverName: 'Qui a donné la décision',
  explanation: 'Ce qui a été expliqué et proposé',
  explanationHint: 'Conséquences du refus, autre solution proposée. Ce texte va au dossier.',
  afterRefusal: 'Le lien est retiré et l’invitation annulée. Une consultation sur place est à proposer.',
  save: 'Enregistrer la décision',
  onSite: 'Consultation sur place proposée',
  shown: 'Le texte affiché ce jour-là',
} as const

export default fr
