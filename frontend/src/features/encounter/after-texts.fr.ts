const fr = {
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
  codingList: 'Refuser ou rouvrir : codage des actes',
} as const

export default fr
