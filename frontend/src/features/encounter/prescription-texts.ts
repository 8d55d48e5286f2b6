import { table } from '../../i18n/language'
import fr from './prescription-texts.fr'

export const prescriptionTexts = table(fr, () => import('./prescription-texts.en'))
