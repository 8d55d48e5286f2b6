import { table } from '../../i18n/language'
import fr from './dispose-texts.fr'

export const disposeTexts = table(fr, () => import('./dispose-texts.en'))
