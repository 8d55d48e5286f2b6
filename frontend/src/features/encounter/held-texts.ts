import { table } from '../../i18n/language'
import fr from './held-texts.fr'

export const heldTexts = table(fr, () => import('./held-texts.en'))
