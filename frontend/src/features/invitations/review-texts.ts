import { table } from '../../i18n/language'
import fr from './review-texts.fr'

export const reviewTexts = table(fr, () => import('./review-texts.en'))
