const fr = {
  opening: 'La visioconférence s’ouvre…',
  consentTitle: 'Accord du patient avant de commencer',
  consentWhy: (tool: string) =>
    `Aucun accord n’est enregistré pour ${tool}. Demandez-le de vive voix, puis enregistrez-le ici : la consultation commence aussitôt.`,
  refusedTitle: 'Le patient a refusé',
  refused: 'Le patient a refusé ou retiré son accord. S’il change d’avis maintenant, enregistrez son accord oral.',
  said: 'À dire au patient : l’outil utilisé, pas d’enregistrement, pas d’examen physique possible, il peut préférer venir sans conséquence sur ses soins.',
  representative: 'L’accord revient au représentant légal.',
  giverName: 'Qui donne son accord',
  refuses: 'Le patient refuse',
  record: 'Accord donné, démarrer',
  blocked: 'Le navigateur a empêché l’ouverture. Ouvrez la visioconférence ici :',
  open: 'Ouvrir la visioconférence',
} as const

export default fr
