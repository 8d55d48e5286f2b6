const fr = {
  noteHint: 'Le compte rendu est écrit à partir des faits. Copiez-le dans ORBIS, puis cochez.',
  copy: 'Copier le compte rendu',
  copied: 'Copié.',
  copyFailed: 'La copie a échoué : sélectionnez le texte.',
  put: 'Versé dans ORBIS',
  putDone: (name: string, moment: string) => `Versé par ${name}, ${moment}.`,
  putAgain: 'Le compte rendu a changé depuis : versez la nouvelle version.',
  noteChanged: 'Le compte rendu vient de changer. Relisez-le, copiez-le, puis cochez.',
  code: 'Code de l’acte',
  codeHint: 'Codes valables le jour de la consultation.',
  chooseCode: 'Choisir un code…',
  proposed: 'proposé',
  coded: (target: string) => `Codé dans ${target}`,
  notBillable: 'Non facturable',
  notBillableReason: 'Pourquoi ?',
  recordNotBillable: 'Enregistrer : non facturable',
  isCoded: (code: string) => `Codé : ${code}`,
  isNotBillable: (reason: string) => `Non facturable : ${reason}`,
  isRefused: (reason: string) => `Refusé : ${reason}`,
  isReopened: (reason: string) => `Rouvert : ${reason}`,
} as const

export default fr
