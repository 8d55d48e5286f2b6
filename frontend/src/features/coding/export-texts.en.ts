import type { Translated } from '../../i18n/language'
import type fr from './export-texts.fr'

const en: Translated<typeof fr> = {
  waiting: (n) =>
    n === 0
      ? 'No act waits to be exported.'
      : n === 1
        ? '1 act waits to be exported.'
        : `${n} acts wait to be exported.`,
  hint: 'An act is exported once. Reopened and coded anew, it leaves with the next batch as a correction.',
  until: 'Acts until',
  make: 'Export',
  made: (number, acts) => `Batch ${number}: ${acts} ${acts === 1 ? 'act' : 'acts'}.`,
  title: 'Batches',
  none: 'No batch yet.',
  batch: (number) => `Batch ${number}`,
  acts: (n, corrections) =>
    `${n} ${n === 1 ? 'act' : 'acts'}${corrections > 0 ? `, ${corrections} of them corrections` : ''}`,
  by: (name, moment) => `${name}, ${moment}`,
  of: (format, number) => `${format}, batch ${number}`,
}

export default en
