import { table } from '../i18n/language'
import fr from './contact-texts.fr'

export const contactTexts = table(fr, () => import('./contact-texts.en'))

/** A number as it is read aloud: 06 12 34 56 78; any other stays as it is. */
export function showPhone(phone: string): string {
  const french = /^(?:\+33|0)([1-9])(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(phone.replace(/[\s.]/g, ''))
  return french ? `0${french.slice(1).join('\u00a0')}` : phone
}
