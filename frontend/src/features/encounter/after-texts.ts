import { table } from '../../i18n/language'
import fr from './after-texts.fr'

export const afterTexts = table(fr, () => import('./after-texts.en'))
