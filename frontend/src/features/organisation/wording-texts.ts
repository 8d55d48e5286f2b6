import { table } from '../../i18n/language'
import fr from './wording-texts.fr'

export const wordingTexts = table(fr, () => import('./wording-texts.en'))
