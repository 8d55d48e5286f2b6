import { table } from '../../i18n/language'
import fr from './mailing-texts.fr'

export const mailingTexts = table(fr, () => import('./mailing-texts.en'))
