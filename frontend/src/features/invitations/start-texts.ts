import { table } from '../../i18n/language'
import fr from './start-texts.fr'

export const startTexts = table(fr, () => import('./start-texts.en'))
