const fr = {
  waiting: (n: number) =>
    n === 0
      ? 'Aucun acte n’attend d’être exporté.'
      : n === 1
        ? '1 acte attend d’être exporté.'
        : `${n} actes attendent d’être exportés.`,
  hint: 'Un acte n’est exporté qu’une fois. Rouvert puis recodé, il part dans le lot suivant comme correction.',
  until: 'Actes jusqu’au',
  make: 'Exporter',
  made: (number: number, acts: number) => `Lot ${number} : ${acts} ${acts === 1 ? 'acte' : 'actes'}.`,
  title: 'Lots',
  none: 'Aucun lot pour l’instant.',
  batch: (number: number) => `Lot ${number}`,
  acts: (n: number, corrections: number) =>
    `${n} ${n === 1 ? 'acte' : 'actes'}${corrections > 0 ? `, dont ${corrections} en correction` : ''}`,
  by: (name: string, moment: string) => `${name}, ${moment}`,
  of: (format: string, number: number) => `${format}, lot ${number}`,
} as const

export default fr
