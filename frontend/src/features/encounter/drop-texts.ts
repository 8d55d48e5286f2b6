import { table } from '../../i18n/language'
import fr from './drop-texts.fr'

export const dropTexts = table(fr, () => import('./drop-texts.en'))
