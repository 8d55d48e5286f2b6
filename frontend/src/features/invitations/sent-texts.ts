import { table } from '../../i18n/language'
import fr from './sent-texts.fr'

export const sentTexts = table(fr, () => import('./sent-texts.en'))
